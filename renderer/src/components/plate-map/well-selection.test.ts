/** Keys, rectangles and shifts on a plate. */

import { describe, expect, it } from 'vitest'
import { formatWell, parseWell } from '../../../../shared/domain/plate.ts'
import { namesBetween, shiftedBy, shiftedTo, wellAfterKey } from './well-selection.ts'

function led(from: string, key: string, isFar = false, format: 96 | 1536 = 96): string | undefined {
  const well = wellAfterKey(parseWell(from), key, isFar, format)
  return well && formatWell(well)
}

describe('a key', () => {
  it.each([
    ['B2', 'ArrowUp', 'A2'],
    ['B2', 'ArrowDown', 'C2'],
    ['B2', 'ArrowLeft', 'B1'],
    ['B2', 'ArrowRight', 'B3'],
    ['B2', 'Home', 'B1'],
    ['B2', 'End', 'B12'],
    ['B2', 'PageUp', 'A2'],
    ['B2', 'PageDown', 'H2'],
    ['A1', 'ArrowUp', 'A1'],
    ['A1', 'ArrowLeft', 'A1'],
    ['H12', 'ArrowDown', 'H12'],
    ['H12', 'ArrowRight', 'H12'],
  ])('from %s, %s leads to %s', (from, key, to) => {
    expect(led(from, key)).toBe(to)
  })

  it('with Ctrl leads to the corners, and any other key nowhere', () => {
    expect(led('C5', 'Home', true)).toBe('A1')
    expect(led('C5', 'End', true)).toBe('H12')
    expect(led('C5', 'End', true, 1536)).toBe('AF48')
    expect(led('C5', 'x')).toBeUndefined()
  })
})

it('a rectangle is the same from any of its corners', () => {
  const wells = ['B2', 'B3', 'C2', 'C3']
  for (const [a, b] of [
    ['B2', 'C3'],
    ['C3', 'B2'],
    ['B3', 'C2'],
    ['C2', 'B3'],
  ] as const) {
    expect(namesBetween(parseWell(a), parseWell(b))).toEqual(wells)
  }
})

describe('wells that are moved', () => {
  it('keep their places to each other, the top left one in front', () => {
    expect([...(shiftedTo(['B3', 'C2'], parseWell('A1'), 96) ?? [])]).toEqual([
      ['B3', 'A2'],
      ['C2', 'B1'],
    ])
  })

  it('do not go beside the plate', () => {
    expect(shiftedTo(['A1', 'A2'], parseWell('A12'), 96)).toBeUndefined()
    expect(shiftedBy(['A1'], { rows: -1, columns: 0 }, 96)).toBeUndefined()
    expect([...(shiftedBy(['A1'], { rows: 7, columns: 11 }, 96) ?? [])]).toEqual([['A1', 'H12']])
  })
})
