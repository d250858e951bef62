/** Buckets of time: bounded in number, whole in their sums. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketStart, bucketWidth, mergeBuckets } from './histogram.ts'

const time = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) })

describe('the width of buckets', () => {
  it('is one that people read', () => {
    const month = bucketWidth(Date.UTC(2025, 0, 1), Date.UTC(2025, 0, 31), 120)
    expect(month).toBe(8 * 3_600_000)
    expect(bucketWidth(0, 0, 120)).toBe(1000)
    expect(new Date(bucketStart(Date.UTC(2025, 0, 15, 13), 7 * 86_400_000)).toISOString()).toBe('2025-01-13T00:00:00.000Z')
  })

  it('never needs more of them than allowed', () => {
    fc.assert(
      fc.property(time, time, fc.integer({ min: 2, max: 300 }), (a, b, most) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const width = bucketWidth(from, to, most)
        expect((bucketStart(to, width) - bucketStart(from, width)) / width + 1).toBeLessThanOrEqual(most)
      }),
    )
  })

  it('puts each time into the bucket that it falls into', () => {
    fc.assert(
      fc.property(time, fc.constantFrom(1000, 60_000, 3_600_000, 86_400_000), (at, width) => {
        const start = bucketStart(at, width)
        expect(start).toBeLessThanOrEqual(at)
        expect(at).toBeLessThan(start + width)
      }),
    )
  })
})

it('buckets put together keep their sums, in order of time', () => {
  const buckets = fc.array(fc.record({ start: time, good: fc.nat(1000), bad: fc.nat(1000) }))
  fc.assert(
    fc.property(buckets, fc.constantFrom(60_000, 86_400_000), (narrow, width) => {
      const merged = mergeBuckets(narrow, width)
      const sum = (list: { good: number; bad: number }[]) => list.reduce((total, { good, bad }) => total + good * 7 + bad, 0)
      expect(sum(merged)).toBe(sum(narrow))
      expect(merged.map(({ start }) => start)).toEqual([...new Set(merged.map(({ start }) => start))].sort((a, b) => a - b))
    }),
  )
})
