/** Percentiles from counts: near the real ones, and the same however the counts were put together. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { durationOf, markOf, percentile } from './duration-scale.ts'

const durations = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 1, maxLength: 200 })

function countsOf(milliseconds: number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of milliseconds) counts.set(markOf(value), (counts.get(markOf(value)) ?? 0) + 1)
  return counts
}

it('a duration is within 2 % of its mark', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (value) => {
      expect(Math.abs(durationOf(markOf(value)) / value - 1)).toBeLessThan(0.0203)
    }),
  )
})

it('a percentile is within 2 % of the one of the durations themselves', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.9, 1), (values, share) => {
      const sorted = values.sort((a, b) => a - b)
      const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
      expect(Math.abs((percentile(countsOf(values), share) ?? 0) / exact - 1)).toBeLessThan(0.0203)
    }),
  )
})

it('nothing has no percentile', () => {
  expect(percentile(new Map(), 0.5)).toBeUndefined()
})
