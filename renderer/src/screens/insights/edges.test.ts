/** A period is cut into stretches that cover it and are few enough to be drawn. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cutPeriod, passedOf } from './edges.ts'

it('cuts a month into days that begin at midnight, and a day into hours', () => {
  const month = cutPeriod(new Date(2025, 2, 1, 8).getTime(), new Date(2025, 3, 1).getTime())
  expect(month.unit).toBe('day')
  expect(month.edges.map((edge) => new Date(edge).getHours()).every((hours) => hours === 0)).toBe(true)
  expect(month.edges).toHaveLength(32)
  expect(cutPeriod(new Date(2025, 2, 1, 8, 30).getTime(), new Date(2025, 2, 2, 8, 30).getTime())).toMatchObject({ unit: 'hour', every: 1 })
})

it('covers any period with few stretches in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2060, 0, 1) }), fc.integer({ min: 1, max: 30 * 366 * 86_400_000 }), (from, length) => {
      const { edges } = cutPeriod(from, from + length)
      expect(Date.parse(edges[0] ?? '')).toBeLessThanOrEqual(from)
      expect(Date.parse(edges.at(-1) ?? '')).toBeGreaterThanOrEqual(from + length)
      expect(edges.length).toBeLessThanOrEqual(124)
      expect([...edges].sort()).toEqual(edges)
    }),
  )
})

it('what has passed of a period is what its edges cover, up to now', () => {
  const cut = cutPeriod(new Date(2025, 2, 1, 8, 50).getTime(), new Date(2025, 2, 1, 9, 50).getTime())
  const minute = 60_000
  expect(passedOf(cut, new Date(2025, 2, 1, 9, 50).getTime())).toBe(110 * minute)
  expect(passedOf(cut, new Date(2025, 2, 1, 12).getTime())).toBe(120 * minute)
})
