/** What a table of samples is refused for, and in which line. */

import { describe, expect, it } from 'vitest'
import { DomainError } from './errors.ts'
import { createProblems, createSampleTable, delimiterOf, type ImportProblem, mostProblems } from './sample-import.ts'

const header = ['barcode', 'name', 'type', 'plate', 'well']

function read(...rows: string[][]) {
  const table = createSampleTable()
  for (const cells of rows) table.add(cells)
  return table.end()
}

/** `line column` of everything that is wrong. */
function wrongIn(...rows: string[][]): string[] {
  return problemsOf(() => read(...rows).problems.refuse()).map(({ line, column }) => `${line} ${column}`)
}

function problemsOf(refuse: () => void): ImportProblem[] {
  try {
    refuse()
    return []
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    expect(error.code).toBe('invalid_input')
    return error.details?.errors as ImportProblem[] // as createProblems says
  }
}

describe('the delimiter', () => {
  it.each([
    ['barcode,name', ','],
    ['barcode;name;well', ';'],
    ['barcode\tname', '\t'],
    ['barcode', ','],
    ['', ','],
    ['barcode;"a,b";well', ';'],
  ])('of %j is %j', (line, delimiter) => {
    expect(delimiterOf(line)).toBe(delimiter)
  })
})

describe('a table of samples', () => {
  it('has a row for each sample, its well in the stored form; an empty cell says nothing', () => {
    const { rows, problems } = read(header, ['S1', 'One', 'blood', 'P1', 'a01'], ['S2', '', '', '', ''])
    expect(problems.count).toBe(0)
    expect(rows).toEqual([
      { line: 2, barcode: 'S1', name: 'One', type: 'blood', plate: 'P1', well: 'A1' },
      { line: 3, barcode: 'S2', name: null, type: null, plate: null, well: null },
    ])
  })

  it('has its columns in any order and case; those that nobody knows are ignored', () => {
    const { rows, problems } = read(['Colour', 'WELL', 'plate', 'Barcode', 'colour'], ['red', 'B2', 'P1', 'S1', 'blue'])
    expect(problems.count).toBe(0)
    expect(rows).toEqual([{ line: 2, barcode: 'S1', name: null, type: null, plate: 'P1', well: 'B2' }])
  })

  it('may have the barcode alone, or no row at all', () => {
    expect(read(['barcode'], ['S1'], ['S2']).rows).toHaveLength(2)
    expect(read(header).rows).toEqual([])
  })

  it('passes over empty rows, and counts their lines and the lines within cells', () => {
    const { rows } = read(
      [''],
      header,
      ['', '', '', '', ''],
      ['S1', 'two\r\nlines', '', '', ''],
      [''],
      ['S2', 'a\rb\nc', '', '', ''],
      ['S3', '', '', '', ''],
    )
    expect(rows.map(({ barcode, line }) => [barcode, line])).toEqual([
      ['S1', 4],
      ['S2', 7],
      ['S3', 10],
    ])
  })

  it('counts the lines of columns that it ignores', () => {
    expect(read(['barcode', 'note'], ['S1', 'a\nb'], ['S2', '']).rows.map(({ line }) => line)).toEqual([2, 4])
  })

  it.each([
    ['', ['P1', 'AG1'], 'well'],
    ['', ['P1', 'A49'], 'well'],
    ['', ['P1', 'A0'], 'well'],
    ['', ['P1', 'A1A1A1A1A1A1'], 'well'],
    ['', ['P1', ''], 'well'],
    ['', ['', 'A1'], 'plate'],
    ['', ['p'.repeat(201), 'A1'], 'plate'],
    ['n'.repeat(201), ['', ''], 'name'],
    ['a\0b', ['', ''], 'name'],
    ['M\uFFFDller', ['', ''], 'name'],
    ['half \uD800', ['', ''], 'name'],
  ])('name %j with place %j: one problem, with the %s', (name, place, column) => {
    expect(wrongIn(header, ['S1', 'One', '', 'P1', 'A2'], ['S2', name, '', ...place])).toEqual([`3 ${column}`])
  })

  it.each(['', 'b'.repeat(201), 'a\0b', 'validate', 'import'])('the barcode %j is refused', (barcode) => {
    expect(wrongIn(header, [barcode, 'x', '', '', ''])).toEqual(['2 barcode'])
  })

  it.each([
    ['200 characters', 'b'.repeat(200)],
    ['of any script', 'Проба-№7 🧪'],
    ['like a formula', '=1+1'],
  ])('a barcode %s is good', (_, barcode) => {
    expect(read(header, [barcode, '', '', '', '']).rows).toMatchObject([{ barcode }])
  })

  it('names everything that is wrong in a row', () => {
    expect(wrongIn(header, ['', 'n'.repeat(201), '', 'P1', 'Z99'])).toEqual(['2 name', '2 well', '2 barcode'])
  })

  it('with too few or too many cells in a row: the row', () => {
    expect(wrongIn(header, ['S1', 'One'], ['S2', '', '', '', ''], ['S3', '', '', '', '', ''])).toEqual(['2 null', '4 null'])
  })

  it('the same barcode or well again: the later line, which names the first', () => {
    const rows = [header, ['S1', '', '', 'P1', 'A1'], ['S2', '', '', 'P1', 'a01'], ['S1', '', '', 'P2', 'A1'], ['S4', '', '', 'P2', 'A1']]
    expect(problemsOf(() => read(...rows).problems.refuse())).toEqual([
      { line: 3, column: 'well', message: 'well A1 of P1 is taken by line 2 already' },
      { line: 4, column: 'barcode', message: 'barcode "S1" is in line 2 already' },
    ])
  })

  it.each([
    ['no barcode', ['name', 'well'], ['1 barcode']],
    ['a column twice', ['barcode', 'name', 'Name'], ['1 name']],
    ['neither', ['a', 'well', 'well'], ['1 barcode', '1 well']],
  ])('a header with %s is what is wrong, in line 1, and nothing else is', (_, columns, problems) => {
    expect(wrongIn(columns, ['S1', 'Z99'])).toEqual(problems)
  })

  it.each([[[]], [[['']]], [[[''], ['', '']]]])('nothing in it, %j: line 1 is missing', (rows) => {
    expect(wrongIn(...rows)).toEqual(['1 barcode'])
  })

  it('broken off: at the row after the last one that could be read', () => {
    const table = createSampleTable()
    table.add(header)
    table.add(['S1', 'a\nb', '', '', ''])
    table.breakOff('broken')
    expect(problemsOf(() => table.end().problems.refuse())).toEqual([{ line: 4, column: null, message: 'broken' }])
  })
})

describe('problems', () => {
  it('are told in order of line, the first thousand, with their number', () => {
    const problems = createProblems()
    problems.refuse()
    for (let line = 1500; line > 1; line -= 1) problems.add({ line, column: 'well', message: `line ${line}` })
    let thrown: unknown
    try {
      problems.refuse()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'invalid_input', message: 'Nothing was imported; line 501: line 501 (and 1498 more)' })
    const { error_count, errors } = (thrown as DomainError).details as { error_count: number; errors: ImportProblem[] } // as its doc says
    expect(error_count).toBe(1499)
    expect(errors.map(({ line }) => line)).toEqual(Array.from({ length: mostProblems }, (_, index) => 501 + index))
  })
})
