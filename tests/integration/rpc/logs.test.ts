/** The log table over the contract: any window of a filtered list, what it counts, how it grows, and the same rows as a file. */

import { describe, expect, it } from 'vitest'
import { contract, type Input, type Output } from '../../../shared/contract/contract.ts'
import type { LogExtentWire, LogFilterWire, LogRowWire } from '../../../shared/contract/logs.ts'
import { book, hang, newDevice } from '../../support/bench.ts'
import { recordStatements } from '../../support/count-statements.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { logIds, writeLogs } from '../../support/logs.ts'
import { type RpcClient, usePages } from '../../support/rpc-client.ts'

const connect = usePages()

/** Asked until everything is counted, each answer held against the contract. */
async function extentOf(page: RpcClient, filter: LogFilterWire): Promise<LogExtentWire> {
  for (let counted = -1; ; ) {
    const extent = await page.ask('logs.extent', { filter })
    expect(contract['logs.extent'].output.parse(extent)).toEqual(extent)
    expect(extent.counted).toBeGreaterThanOrEqual(counted)
    if (extent.complete) return extent
    counted = extent.counted
  }
}

async function windowOf(page: RpcClient, input: Input<'logs.window'>): Promise<Output<'logs.window'>> {
  const window = await page.ask('logs.window', input)
  expect(contract['logs.window'].output.parse(window)).toEqual(window)
  return window
}

async function everyRow(page: RpcClient, { generation, total }: LogExtentWire, step = 200): Promise<LogRowWire[]> {
  const rows: LogRowWire[] = []
  for (let from = 0; from < total; from += step) rows.push(...(await windowOf(page, { generation, from, count: step })).rows)
  return rows
}

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id)

onBothDatabases('a long list', { demoLogs: 300 }, (lab) => {
  /** What SQL says about the same question, oldest first. */
  async function expected(condition: string): Promise<number[]> {
    const { rows } = await lab().lab.database.pool.query(`select id from execution_logs where ${condition} order by started_at, id`)
    return rows.map(({ id }) => Number(id))
  }

  it('gives every row once and in order, whatever the filter, window by window', { timeout: 120_000 }, async () => {
    await writeLogs(lab(), 'long-1', 9000, { start: '2024-01-01T00:00:00Z', everyMs: 40_000 })
    await writeLogs(lab(), 'long-1', 90, { start: '2024-01-02T00:00:00Z', everyMs: 1_000_000, status: 'failed', operation: 'spin' })
    // Many that start at the same moment.
    await writeLogs(lab(), 'long-2', 300, { start: '2024-01-03T00:00:00Z', everyMs: 0, workflowId: 'at_once' })
    const page = await connect(lab())
    const cases: [LogFilterWire, string][] = [
      [{}, 'true'],
      [{ deviceId: 'long-1' }, `device_id = 'long-1'`],
      [{ status: 'failed' }, `status = 'failed'`],
      [{ status: 'completed', deviceId: 'long-1' }, `status = 'completed' and device_id = 'long-1'`],
      [{ deviceId: 'long-1', operation: 'spin' }, `device_id = 'long-1' and operation = 'spin'`],
      [{ workflowId: 'at_once', status: 'completed' }, `workflow_id = 'at_once'`],
      [{ text: 'AT_ONCE' }, `workflow_id = 'at_once'`],
      [{ text: 'atxonce' }, 'false'],
      [{ start: '2024-01-03T00:00:00.000Z', end: '2024-01-03T00:00:00.000Z' }, `started_at = '2024-01-03'`],
      [{ deviceId: 'nobody' }, 'false'],
    ]
    for (const [filter, condition] of cases) {
      const extent = await extentOf(page, filter)
      const wanted = await expected(condition)
      expect({ filter, total: extent.total }).toEqual({ filter, total: wanted.length })
      expect(ids(await everyRow(page, extent))).toEqual(wanted)
      const middle = Math.max(0, Math.floor(wanted.length / 2) - 3)
      expect(ids((await windowOf(page, { generation: extent.generation, from: middle, count: 7 })).rows)).toEqual(
        wanted.slice(middle, middle + 7),
      )
    }
  })

  it('counts them by time, good and bad', async () => {
    await writeLogs(lab(), 'timed', 100, { start: '2023-06-01T00:00:00Z', everyMs: 864_000 })
    await writeLogs(lab(), 'timed', 10, { start: '2023-06-01T12:00:00Z', everyMs: 60_000, status: 'aborted' })
    const page = await connect(lab())
    const { histogram } = await extentOf(page, { deviceId: 'timed', start: '2023-06-01T00:00:00.000Z', end: '2023-06-02T00:00:00.000Z' })
    expect(histogram.buckets.length).toBeLessThanOrEqual(120)
    const { rows } = await lab().lab.database.pool.query(
      `select date_bin($1::interval, started_at, '2001-01-01T00:00:00Z') as start, count(*) filter (where status = 'completed')::int as good,
              count(*) filter (where status = 'aborted')::int as bad from execution_logs where device_id = 'timed' group by 1 order by 1`,
      [`${histogram.bucketWidth} milliseconds`],
    )
    expect(histogram.buckets).toEqual(rows.map((row) => ({ ...row, start: row.start.toISOString() })))
    expect(histogram.buckets.reduce((sum, { good, bad }) => sum + good * 1000 + bad, 0)).toBe(100_010)
  })

  it('grows as logs arrive, and what was at a place is still there', async () => {
    const page = await connect(lab())
    await writeLogs(lab(), 'growing', 4100, { start: '2024-03-01T00:00:00Z', everyMs: 1000 })
    const before = await extentOf(page, { deviceId: 'growing' })
    expect(before).toMatchObject({ total: 4100, complete: true, settled: 4000 })
    const old = await windowOf(page, { generation: before.generation, from: 3990, count: 10 })
    await writeLogs(lab(), 'growing', 30, { start: '2024-03-01T02:00:00Z' })
    const after = await extentOf(page, { deviceId: 'growing' })
    expect(after).toMatchObject({ total: 4130, generation: before.generation })
    expect(await windowOf(page, { generation: after.generation, from: 3990, count: 10 })).toEqual(old)
    expect(ids((await windowOf(page, { generation: after.generation, from: 4100, count: 200 })).rows)).toEqual(
      (await logIds(lab(), 'growing')).slice(4100),
    )
  })

  it('follows an operation whose end changes whether it fits', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    await book(lab(), deviceId, 'script')
    const { answer, logId } = await hang(lab(), deviceId, 'script')
    expect(await extentOf(page, { deviceId, status: 'running' })).toMatchObject({ total: 1 })
    expect(await extentOf(page, { deviceId, status: 'aborted' })).toMatchObject({ total: 0 })
    await page.ask('devices.release', { deviceId, force: true, reason: 'test' })
    await answer
    expect(await extentOf(page, { deviceId, status: 'running' })).toMatchObject({ total: 0 })
    const aborted = await extentOf(page, { deviceId, status: 'aborted' })
    expect(ids((await windowOf(page, { generation: aborted.generation, from: 0, count: 10 })).rows)).toEqual([logId])
  })

  it('says that positions are stale when logs were deleted behind its back, and counts anew', async () => {
    const page = await connect(lab())
    await writeLogs(lab(), 'shrinking', 50, { start: '2024-04-01T00:00:00Z' })
    const before = await extentOf(page, { deviceId: 'shrinking' })
    await lab().lab.database.pool.query(`delete from execution_logs where device_id = 'shrinking' and id % 2 = 0`)
    expect(await windowOf(page, { generation: before.generation, from: 0, count: 50 })).toMatchObject({ stale: true })
    const after = await extentOf(page, { deviceId: 'shrinking' })
    expect(after).toMatchObject({ total: 25 })
    expect(after.generation).not.toBe(before.generation)
    expect(await windowOf(page, { generation: before.generation, from: 0, count: 50 })).toEqual({ stale: true, rows: [] })
  })

  it('shows the first rows of either end before anything is counted', async () => {
    const page = await connect(lab())
    await writeLogs(lab(), 'first', 700, { start: '2024-05-01T00:00:00Z', everyMs: 10 })
    const all = await logIds(lab(), 'first')
    const newest = await page.ask('logs.first', { filter: { deviceId: 'first' }, order: 'newest', limit: 60 })
    expect(contract['logs.first'].output.parse(newest)).toEqual(newest)
    expect(ids(newest)).toEqual(all.slice(-60).reverse())
    expect(ids(await page.ask('logs.first', { filter: { deviceId: 'first', text: 'shake' }, order: 'oldest', limit: 60 }))).toEqual(
      all.slice(0, 60),
    )
  })

  it('gives one log whole, or says that there is none', async () => {
    const page = await connect(lab())
    const [row] = await page.ask('logs.first', { filter: {}, order: 'newest', limit: 1 })
    const detail = await page.ask('logs.get', { logId: row?.id ?? 0 })
    expect(contract['logs.get'].output.parse(detail)).toEqual(detail)
    expect(JSON.stringify(detail.parameters)).toContain((row?.parameters ?? '').replaceAll(/\s/g, '').slice(0, 20))
    expect(await page.call('logs.get', { logId: 999_999_999 })).toMatchObject({ ok: false, error: { code: 'log_not_found' } })
  })

  it('knows every device and operation that there are logs of', async () => {
    const page = await connect(lab())
    const choices = await page.ask('logs.choices', {})
    const { rows } = await lab().lab.database.pool.query('select distinct operation from execution_logs order by 1')
    expect(choices.operations).toEqual(rows.map(({ operation }) => operation))
    expect(choices.deviceIds).toEqual(expect.arrayContaining(['incubator-1', 'plate-reader-1']))
  })

  it.each(['csv', 'ndjson'] as const)('gives the same %s in pieces as REST gives whole', async (format) => {
    const page = await connect(lab())
    await writeLogs(lab(), `file-${format}`, 4500, { start: '2024-06-01T00:00:00Z', everyMs: 10 })
    const filter = { deviceId: `file-${format}`, start: '2024-06-01T00:00:00.000Z', end: '2024-06-01T00:00:40.000Z' }
    let text = ''
    let rows = 0
    let pieces = 0
    for (let after: Output<'logs.export'>['next'] = null; ; ) {
      const piece: Output<'logs.export'> = await page.ask('logs.export', { filter, order: 'oldest', format, after })
      expect(contract['logs.export'].output.parse(piece)).toEqual(piece)
      text += piece.text
      rows += piece.rows
      pieces += 1
      if (!piece.next) break
      after = piece.next
    }
    expect({ rows, severalPieces: pieces > 1 }).toEqual({ rows: 4001, severalPieces: true })
    const path = `/execution-logs/search?device_id=${filter.deviceId}&start=${filter.start}&end=${filter.end}&format=${format}`
    expect(text).toBe((await lab().device.get(path)).body)
  })
})

describe('on the embedded database', () => {
  const lab = useLab('embedded', { demoLogs: 20_000 })

  it('no statement reads the whole table, and none looks at more than a few thousand rows', { timeout: 120_000 }, async () => {
    const page = await connect(lab())
    const { pool } = lab().lab.database
    const filters: LogFilterWire[] = [
      {},
      { deviceId: 'incubator-1' },
      { workflowId: 'script' },
      { operation: 'incubate' },
      { status: 'failed' },
      { status: 'completed' },
      { deviceId: 'incubator-1', operation: 'incubate', status: 'completed' },
      { text: 'no such text' },
      { start: '2025-01-10T00:00:00.000Z', end: '2025-01-20T00:00:00.000Z' },
    ]
    let mostOfAll = 0
    for (const filter of filters) {
      const { statements } = await recordStatements(pool, async () => {
        const { generation, total } = await extentOf(page, filter)
        if (total > 0) await windowOf(page, { generation, from: Math.floor(total / 2), count: 100 })
        await page.ask('logs.first', { filter, order: 'newest', limit: 100 })
        await page.ask('logs.export', { filter, order: 'oldest', format: 'csv', after: null })
        await page.ask('logs.choices', {})
      })
      const reading = statements.filter(({ text }) => text.includes('execution_logs'))
      expect(reading.length).toBeGreaterThan(5)
      for (const { text, values } of reading) {
        const { rows } = await pool.query(`explain (analyze, timing off) ${text}`, [...values])
        const plan: string = rows.map((row) => row['QUERY PLAN']).join('\n')
        expect(plan).not.toContain('Seq Scan on execution_logs')
        const most = Math.max(...[...plan.matchAll(/execution_logs.*actual rows=(\d+)/g)].map(([, count]) => Number(count)))
        mostOfAll = Math.max(mostOfAll, most)
        expect({ most: most <= 4000 ? 'few' : most, text, plan }).toMatchObject({ most: 'few' })
      }
    }
    expect(mostOfAll).toBe(4000)
  })
})
