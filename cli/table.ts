/** Tables for people: aligned columns, one line a row. */

import { printable } from './terminal.ts'

export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number | null>>

/** The heading and the rows. Each column is as wide as its widest cell, or as `widths` says when not all rows are known yet. */
export function tableLines<Row>(rows: readonly Row[], columns: Columns<Row>, widths: readonly number[] = []): string[] {
  const cells = rows.map((row) => Object.values(columns).map((cell) => printable(String(cell(row) ?? '-'))))
  const lines = [Object.keys(columns), ...cells]
  const wide = Object.keys(columns).map((_, column) => Math.max(widths[column] ?? 0, ...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) => alignedLine(line, wide))
}

function alignedLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}
