/** What is learned from late forecasts: worked examples, and what it covers. */

import { describe, expect, it } from 'vitest'
import { latenessFrom } from './lateness.ts'
import { mulberry32 } from './random.ts'

describe('what late forecasts teach', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => (99 - n) / 100)

  it('is the lateness that nine of ten did not exceed, and for few of them the greatest', () => {
    // ⌈0.9 × 101⌉ = 91: the 91st of 100.
    expect(latenessFrom({ latenesses: hundred, kept: null })).toBe(0.9)
    expect(latenessFrom({ latenesses: hundred, kept: 0.9 })).toBe(0.9)
    expect(latenessFrom({ latenesses: [...Array.from({ length: 9 }, () => 0.1), 3], kept: null })).toBe(3)
  })

  it('is more when too few came by their 90th percentile, and less when too many did', () => {
    // ⌈0.94 × 101⌉ = 95 and ⌈0.7 × 101⌉ = 71; at most ⌈0.99 × 101⌉ = 100
    expect(latenessFrom({ latenesses: hundred, kept: 0.88 })).toBe(0.94)
    expect(latenessFrom({ latenesses: hundred, kept: 1 })).toBe(0.7)
    expect(latenessFrom({ latenesses: hundred, kept: 0.1 })).toBe(0.99)
  })

  it('is hardly anything from too few of them, or where they came early', () => {
    expect(latenessFrom({ latenesses: [5, 5, 5, 5, 5, 5, 5, 5, 5], kept: 0 })).toBe(0.02)
    expect(latenessFrom({ latenesses: Array.from({ length: 50 }, () => -0.5), kept: 1 })).toBe(0.02)
  })

  it('covers nine of ten of what comes next, whatever the distribution', () => {
    const random = mulberry32(5)
    // Most come on time, one in seven is held up by a person.
    const lateness = () => (random() < 1 / 7 ? 5 * random() : 0.01 * random())
    const covered = Array.from({ length: 2000 }, () => {
      const bound = latenessFrom({ latenesses: Array.from({ length: 60 }, lateness), kept: 0.9 })
      return lateness() <= bound
    })
    expectNineOfTen(covered)
  })

  it('covers nine of ten also where each is later than those before it', () => {
    const random = mulberry32(5)
    const outcomes: { lateness: number; kept: boolean }[] = []
    for (let day = 0; day < 2000; day += 1) {
      const latest = outcomes.slice(-100)
      const kept = latest.length === 0 ? null : latest.filter((outcome) => outcome.kept).length / latest.length
      const bound = latenessFrom({ latenesses: latest.map((outcome) => outcome.lateness), kept })
      const lateness = 0.004 * day + random()
      outcomes.push({ lateness, kept: lateness <= bound })
    }
    expectNineOfTen(outcomes.slice(100).map(({ kept }) => kept))
  })

  function expectNineOfTen(covered: readonly boolean[]): void {
    const share = covered.filter(Boolean).length / covered.length
    expect(share).toBeGreaterThan(0.86)
    expect(share).toBeLessThan(0.94)
  }
})
