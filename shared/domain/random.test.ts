/** Seeded randomness: the same for the same seed, different for another, and distributed as it says. */

import { describe, expect, it } from 'vitest'
import { mulberry32, seedOf, standardNormal } from './random.ts'

describe('seeded randomness', () => {
  const take = (seed: number) => Array.from({ length: 4 }, mulberry32(seed))

  it('is the same for the same seed and another for the next', () => {
    expect(take(7)).toEqual(take(7))
    expect(take(7)).not.toEqual(take(8))
  })

  it('texts that differ in one character give seeds that differ in many bits', () => {
    const differing = (seedOf('0/incubator-1') ^ seedOf('0/incubator-2')) >>> 0
    expect(differing.toString(2).replaceAll('0', '').length).toBeGreaterThan(8)
    expect(seedOf('0/incubator-1')).toBe(seedOf('0/incubator-1'))
  })

  it('standard normal: mean 0, deviation 1', () => {
    const random = mulberry32(1)
    const drawn = Array.from({ length: 20_000 }, () => standardNormal(random))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length)
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03)
    expect(drawn.every(Number.isFinite)).toBe(true)
  })
})
