/** Randomness that is the same for the same seed, on every machine. */

import { createHash } from 'node:crypto'
import { mulberry32, type Random } from '../../../../../shared/domain/random.ts'

export type { Random }

/** @param purpose gives numbers of its own, so that more of one thing does not change another */
export function createRandom(seed: number, purpose: string): Random {
  return mulberry32(createHash('sha256').update(`${seed}/${purpose}`).digest().readInt32LE())
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low)
}

/** Both ends count. */
export function wholeBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

/** @throws RangeError when there is nothing to pick from */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** A UUID of version 4, but for where its randomness comes from. */
export function seededUuid(random: Random): string {
  const [a, b, c, d] = [hexOf(random), hexOf(random), hexOf(random), hexOf(random)]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`
}

function hexOf(random: Random): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
}
