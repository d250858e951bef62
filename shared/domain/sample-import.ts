/** What a table of samples must look like, and what is wrong with one: line by line, as far as that can be told without the lab. */

import { DomainError } from './errors.ts'
import { normalizeWell } from './plate.ts'
import { reservedBarcodes } from './sample.ts'

export const importColumns = ['barcode', 'name', 'type', 'plate', 'well'] as const
export type ImportColumn = (typeof importColumns)[number]

/** `line` counts from 1, which is the header; a row with line breaks in its cells counts where it begins. `column` is null when it is the whole row. */
export type ImportProblem = { line: number; column: ImportColumn | null; message: string }

/** A row that can be read; null leaves what is there. `plate` and `well` (in its stored form) are both there or both null. */
export type ImportRow = {
  line: number
  barcode: string
  name: string | null
  type: string | null
  plate: string | null
  well: string | null
}

/** A row with something wrong in it, as it stands in the file. */
export type BadRow = { line: number; cells: Record<ImportColumn, string | null> }

/** Of more problems only the number is told. */
export const mostProblems = 1000

const longest: Readonly<Record<ImportColumn, number>> = { barcode: 200, name: 200, type: 200, plate: 200, well: 10 }

/** The NUL character and halves of surrogate pairs, which cannot be kept; and what a decoder puts in the place of bytes that are no UTF-8. */
const unreadable = /[\0\p{Surrogate}\uFFFD]/u

/** Which character the header separates its columns by: spreadsheets write what is usual in their country. */
export function delimiterOf(header: string): ',' | ';' | '\t' {
  const [first = ','] = ([',', ';', '\t'] as const).toSorted((a, b) => count(header, b) - count(header, a))
  return first
}

export type SampleTable = {
  /** The next row of the file as its cells; the first is the header, empty ones count. */
  add(cells: readonly string[]): void
  /** The rest of the file cannot be taken apart. */
  breakOff(message: string): void
  /** `bad` are the first rows with problems, `mostProblems` at most. */
  end(): { rows: ImportRow[]; problems: ImportProblems; bad: BadRow[] }
}

/** Reads a table row by row. Cells are without the blanks around them. */
export function createSampleTable(): SampleTable {
  const rows: ImportRow[] = []
  const bad: BadRow[] = []
  const problems = createProblems()
  const lineOfBarcode = new Map<string, number>()
  const lineOfWell = new Map<string, number>()
  const shared = new Map<string, string>()
  let header: Header | undefined
  // Under a header that is wrong every row would be.
  let isReadable = false
  let line = 1

  function add(cells: readonly string[]): void {
    if (cells.some((cell) => cell !== '')) {
      if (!header) readFirst(cells)
      else if (isReadable) addRow(header, cells)
    }
    line += cells.reduce((lines, cell) => lines + lineBreaks(cell), 1)
  }

  function readFirst(cells: readonly string[]): void {
    header = readHeader(cells, (column, message) => problems.add({ line, column, message }))
    isReadable = problems.count === 0
  }

  function addRow(columns: Header, cells: readonly string[]): void {
    const before = problems.count
    const wrong: Wrong = (column, message) => problems.add({ line, column, message })
    const row = readRow(columns, cells, wrong)

    const { barcode, name, type, plate, well } = row
    const sameBarcode = barcode && firstLine(lineOfBarcode, barcode)
    const sameWell = !sameBarcode && plate && well && firstLine(lineOfWell, `${well} ${plate}`)
    if (sameBarcode) wrong('barcode', `barcode "${barcode}" is in line ${sameBarcode} already`)
    if (sameWell) wrong('well', `well ${well} of ${plate} is taken by line ${sameWell} already`)

    if (problems.count > before) {
      if (bad.length < mostProblems) bad.push({ line, cells: asWritten(columns, cells) })
    } else if (barcode) {
      rows.push({ line, barcode, name: name ?? null, type: share(type), plate: share(plate), well: share(well) })
    }
  }

  /** Where it stood before; undefined when this is the first time. */
  function firstLine(lines: Map<string, number>, value: string): number | undefined {
    const first = lines.get(value)
    if (first === undefined) lines.set(value, line)
    return first
  }

  /** Types, plates and wells come again and again: one text for all of them keeps a long file small. */
  function share(text: string | null | undefined): string | null {
    if (!text) return null
    const same = shared.get(text)
    if (same === undefined) shared.set(text, text)
    return same ?? text
  }

  return {
    add,
    breakOff: (message) => problems.add({ line, column: null, message }),
    end() {
      if (!header && problems.count === 0)
        problems.add({ line: 1, column: 'barcode', message: 'The file is empty; this line must name the columns' })
      return { rows, problems, bad }
    },
  }
}

export type ImportProblems = {
  readonly count: number
  add(problem: ImportProblem): void
  /** Up to `mostProblems`, in order of line. */
  list(): ImportProblem[]
  /** @throws DomainError `invalid_input` when there is any: the first in its sentence, up to `mostProblems` in its details, in order of line */
  refuse(): void
}

export function createProblems(): ImportProblems {
  const kept: ImportProblem[] = []
  let count = 0
  const list = () => kept.toSorted((a, b) => a.line - b.line)
  return {
    list,
    get count() {
      return count
    },
    add(problem) {
      count += 1
      if (kept.length < mostProblems) kept.push(problem)
    },
    refuse() {
      const errors = list()
      const [first] = errors
      if (!first) return
      const more = count > 1 ? ` (and ${count - 1} more)` : ''
      throw new DomainError('invalid_input', `Nothing was imported; line ${first.line}: ${first.message}${more}`, {
        error_count: count,
        errors,
      })
    },
  }
}

type Header = (ImportColumn | undefined)[]
type Wrong = (column: ImportColumn | null, message: string) => void

function readHeader(cells: readonly string[], wrong: Wrong): Header {
  const columns = cells.map((cell) => importColumns.find((column) => column === cell.toLowerCase()))
  if (!columns.includes('barcode'))
    wrong('barcode', `The first line must name the columns: barcode and any of ${importColumns.slice(1).join(', ')}`)
  for (const column of importColumns) {
    if (columns.indexOf(column) !== columns.lastIndexOf(column)) wrong(column, `The first line names the column ${column} more than once`)
  }
  return columns
}

/** Null where a cell is empty or there is no such column, undefined where it is wrong. */
type Cells = Record<ImportColumn, string | null | undefined>

function readRow(columns: Header, cells: readonly string[], wrong: Wrong): Cells {
  const row: Cells = { barcode: null, name: null, type: null, plate: null, well: null }
  if (cells.length !== columns.length) {
    wrong(null, `The row has ${cells.length} cells, but the header has ${columns.length}`)
    return row
  }
  columns.forEach((column, index) => {
    const cell = cells[index]
    if (column && cell) row[column] = readCell(column, cell, wrong)
  })
  const { barcode, plate, well } = row
  if (barcode === null) wrong('barcode', 'barcode is required')
  if (barcode && reservedBarcodes.includes(barcode)) wrong('barcode', `barcode "${barcode}" is reserved; choose another`)
  if (plate && well === null) wrong('well', 'well is required where there is a plate')
  if (well && plate === null) wrong('plate', 'plate is required where there is a well')
  return row
}

function asWritten(columns: Header, cells: readonly string[]): BadRow['cells'] {
  const written: BadRow['cells'] = { barcode: null, name: null, type: null, plate: null, well: null }
  columns.forEach((column, index) => {
    if (column) written[column] = cells[index] || null
  })
  return written
}

/** A cell that a spreadsheet takes as text: one that it would run begins with `'`. `readCell` takes that away again. */
export function asText(cell: string): string {
  return runnable.test(cell) ? `'${cell}` : cell
}

/** One more `'` in front is told apart from one that was there. */
const runnable = /^'*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/

function readCell(column: ImportColumn, written: string, wrong: Wrong): string | undefined {
  try {
    const cell = written.startsWith("'") && runnable.test(written) ? written.slice(1) : written
    if (cell.length > longest[column]) throw bad(`${column} must have at most ${longest[column]} characters`)
    if (unreadable.test(cell)) throw bad(`${column} must be text in UTF-8 without the NUL character`)
    return column === 'well' ? normalizeWell(cell) : cell
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    wrong(column, error.message)
    return undefined
  }
}

function bad(message: string): DomainError {
  return new DomainError('invalid_input', message)
}

function lineBreaks(cell: string): number {
  return cell.includes('\n') || cell.includes('\r') ? cell.split(/\r\n|\n|\r/).length - 1 : 0
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
