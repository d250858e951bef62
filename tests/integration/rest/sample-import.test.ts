/** Samples by the table over HTTP: all of a CSV file or nothing of it. */

import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../../support/bench.ts'
import type { Answer } from '../../support/client.ts'
import { recordStatements } from '../../support/count-statements.ts'
import { withEvents } from '../../support/events.ts'
import { onBothDatabases, type TestLab, useLab } from '../../support/lab.ts'
import { rawRequest } from '../../support/raw-request.ts'

const mebibyte = 1024 * 1024
const csv = { 'content-type': 'text/csv' }

function send({ workflow }: TestLab, file: string, headers: Record<string, string> = {}): Promise<Answer> {
  return workflow.post('/samples/import', file, { 'Content-Type': 'text/csv', ...headers })
}

/** A file of one line each. */
const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('')

async function sample({ workflow }: TestLab, barcode: string): Promise<Answer['body']> {
  return (await workflow.get(`/samples/${encodeURIComponent(barcode)}`)).body
}

/** `plate well`, or null. */
async function places(lab: TestLab, ...barcodes: string[]): Promise<(string | null)[]> {
  const found = await Promise.all(barcodes.map((barcode) => sample(lab, barcode)))
  return found.map(({ location }) => location && `${location.plate} ${location.well}`)
}

async function count({ lab }: TestLab): Promise<number> {
  const { rows } = await lab.database.pool.query('select count(*)::int as count from samples')
  return rows[0].count
}

/** The bad lines of a refused file, of which nothing was taken. */
async function problemsIn(lab: TestLab, file: string, headers?: Record<string, string>): Promise<Answer['body']> {
  const before = await count(lab)
  const { answer, events } = await withEvents(lab, () => send(lab, file, headers))
  expectRefusal(answer, 400, 'invalid_input', /^Nothing was imported; line \d+: /)
  expect(events).toEqual([])
  expect(await count(lab)).toBe(before)
  expect(answer.body.details.error_count).toBe(answer.body.details.errors.length)
  return answer.body.details.errors
}

onBothDatabases('a file of samples', { demoLogs: 0 }, (lab) => {
  it('adds those that are new and changes those that are there: counts, samples, one event', async () => {
    await send(lab(), lines('barcode,name,type,plate,well', 'OLD,Old,blood,OLD-1,A1'))
    const file = lines('barcode,name,type,plate,well', 'OLD,New,,,', 'NEW-1,One,blood,NEW,a01', 'NEW-2,,,,')
    const { answer, events } = await withEvents(lab(), () => send(lab(), file, { 'X-Operator': 'Ada' }))
    expect(answer).toMatchObject({ status: 200, body: { created: 2, updated: 1 } })
    expect(events).toMatchObject([{ kind: 'sample.imported', actor: 'rest', operator: 'Ada', data: { created: 2, updated: 1 } }])
    expect(await sample(lab(), 'OLD')).toMatchObject({ name: 'New', type: 'blood', location: { plate: 'OLD-1', well: 'A1' } })
    expect(await sample(lab(), 'NEW-1')).toMatchObject({ name: 'One', type: 'blood', location: { plate: 'NEW', well: 'A1' } })
    expect(await sample(lab(), 'NEW-2')).toMatchObject({ name: null, type: null, location: null })
  })

  it('taken again changes nothing, and says that all of them were there', async () => {
    const file = lines('barcode,plate,well', 'AGAIN-1,AGAIN,A1', 'AGAIN-2,AGAIN,A2')
    await send(lab(), file)
    const before = await sample(lab(), 'AGAIN-1')
    expect(await send(lab(), file)).toMatchObject({ status: 200, body: { created: 0, updated: 2 } })
    expect(await sample(lab(), 'AGAIN-1')).toEqual(before)
  })

  it('samples change places, also all round and with one that is new', async () => {
    await send(lab(), lines('barcode,plate,well', 'A,ROUND,A1', 'B,ROUND,A2', 'C,ROUND,A3'))
    const answer = await send(lab(), lines('barcode,plate,well', 'A,ROUND,A2', 'B,ROUND,A3', 'C,ROUND,B1', 'D,ROUND,A1'))
    expect(answer).toMatchObject({ status: 200, body: { created: 1, updated: 3 } })
    expect(await places(lab(), 'A', 'B', 'C', 'D')).toEqual(['ROUND A2', 'ROUND A3', 'ROUND B1', 'ROUND A1'])
    await send(lab(), lines('barcode,plate,well', 'D,ROUND,A2', 'A,ROUND,A1'))
    expect(await places(lab(), 'A', 'D')).toEqual(['ROUND A1', 'ROUND A2'])
  })

  it('a well that somebody sits in who stays there: refused, whether the file names him or not', async () => {
    await send(lab(), lines('barcode,plate,well', 'SITS,FULL,A1', 'NAMED,FULL,A2', 'MOVER,FULL,A3'))
    const file = lines(
      'barcode,name,plate,well',
      'X,,FULL,A1',
      'NAMED,Named,,',
      'Y,,FULL,A2',
      'MOVER,,FULL,A4',
      'Z,,FULL,A3',
      'V,,FULL,Z99',
    )
    expect(await problemsIn(lab(), file)).toEqual([
      { line: 2, column: 'well', message: 'well A1 of FULL is already occupied by "SITS"' },
      { line: 4, column: 'well', message: 'well A2 of FULL is already occupied by "NAMED"' },
      { line: 7, column: 'well', message: expect.stringContaining('Z99') },
    ])
    expect(await places(lab(), 'MOVER')).toEqual(['FULL A3'])
  })

  it('files that race for the same wells and barcodes: each is taken whole or not at all', async () => {
    const file = (name: string) =>
      lines('barcode,name,plate,well', ...Array.from({ length: 60 }, (_, i) => `RACE-${i},${name},RACE,${'ABCDE'[i % 5]}${(i % 12) + 1}`))
    const rotated = (name: string, by: number) =>
      lines(
        'barcode,name,plate,well',
        ...Array.from({ length: 60 }, (_, i) => `RACE-${i},${name},RACE,${'ABCDE'[(i + by) % 5]}${((i + by) % 12) + 1}`),
      )
    const answers = await Promise.all(
      [file('a'), rotated('b', 1), rotated('c', 2), file('d'), rotated('e', 59)].map((one) => send(lab(), one)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(answers.reduce((sum, { body }) => sum + body.created, 0)).toBe(60)
    const { rows } = await lab().lab.database.pool.query(
      `select count(distinct name)::int as names, count(*)::int as samples, count(distinct well)::int as wells from samples where plate = 'RACE'`,
    )
    expect(rows).toEqual([{ names: 1, samples: 60, wells: 60 }])
  })

  it('is written in one transaction of few statements, and looked up outside of it', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, i) => `MANY-${i},MANY-${Math.floor(i / 96)},${'ABCDEFGH'[i % 8]}${(Math.floor(i / 8) % 12) + 1}`,
    )
    const { value, statements } = await recordStatements(lab().lab.database.pool, () => send(lab(), lines('barcode,plate,well', ...rows)))
    expect(value).toMatchObject({ status: 200, body: { created: 5000 } })
    const texts = statements.map(({ text }) => text.trim().split(/\s/)[0])
    expect(texts.slice(texts.indexOf('begin'), texts.indexOf('commit') + 1)).toEqual([
      'begin',
      'lock',
      'insert',
      'insert',
      'insert',
      'select',
      'commit',
    ])
  })
})

describe('a file of samples is read', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('whatever its line ends, with quotes, a byte order mark, blanks and columns that nobody knows', async () => {
    const file =
      '\uFEFFWell , PLATE,"Barcode",note,name\r\n b02, READ ,R-1,x,"Müller, ""Max"""\r\n\r\n,,R-2,"a\r\nb","two\nlines"\n,,R-3,,3" tube\r,,,,\r\n'
    expect(await send(lab(), file)).toMatchObject({ status: 200, body: { created: 3, updated: 0 } })
    expect(await sample(lab(), 'R-1')).toMatchObject({ name: 'Müller, "Max"', location: { plate: 'READ', well: 'B2' } })
    expect(await sample(lab(), 'R-2')).toMatchObject({ name: 'two\nlines' })
    expect(await sample(lab(), 'R-3')).toMatchObject({ name: '3" tube' })
  })

  it.each([
    ['semicolons', 'S', 'barcode;name\nS;"a;b, c"\n'],
    ['tabs', 'T', 'barcode\tname\nT\t"a;b, c"'],
  ])('with %s between the columns', async (_, barcode, file) => {
    expect((await send(lab(), file)).status).toBe(200)
    expect(await sample(lab(), barcode)).toMatchObject({ name: 'a;b, c' })
  })

  it('in UTF-16, as a spreadsheet saves "Unicode text"', async () => {
    const body = [Buffer.from([0xff, 0xfe]), Buffer.from('barcode\tname\r\nU16\tЖанна \r\n', 'utf16le')]
    expect(await rawRequest(`${lab().workflow.url}/samples/import`, { method: 'POST', headers: csv, body })).toMatchObject({ status: 200 })
    expect(await sample(lab(), 'U16')).toMatchObject({ name: 'Жанна' })
  })

  it('also when it comes byte by byte', async () => {
    const body = [...Buffer.from('\uFEFFbarcode;name\nBYTES;"Zoë\r\n;"\n')].map((byte) => Buffer.from([byte]))
    const answer = await rawRequest(`${lab().workflow.url}/samples/import`, {
      method: 'POST',
      headers: { ...csv, 'content-length': body.length },
      body,
    })
    expect(answer).toMatchObject({ status: 200, body: { created: 1, updated: 0 } })
    expect(await sample(lab(), 'BYTES')).toMatchObject({ name: 'Zoë\r\n;' })
  })

  it('with nothing but a header: nothing to do, and no event', async () => {
    const { answer, events } = await withEvents(lab(), () => send(lab(), 'barcode,name\n'))
    expect(answer).toMatchObject({ status: 200, body: { created: 0, updated: 0 } })
    expect(events).toEqual([])
  })

  it('every bad line is told, with its number in the file and its column', async () => {
    const file = lines(
      'barcode,name,plate,well',
      'BAD-1,"two\nlines",P,A1',
      ',nobody,,',
      'BAD-3,half a place,P,',
      'BAD-4,,,B1',
      '',
      'BAD-5,,P,Q99',
      'BAD-6,too,few',
      'BAD-1,again,,',
      'BAD-8,,P,a01',
      'validate,,,',
      `BAD-10,${'n'.repeat(201)},,`,
      'BAD-11,a\0b,,',
      'BAD-12,too,many,B1,cells',
    )
    expect(await problemsIn(lab(), file)).toMatchObject([
      { line: 4, column: 'barcode' },
      { line: 5, column: 'well' },
      { line: 6, column: 'plate' },
      { line: 8, column: 'well' },
      { line: 9, column: null },
      { line: 10, column: 'barcode' },
      { line: 11, column: 'well' },
      { line: 12, column: 'barcode' },
      { line: 13, column: 'name' },
      { line: 14, column: 'name' },
      { line: 15, column: null },
    ])
  })

  it('that is not in UTF-8: the lines where that shows', async () => {
    const body = [Buffer.from('barcode,name\nL-1,Muller\nL-2,M\xfcller\n', 'latin1')]
    const answer = await rawRequest(`${lab().workflow.url}/samples/import`, { method: 'POST', headers: csv, body })
    expect(answer).toMatchObject({ status: 400, body: { details: { errors: [{ line: 3, column: 'name' }] } } })
  })

  it.each([
    ['a quote that is never closed', 'barcode,name\nQ-1,"a\nb"\nQ-2,"open\nQ-3,c\n', 4],
    ['text behind a closing quote', 'barcode,name\nQ-1,"a" b\nQ-2,c\n', 2],
  ])('up to %s, which is told with its line', async (_, file, line) => {
    expect(await problemsIn(lab(), file)).toMatchObject([{ line, column: null, message: expect.stringMatching(/^From here on .*quote/) }])
  })

  it.each(['', '\n', '  \r\n ', '\uFEFF'])('%j is empty: 400', async (file) => {
    expect(await problemsIn(lab(), file)).toMatchObject([{ line: 1, column: 'barcode', message: expect.stringContaining('empty') }])
  })

  it('no body at all is empty too', async () => {
    expectRefusal(await lab().workflow.post('/samples/import'), 400, 'invalid_input', /empty/)
  })

  it.each([
    ['no barcode column', 'name,plate\na,b\nc,d\n'],
    ['a barcode column by another name', 'Bar code\nA\n'],
  ])('%s: line 1', async (_, file) => {
    expect(await problemsIn(lab(), file)).toMatchObject([{ line: 1, column: 'barcode', message: expect.stringContaining('barcode') }])
  })

  it('of bad lines the first thousand are told, and how many there are', async () => {
    const { status, body } = await send(lab(), lines('barcode,plate,well', ...Array.from({ length: 1500 }, (_, i) => `X${i},P,Z99`)))
    expect({ status, count: body.details.error_count }).toEqual({ status: 400, count: 1500 })
    expect(body.details.errors).toHaveLength(1000)
    expect(body.error).toMatch(/^Nothing was imported; line 2: .* \(and 1499 more\)$/)
  })

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/vnd.ms-excel', 'text/csvx', ''])(
    'as "%s" it is refused: 415',
    async (type) => {
      expectRefusal(await send(lab(), 'barcode\nTYPE\n', { 'Content-Type': type }), 415, 'unsupported_media_type', /text\/csv/)
    },
  )

  it.each(['text/csv; charset=utf-8', 'Text/CSV;header=present'])('as "%s" it is taken', async (type) => {
    expect((await send(lab(), 'barcode\nTYPE\n', { 'Content-Type': type })).status).toBe(200)
  })

  describe.each(['with a Content-Length', 'chunked'])('%s', (how) => {
    const post = (body: Buffer) =>
      rawRequest(`${lab().workflow.url}/samples/import`, {
        method: 'POST',
        headers: { ...csv, ...(how === 'chunked' ? {} : { 'content-length': body.length }) },
        body: [body],
      })
    /** One sample, and a note as long as it takes. */
    const fileOf = (bytes: number) => Buffer.from('barcode,note\nLONG,'.padEnd(bytes, 'x'))

    it('32 MiB are taken', async () => {
      expect(await post(fileOf(32 * mebibyte))).toMatchObject({ status: 200 })
    })

    it('one byte more is not: 413', async () => {
      const before = await count(lab())
      expectRefusal(await post(fileOf(32 * mebibyte + 1)), 413, 'body_too_large', /32 MiB/)
      expect(await count(lab())).toBe(before)
    })
  })

  it('more than 1 MiB is for this path only', async () => {
    const { status } = await lab().workflow.post('/samples/validate', { barcodes: ['x'.repeat(mebibyte)] })
    expect(status).toBe(413)
  })
})
