/** Times as a person types them. */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseLocalTime, resolveRange } from './local-time.ts'
import { formatInstant } from './time-format.ts'

afterEach(() => vi.unstubAllEnvs())

describe('a time that is typed', () => {
  it('is none in an hour that is left out when clocks are set forward', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    expect(parseLocalTime('2025-03-30 02:30')).toBeUndefined()
    expect(parseLocalTime('2025-03-30 03:30')).toEqual(new Date('2025-03-30T01:30:00Z'))
    // There the day begins at one.
    vi.stubEnv('TZ', 'Asia/Beirut')
    expect(parseLocalTime('2025-03-30')).toEqual(new Date('2025-03-29T22:00:00Z'))
  })

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
