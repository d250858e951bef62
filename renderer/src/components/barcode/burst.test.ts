/** What counts as scanned. */

import { expect, it } from 'vitest'
import { createBurst } from './burst.ts'

/** What it heard when these keys were pressed with so many milliseconds between them. */
function heard(keys: string[], gap: number): (string | null)[] {
  const burst = createBurst()
  return keys.map((key, index) => burst.press(key, 1000 + index * gap)).filter((code) => code !== null)
}

const scan = [...'SAMPLE-001', 'Enter']

it('is a burst that ends with Enter', () => {
  expect(heard(scan, 8)).toEqual(['SAMPLE-001'])
  expect(heard(['Shift', 'S', 'Shift', 'A', '0', '1', 'Tab'], 5)).toEqual(['SA01'])
})

it('is not what a person types, nor what is too short', () => {
  expect(heard(scan, 90)).toEqual([])
  expect(heard(['a', 'b', 'Enter'], 5)).toEqual([])
})

it('is each of two bursts, and not what was typed before', () => {
  expect(heard([...scan, ...'SAMPLE-002', 'Enter'], 8)).toEqual(['SAMPLE-001', 'SAMPLE-002'])
  const burst = createBurst()
  burst.press('x', 0)
  expect([...scan].map((key, index) => burst.press(key, 1000 + index * 5)).at(-1)).toBe('SAMPLE-001')
})

it('is told from a person while it goes on', () => {
  const burst = createBurst()
  burst.press('g', 1000)
  expect(burst.goesOn(1008)).toBe(true)
  expect(burst.goesOn(1120)).toBe(false)
  // Tab and then Space, however quickly, are a person's.
  burst.press('Tab', 2000)
  expect(burst.goesOn(2005)).toBe(false)
})
