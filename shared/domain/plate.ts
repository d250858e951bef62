/** Plates and wells after ANSI/SLAS 4-2004 (R2012): rows are letters from the top, columns are numbers from the left. */

import { DomainError } from './errors.ts'

/** Rows × columns of the standard microplates, by number of wells. */
export const plateFormats = {
  6: { rows: 2, columns: 3 },
  12: { rows: 3, columns: 4 },
  24: { rows: 4, columns: 6 },
  48: { rows: 6, columns: 8 },
  96: { rows: 8, columns: 12 },
  384: { rows: 16, columns: 24 },
  1536: { rows: 32, columns: 48 },
} as const

export type PlateFormat = keyof typeof plateFormats

/** The outline of every one of them, in millimetres (ANSI/SLAS 1-2004, R2012). */
export const plateFootprint = { width: 127.76, height: 85.48 } as const

/** In millimetres: the middle of A1 from the left and the top edge, from well to well, and a well's diameter or side. */
export type PlateGeometry = { left: number; top: number; pitch: number; well: number; isSquare: boolean }

/**
 * Where the wells are. 96, 384 and 1536: ANSI/SLAS 4-2004 (R2012). The others are in no standard: as on Corning's drawings of its
 * flat-bottom plates. The sizes of the wells are Corning's too.
 */
export const plateGeometry: Readonly<Record<PlateFormat, PlateGeometry>> = {
  6: { left: 24.76, top: 23.16, pitch: 39.12, well: 35.43, isSquare: false },
  12: { left: 24.94, top: 16.79, pitch: 26.01, well: 22.73, isSquare: false },
  24: { left: 17.48, top: 13.8, pitch: 19.3, well: 16.26, isSquare: false },
  48: { left: 18.16, top: 10.08, pitch: 13.08, well: 11.56, isSquare: false },
  96: { left: 14.38, top: 11.24, pitch: 9, well: 6.86, isSquare: false },
  384: { left: 12.13, top: 8.99, pitch: 4.5, well: 3.63, isSquare: true },
  1536: { left: 11.005, top: 7.865, pitch: 2.25, well: 1.7, isSquare: true },
}

const formats = [6, 12, 24, 48, 96, 384, 1536] as const

/** The smallest that has all of these wells; of those that people use most, so not below 96. */
export function likelyFormat(wells: readonly WellPosition[]): PlateFormat {
  const fits = (format: PlateFormat) => wells.every((well) => isOnPlate(well, format))
  return formats.find((format) => format >= 96 && fits(format)) ?? 1536
}

export function isOnPlate({ row, column }: WellPosition, format: PlateFormat): boolean {
  const { rows, columns } = plateFormats[format]
  return row >= 0 && column >= 0 && row < rows && column < columns
}

/** The well at a point on the plate, in millimetres from its top left corner: the nearest one; null beside the wells. */
export function wellAt(x: number, y: number, format: PlateFormat): WellPosition | null {
  const { left, top, pitch } = plateGeometry[format]
  const well = { row: Math.round((y - top) / pitch), column: Math.round((x - left) / pitch) }
  return isOnPlate(well, format) ? well : null
}

const largest = plateFormats[1536]
const wellPattern = /^([a-z]{1,2})0*([1-9][0-9]?)$/i

/** `row` and `column` count from 0. */
export type WellPosition = { row: number; column: number }

/**
 * Reads a well name as people and instruments write it: `A1`, `a01`, `AF48` (the last well of a 1536-well plate).
 * @throws DomainError `invalid_input` when it is no well of any standard plate
 */
export function parseWell(text: string): WellPosition {
  const [, letters, digits] = wellPattern.exec(text.trim()) ?? []
  if (letters && digits) {
    const row = rowOfLetters(letters.toUpperCase())
    const column = Number(digits) - 1
    if (row < largest.rows && column < largest.columns) return { row, column }
  }
  throw new DomainError('invalid_input', `well must be a well between A1 and AF48, not "${text}"`, { field: 'well' })
}

/** The stored form: no leading zero, capital letters. */
export function formatWell({ row, column }: WellPosition): string {
  return `${lettersOfRow(row)}${column + 1}`
}

/** @throws DomainError `invalid_input` */
export function normalizeWell(text: string): string {
  return formatWell(parseWell(text))
}

function rowOfLetters(letters: string): number {
  return [...letters].reduce((row, letter) => row * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function lettersOfRow(row: number): string {
  const letter = String.fromCharCode(65 + (row % 26))
  return row < 26 ? letter : lettersOfRow(Math.floor(row / 26) - 1) + letter
}
