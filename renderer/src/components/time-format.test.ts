/** How times and durations are written. */

import { describe, expect, it } from 'vitest'
import { formatCount, formatDay, formatDuration, formatInstant, formatNear } from './time-format.ts'

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.0001, '1 ms'],
    [0.85, '850 ms'],
    [1, '1 s'],
    [8.44, '8.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [80, '1 min 20 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [273_600, '3 d 4 h'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('that is counted down has whole seconds and ends at none', () => {
    expect([3.4, 0.6, 0.2, -5].map(formatCount)).toEqual(['3 s', '1 s', '0 s', '0 s'])
  })
})

describe('an instant', () => {
  const at = new Date(2025, 0, 5, 9, 4, 7)

  it('is local time on 24 hours', () => {
    expect(formatInstant(at)).toBe('2025-01-05 09:04')
    expect(formatInstant(at.toISOString(), { seconds: true })).toBe('2025-01-05 09:04:07')
    expect(formatDay(at)).toBe('2025-01-05')
  })

  it('has its day only when it is another', () => {
    expect(formatNear(at, new Date(2025, 0, 5, 23, 59))).toBe('09:04')
    expect(formatNear(at, new Date(2025, 0, 6, 0, 1))).toBe('2025-01-05 09:04')
  })
})
