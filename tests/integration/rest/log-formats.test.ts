/** Logs as JSON, as lines of JSON and as a table: the same rows in each, whoever writes meanwhile, at any size. */

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { book, newDevice } from '../../support/bench.ts'
import { recordStatements } from '../../support/count-statements.ts'
import { onBothDatabases, type TestLab, useLab } from '../../support/lab.ts'
import { logIds, nextOf, writeLogs } from '../../support/logs.ts'

const columns = 'id,device_id,workflow_id,operation,status,parameters,result,error,started_at,completed_at,duration_ms'.split(',')

/** One log with these in it, and its line of the table as a spreadsheet takes it apart. */
async function lineOf(
  { lab, device }: TestLab,
  log: { operation?: string; parameters?: unknown; result?: unknown; error?: string | null },
) {
  const { operation = 'shake', parameters = {}, result = null, error = null } = log
  const { rows } = await lab.database.pool.query(
    `insert into execution_logs (device_id, workflow_id, operation, status, parameters, result, error, started_at)
     values ('cells', 'w', $1, 'failed', $2, $3, $4, '2025-01-15T10:00:00Z') returning id`,
    [operation, JSON.stringify(parameters), result === null ? null : JSON.stringify(result), error],
  )
  const { body } = await device.get('/execution-logs/cells?format=csv&all=true')
  const table: Record<string, string>[] = parse(body, { columns: true })
  return table.find(({ id }) => id === String(rows[0].id)) ?? {}
}

describe('logs as a table', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('have a header and the columns of a Log, JSON in parameters and result, nothing for null', async () => {
    await lineOf(lab(), { parameters: { volume_ul: 50, note: 'a "b", c' }, result: { ok: true }, error: 'broken\nwell' })
    const { headers, body } = await lab().device.get('/execution-logs/cells?format=csv')
    const [{ id }] = (await lab().device.get('/execution-logs/cells')).body
    expect(headers.get('content-type')).toBe('text/csv; charset=UTF-8')
    expect(body).toBe(
      `${columns}\n${id},cells,w,shake,failed,"{""volume_ul"":50,""note"":""a \\""b\\"", c""}","{""ok"":true}","broken\nwell",2025-01-15T10:00:00.000Z,,\n`,
    )
  })

  it('say the same as JSON', async () => {
    await writeLogs(lab(), 'same', 20)
    const { body } = await lab().device.get('/execution-logs/same?format=csv')
    const table: Record<string, string>[] = parse(body, { columns: true })
    const logs = table.map(({ id, parameters = '', result = '', error, duration_ms, ...others }) => ({
      ...others,
      id: Number(id),
      parameters: JSON.parse(parameters),
      result: JSON.parse(result),
      error: error || null,
      duration_ms: Number(duration_ms),
    }))
    expect(logs).toEqual((await lab().device.get('/execution-logs/same')).body)
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    '=HYPERLINK("http://x","y")',
    "-2+3+cmd|' /C calc'!A0",
  ])('a spreadsheet does not run %j', async (text) => {
    const line = await lineOf(lab(), { operation: text, error: text })
    expect(line).toMatchObject({ operation: `'${text}`, error: `'${text}` })
  })

  it.each(["'quoted", '1-1', 'a=b', ' -', '#1', 'Ж, "x"\r\n;'])('%j stays as it is', async (text) => {
    expect(await lineOf(lab(), { operation: text, error: text })).toMatchObject({ operation: text, error: text })
  })

  it.each([
    ['a negative number, which is no formula', -5, '-5'],
    ['a text like a formula, which is in quotes', '=1+1', '"=1+1"'],
    ['a list', [-1, '=2'], '[-1,"=2"]'],
    ['false', false, 'false'],
    ['0', 0, '0'],
    ['nothing', null, ''],
  ])('a result that is %s', async (_, result, cell) => {
    expect(await lineOf(lab(), { result })).toMatchObject({ result: cell })
  })

  it('of nothing are the header', async () => {
    const path = '/execution-logs/search?start=1999-01-01&end=1999-01-02'
    expect((await lab().device.get(`${path}&format=csv`)).body).toBe(`${columns}\n`)
    expect((await lab().device.get(`${path}&format=ndjson`)).body).toBe('')
    expect((await lab().device.get(`${path}&format=json`)).body).toEqual([])
  })

  it('page by page have a header each', async () => {
    await writeLogs(lab(), 'paged', 5)
    const first = await lab().device.get('/execution-logs/paged?limit=3&format=csv')
    const second = await lab().device.get((nextOf(first) ?? '').slice(lab().device.url.length))
    const tables = [first, second].map(({ body }): { id: string }[] => parse(body, { columns: true }))
    expect(tables.map(({ length }) => length)).toEqual([3, 2])
    expect(tables.flat().map(({ id }) => Number(id))).toEqual((await logIds(lab(), 'paged')).reverse())
    expect(nextOf(second)).toBeUndefined()
  })

  it.each([
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; header=present', 'text/csv'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['text/csv;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['image/png', 'application/json'],
    ['nonsense;;', 'application/json'],
  ])('Accept: %s gets %s', async (accept, type) => {
    for (const path of ['/execution-logs', '/execution-logs/paged', '/execution-logs/search?start=2025-01-01&end=2025-01-02']) {
      const { status, headers } = await lab().device.get(path, { Accept: accept })
      expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: `${type}; charset=UTF-8` })
    }
  })

  it('format wins over Accept', async () => {
    const { headers } = await lab().device.get('/execution-logs?format=json', { Accept: 'text/csv' })
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })
})

/** Ids of the rows, in order, of an answer in any of the formats. */
const idsIn: Record<string, (text: string) => number[]> = {
  json: (text) => JSON.parse(text).map(({ id }: { id: number }) => id),
  ndjson: (text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  csv: (text) => parse<{ id: string }>(text, { columns: true }).map(({ id }) => Number(id)),
}

onBothDatabases('all logs', { demo: false }, (lab) => {
  it.each(Object.keys(idsIn))('as %s: each row once, in order, while others are written before, between and behind', async (format) => {
    const device = `walk-${format}`
    await writeLogs(lab(), device, 7000, { start: '2025-03-02T00:00:00Z', everyMs: 1000 })
    const expected = await logIds(lab(), device)
    const queries = {
      newest: `/execution-logs/${device}?all=true&format=${format}`,
      oldest: `/execution-logs/search?start=2025-03-02&end=2025-03-03&device_id=${device}&status=completed&format=${format}`,
    }
    for (const [order, path] of Object.entries(queries)) {
      let text = ''
      let pieces = 0
      const decoder = new TextDecoder()
      const { body } = await fetch(lab().device.url + path)
      for await (const piece of body ?? []) {
        text += decoder.decode(piece, { stream: true })
        pieces += 1
        if (pieces % 8 !== 0) continue
        await writeLogs(lab(), device, 3, { start: '2025-03-01T00:00:00Z', operation: 'late' })
        await writeLogs(lab(), device, 3, { start: '2025-03-04T00:00:00Z', operation: 'late' })
        await writeLogs(lab(), 'another', 3, { start: '2025-03-02T00:30:00Z' })
      }
      expect(pieces).toBeGreaterThan(8)
      const known = new Set(expected)
      const walked = (idsIn[format] ?? (() => []))(text)
      expect(new Set(walked).size).toBe(walked.length)
      expect(walked.filter((id) => known.has(id))).toEqual(order === 'newest' ? [...expected].reverse() : expected)
      if (order === 'oldest') expect(walked).toHaveLength(expected.length)
    }
  })

  it('a search by what no index knows looks at no more rows at a time than a list gives, and finds them all', async () => {
    await writeLogs(lab(), 'rare', 9000, { start: '2025-05-01T00:00:00Z' })
    const { rows: failed } = await lab().lab.database.pool.query(
      `update execution_logs set status = 'failed', operation = 'spin' where device_id = 'rare' and id % 1500 = 7 returning id`,
    )
    const path = '/execution-logs/search?start=2025-05-01&end=2025-05-02&device_id=rare'
    const { value, statements } = await recordStatements(lab().lab.database.pool, () => lab().device.get(`${path}&operation=spin`))
    expect(value.body.map(({ id }: { id: number }) => id)).toEqual(failed.map(({ id }) => Number(id)).sort((a, b) => a - b))
    expect(statements.length).toBeGreaterThan(4)
    const first = await lab().device.get(`${path}&status=failed&operation=spin&limit=${failed.length - 1}`)
    const last = await lab().device.get((nextOf(first) ?? '').slice(lab().device.url.length))
    expect([...first.body, ...last.body]).toEqual(value.body)
    expect(nextOf(last)).toBeUndefined()
    expect((await lab().device.get(`${path}&status=aborted`)).body).toEqual([])
  })

  it('a reader that stops reading makes no statements and delays no booking; when it goes away there are none to come', async () => {
    for (let written = 0; written < 60_000; written += 5000) await writeLogs(lab(), 'long', 5000, { padding: 600 })
    const device = await newDevice(lab())
    /** What some bookings take, and how many chunks of the list are read meanwhile. */
    const bookings = async (count: number) => {
      const begun = performance.now()
      const { statements } = await recordStatements(lab().lab.database.pool, async () => {
        for (let done = 0; done < count; done += 1) {
          await book(lab(), device, 'script')
          await lab().device.post(`/devices/${device}/release`, { workflow_id: 'script' })
        }
      })
      const chunks = statements.filter(({ text }) => /from "execution_logs".* order by "execution_logs"."started_at" desc/.test(text))
      return { chunks: chunks.length, took: performance.now() - begun }
    }
    await bookings(20)
    const alone = await bookings(20)

    const sent = get(`${lab().device.url}/execution-logs?all=true&format=csv`, { agent: false })
    const [reader] = (await once(sent, 'response')) as [IncomingMessage]
    await once(reader, 'readable')
    // Until the sockets are full. One look without a chunk may only have been quicker than the next chunk.
    let quiet = 0
    while (quiet < 5) quiet = (await bookings(5)).chunks > 0 ? 0 : quiet + 1
    const stalled = await bookings(20)
    expect(stalled.chunks).toBe(0)
    expect(stalled.took).toBeLessThan(alone.took * 10 + 3_000)

    reader.on('error', () => undefined).destroy()
    await once(reader, 'close')
    expect((await bookings(20)).chunks).toBe(0)
  })
})

describe('200,000 logs', () => {
  const lab = useLab('embedded', { demo: false })
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')

  /** Bytes that are in use, here and in buffers. */
  function inUse(): number {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }

  it('take no more memory than a few chunks', { timeout: 120_000 }, async () => {
    for (let written = 0; written < 200_000; written += 20_000) {
      await writeLogs(lab(), 'many', 20_000, { start: new Date(Date.UTC(2025, 2, 1) + written * 1000).toISOString(), padding: 100 })
    }
    for (const format of ['json', 'csv']) {
      const { body } = await fetch(`${lab().device.url}/execution-logs?all=true&format=${format}`)
      const before = inUse()
      let most = 0
      let bytes = 0
      let looked = 0
      for await (const piece of body ?? []) {
        bytes += piece.length
        if (bytes < looked + 8_000_000) continue
        looked = bytes
        most = Math.max(most, inUse() - before)
      }
      expect(bytes).toBeGreaterThan(40_000_000)
      expect(most).toBeLessThan(25_000_000)
    }
  })
})
