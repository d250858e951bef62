/** Times as a person types them. */

import { describe, expect, it } from 'vitest'
import { parseLocalTime, resolveRange } from './local-time.ts'
import { formatInstant } from './time-format.ts'

describe('a time that is typed', () => {
  it.each(['2025-01-15 10:00:09', '2025-12-31 23:59:59', '2024-02-29 00:00:00'])('%s is read as it is written', (text) => {
    const time = parseLocalTime(text)
    expect(time && formatInstant(time, { seconds: true })).toBe(text)
  })

  it('may leave out seconds, or the clock', () => {
    expect(parseLocalTime(' 2025-1-5 ')).toEqual(new Date(2025, 0, 5))
    expect(parseLocalTime('2025-01-15T10:04')).toEqual(new Date(2025, 0, 15, 10, 4))
  })

  it.each(['', 'yesterday', '2025-13-01', '2025-02-29', '2025-01-15 24:00', '2025-01-15 10:60', '15.01.2025', '1025-01-01'])(
    '%j is none',
    (text) => {
      expect(parseLocalTime(text)).toBeUndefined()
    },
  )
})

it('a stretch by name goes back from now; ends that are given stay as they are', () => {
  const now = new Date('2025-01-15T10:00:00.000Z')
  expect(resolveRange({ last: '24h', from: '2020-01-01T00:00:00.000Z' }, now)).toEqual({ start: '2025-01-14T10:00:00.000Z' })
  expect(resolveRange({ to: '2025-01-01T00:00:00.000Z' }, now)).toEqual({ end: '2025-01-01T00:00:00.000Z' })
  expect(resolveRange({}, now)).toEqual({})
})
