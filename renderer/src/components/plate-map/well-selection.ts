/** Going about on a plate with keys, and choosing wells: arithmetic on rows and columns. */

import { formatWell, isOnPlate, type PlateFormat, parseWell, plateFormats, type WellPosition } from '../../../../shared/domain/plate.ts'

/** Where a key leads; undefined when it leads nowhere. Home and End: along the row, with Ctrl over the plate; Page: along the column. */
export function wellAfterKey({ row, column }: WellPosition, key: string, isFar: boolean, format: PlateFormat): WellPosition | undefined {
  const last = { row: plateFormats[format].rows - 1, column: plateFormats[format].columns - 1 }
  const moves: Readonly<Record<string, WellPosition>> = {
    ArrowUp: { row: Math.max(0, row - 1), column },
    ArrowDown: { row: Math.min(last.row, row + 1), column },
    ArrowLeft: { row, column: Math.max(0, column - 1) },
    ArrowRight: { row, column: Math.min(last.column, column + 1) },
    PageUp: { row: 0, column },
    PageDown: { row: last.row, column },
    Home: isFar ? { row: 0, column: 0 } : { row, column: 0 },
    End: isFar ? last : { row, column: last.column },
  }
  return moves[key]
}

/** Every well between two corners, row by row. */
export function wellsBetween(a: WellPosition, b: WellPosition): WellPosition[] {
  const wells: WellPosition[] = []
  for (let row = Math.min(a.row, b.row); row <= Math.max(a.row, b.row); row += 1) {
    for (let column = Math.min(a.column, b.column); column <= Math.max(a.column, b.column); column += 1) wells.push({ row, column })
  }
  return wells
}

/** The same, as names. */
export function namesBetween(a: WellPosition, b: WellPosition): string[] {
  return wellsBetween(a, b).map(formatWell)
}

/** Where each of these wells is when the top left one of them comes to `target`; undefined when one would stand beside the plate. */
export function shiftedTo(wells: readonly string[], target: WellPosition, format: PlateFormat): Map<string, string> | undefined {
  const places = wells.map(parseWell)
  const rows = target.row - Math.min(...places.map((place) => place.row))
  const columns = target.column - Math.min(...places.map((place) => place.column))
  return shiftedBy(wells, { rows, columns }, format)
}

/** The same, by so many rows and columns. */
export function shiftedBy(
  wells: readonly string[],
  { rows, columns }: { rows: number; columns: number },
  format: PlateFormat,
): Map<string, string> | undefined {
  const shifted = new Map<string, string>()
  for (const well of wells) {
    const { row, column } = parseWell(well)
    const place = { row: row + rows, column: column + columns }
    if (!isOnPlate(place, format)) return undefined
    shifted.set(well, formatWell(place))
  }
  return shifted
}
