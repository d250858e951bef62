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
