/** Tables as they stand on the screen. */

import { expect, test } from 'vitest'
import { tableLines } from './table.ts'

const columns = { NAME: (row: { name: string; size: number | null }) => row.name, SIZE: (row: { size: number | null }) => row.size }

test('columns are as wide as their widest cell, without blanks at the end; what there is not is a dash', () => {
  const rows = [
    { name: 'Alpha', size: 12 },
    { name: 'B', size: null },
  ]
  expect(tableLines(rows, columns)).toEqual(['NAME   SIZE', 'Alpha  12', 'B      -'])
})

test('a column may be wider than what is in it, for rows that are still to come', () => {
  expect(tableLines([{ name: 'B', size: 1 }], columns, [8])).toEqual(['NAME      SIZE', 'B         1'])
})

test('a name cannot take hold of the terminal', () => {
  expect(tableLines([{ name: '\u001b[2JA\nB', size: 1 }], columns)[1]).toBe('\uFFFD[2JA\uFFFDB  1')
})
