/** Zooming, moving, tiles and marks of a timeline. */

import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { around, marksOf, moved, spanOf, tilesOf, zoomed } from './time-window.ts'

afterEach(() => vi.unstubAllEnvs())

const windows = fc
  .tuple(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) }), fc.integer({ min: 10_000, max: 400 * 86_400_000 }))
  .map(([start, span]) => ({ start, end: start + span }))

it('zooming keeps the time under the pointer where it is, and stays within what can be read', () => {
  fc.assert(
    fc.property(
      windows,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (window, share, factor) => {
        const at = window.start + share * spanOf(window)
        const after = zoomed(window, factor, at)
        expect(Math.abs((at - after.start) / spanOf(after) - share)).toBeLessThan(0.001)
        expect(spanOf(after)).toBeGreaterThanOrEqual(10_000)
        expect(spanOf(after)).toBeLessThanOrEqual(400 * 86_400_000)
      },
    ),
  )
})

it('moving keeps the span', () => {
  const window = around(Date.UTC(2025, 0, 1), 3_600_000)
  expect(spanOf(moved(window, 12_345.6))).toBe(3_600_000)
  expect(moved(moved(window, 500), -500)).toEqual(window)
})

it('few tiles cover the window, and stay the same while it moves a little', () => {
  fc.assert(
    fc.property(windows, (window) => {
      const tiles = tilesOf(window)
      expect(tiles.length).toBeLessThanOrEqual(3)
      expect(tiles[0]?.start).toBeLessThanOrEqual(window.start)
      expect(tiles.at(-1)?.end).toBeGreaterThanOrEqual(window.end)
      for (const [index, tile] of tiles.entries()) if (index > 0) expect(tile.start).toBe(tiles[index - 1]?.end)
      expect(tilesOf({ start: window.start, end: window.end })).toEqual(tiles)
    }),
  )
})

describe('marks', () => {
  it('are at times that people read', () => {
    const morning = { start: new Date(2025, 0, 15, 8, 3).getTime(), end: new Date(2025, 0, 15, 12).getTime() }
    expect(marksOf(morning, 50 * 60_000).map(({ at }) => new Date(at).getHours())).toEqual([9, 10, 11, 12])
    const week = { start: new Date(2025, 0, 15, 8).getTime(), end: new Date(2025, 0, 20).getTime() }
    expect(marksOf(week, 20 * 3_600_000).map(({ at }) => new Date(at).getDate())).toEqual([16, 17, 18, 19, 20])
    expect(marksOf(week, 20 * 3_600_000).every(({ isDay }) => isDay)).toBe(true)
  })

  it('keep to the clock on days on which it is changed', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    for (const date of [new Date(2025, 2, 30), new Date(2025, 9, 26)]) {
      const whole = { start: date.getTime(), end: new Date(date.getFullYear(), date.getMonth(), date.getDate(), 23).getTime() }
      expect(marksOf(whole, 2 * 3_600_000).map(({ at }) => new Date(at).getHours())).toEqual([0, 3, 6, 9, 12, 15, 18, 21])
    }
    // From +12 to +13 hours, where a midnight is nearer to another day of Greenwich.
    vi.stubEnv('TZ', 'Pacific/Auckland')
    const marked = (month: number) => {
      const week = { start: new Date(2025, month, 20).getTime(), end: new Date(2025, month + 1, 10).getTime() }
      return marksOf(week, 3 * 86_400_000).map(({ at }) => Date.UTC(2025, new Date(at).getMonth(), new Date(at).getDate()) / 86_400_000)
    }
    expect(new Set([...marked(2), ...marked(8)].map((number) => number % 3)).size).toBe(1)
  })

  it('are not closer than asked, and within the window', () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 3, max: 20 }), (window, count) => {
        const apart = spanOf(window) / count
        const marks = marksOf(window, apart)
        expect(marks.length).toBeLessThanOrEqual(count + 3)
        for (const { at } of marks) expect(at >= window.start && at <= window.end).toBe(true)
      }),
    )
  })
})
