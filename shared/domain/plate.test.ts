/** Well names as people and instruments write them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from './errors.ts'
import {
  formatWell,
  likelyFormat,
  normalizeWell,
  type PlateFormat,
  parseWell,
  plateFootprint,
  plateFormats,
  plateGeometry,
  wellAt,
} from './plate.ts'

/** The 32 rows of a 1536-well plate, spelled out. */
const rowLetters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'AA', 'AB', 'AC', 'AD', 'AE', 'AF']

const formats = Object.entries(plateFormats).map(([wells, { rows, columns }]) => [Number(wells), rows, columns] as const)

describe('the standard plates', () => {
  it('are those from 6 to 1536 wells', () => {
    expect(formats.map(([wells]) => wells)).toEqual([6, 12, 24, 48, 96, 384, 1536])
  })

  it.each(formats)('of %i wells have %i rows × %i columns', (wells, rows, columns) => {
    expect(rows * columns).toBe(wells)
    expect(rows).toBeLessThan(columns)
  })

  it.each(formats)('of %i wells give every well a name of its own that reads back', (wells, rows, columns) => {
    const names = new Set<string>()
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const name = formatWell({ row, column })
        expect(name).toBe(`${rowLetters[row]}${column + 1}`)
        expect(parseWell(name)).toEqual({ row, column })
        expect(normalizeWell(name)).toBe(name)
        names.add(name)
      }
    }
    expect(names.size).toBe(wells)
  })

  it.each([
    [6, 'B3'],
    [12, 'C4'],
    [24, 'D6'],
    [48, 'F8'],
    [96, 'H12'],
    [384, 'P24'],
    [1536, 'AF48'],
  ] as const)('of %i wells end at %s', (wells, last) => {
    const { rows, columns } = plateFormats[wells]
    expect(parseWell(last)).toEqual({ row: rows - 1, column: columns - 1 })
  })
})

describe('a well', () => {
  it.each([
    ['A1', 'A1', 0, 0],
    ['a01', 'A1', 0, 0],
    ['A001', 'A1', 0, 0],
    ['h12', 'H12', 7, 11],
    ['H012', 'H12', 7, 11],
    ['Z10', 'Z10', 25, 9],
    ['aa1', 'AA1', 26, 0], // after the 26 letters (A = row 0 … Z = row 25)
    ['aF048', 'AF48', 31, 47],
    ['  B2\t', 'B2', 1, 1],
  ])('written %j is %s: row %i, column %i from 0', (text, stored, row, column) => {
    expect(parseWell(text)).toEqual({ row, column })
    expect(normalizeWell(text)).toBe(stored)
  })

  it('means the same in either case and with any zeros before the column', () => {
    const written = fc.record({
      row: fc.nat(31),
      column: fc.nat(47),
      zeros: fc.nat(5),
      lowerCase: fc.boolean(),
    })
    fc.assert(
      fc.property(written, ({ row, column, zeros, lowerCase }) => {
        const letters = lowerCase ? rowLetters[row]?.toLowerCase() : rowLetters[row]
        expect(parseWell(`${letters}${'0'.repeat(zeros)}${column + 1}`)).toEqual({ row, column })
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['a row alone', 'A'],
    ['a column alone', '1'],
    ['column 0', 'A0'],
    ['column 00', 'A00'],
    ['a column past the largest plate', 'A49'],
    ['a column of three digits', 'A100'],
    ['a row past the largest plate', 'AG1'],
    ['the last row of two letters', 'ZZ1'],
    ['a row of three letters', 'AAA1'],
    ['column before row', '1A'],
    ['a letter behind the column', 'A1B'],
    ['two wells', 'A1 B2'],
    ['two lines', 'A1\nB2'],
    ['a blank between', 'A 1'],
    ['a negative column', 'A-1'],
    ['a fraction', 'A1.5'],
    ['an exponent', 'A1e1'],
    ['an umlaut', 'Ä1'],
    ['a Kelvin sign, whose small letter is k', '\u212a1'],
    ['a long s, whose capital letter is S', '\u017f1'],
    ['a full-width letter', '\uff211'],
    ['an Arabic digit', 'A\u0661'],
  ])('is not %s', (_what, text) => {
    expect(() => parseWell(text)).toThrow(expect.objectContaining({ code: 'invalid_input', details: { field: 'well' } }))
    expect(() => normalizeWell(text)).toThrow(DomainError)
  })

  it('is either stored in one form that stays, or refused', () => {
    const nearMiss = fc.stringMatching(/^[ a-fA-FzZ]{0,3}[-.0-9]{0,4}$/)
    fc.assert(
      fc.property(fc.oneof(nearMiss, fc.string({ unit: 'binary' })), (text) => {
        const stored = storedOrRefused(text)
        if (stored === undefined) return
        expect(stored).toMatch(/^([A-Z]|A[A-F])([1-9]|[1-3][0-9]|4[0-8])$/)
        expect(normalizeWell(stored)).toBe(stored)
      }),
      { numRuns: 500 },
    )
  })
})

function storedOrRefused(text: string): string | undefined {
  try {
    return normalizeWell(text)
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError)
    return undefined
  }
}

describe('the geometry of a plate', () => {
  const sizes = Object.keys(plateFormats).map(Number) as PlateFormat[] // they are its keys

  it.each(sizes)('of %i wells has them all inside its outline, side by side', (format) => {
    const { rows, columns } = plateFormats[format]
    const { left, top, pitch, well } = plateGeometry[format]
    expect(rows * columns).toBe(format)
    expect(well).toBeLessThan(pitch)
    expect(left - well / 2).toBeGreaterThan(0)
    expect(top - well / 2).toBeGreaterThan(0)
    expect(left + (columns - 1) * pitch + well / 2).toBeLessThan(plateFootprint.width)
    expect(top + (rows - 1) * pitch + well / 2).toBeLessThan(plateFootprint.height)
  })

  it.each([96, 384, 1536] as const)('of %i wells has its array in the middle, as the standard says', (format) => {
    const { rows, columns } = plateFormats[format]
    const { left, top, pitch } = plateGeometry[format]
    expect(2 * left + (columns - 1) * pitch).toBeCloseTo(plateFootprint.width, 1)
    expect(2 * top + (rows - 1) * pitch).toBeCloseTo(plateFootprint.height, 1)
  })

  it.each(sizes)('of %i wells finds each well from its middle, and none on the rim', (format) => {
    const { rows, columns } = plateFormats[format]
    const { left, top, pitch } = plateGeometry[format]
    for (const well of [
      { row: 0, column: 0 },
      { row: rows - 1, column: columns - 1 },
      { row: 1, column: 2 },
    ]) {
      expect(wellAt(left + well.column * pitch, top + well.row * pitch, format)).toEqual(well)
    }
    expect(wellAt(left - pitch, top, format)).toBeNull()
    expect(wellAt(left, plateFootprint.height + pitch, format)).toBeNull()
  })
})

describe('the format that wells let expect', () => {
  it.each([
    [[], 96],
    [['A1'], 96],
    [['H12'], 96],
    [['I1'], 384],
    [['A13'], 384],
    [['P24'], 384],
    [['Q1'], 1536],
    [['A1', 'AF48'], 1536],
  ] as const)('%j: %i', (wells, format) => {
    expect(likelyFormat(wells.map(parseWell))).toBe(format)
  })
})
