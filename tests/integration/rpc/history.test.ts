/** Timeline and insights over the contract: what is drawn and summed is what the database has, in statements that nobody has to wait for. */

import { describe, expect, it } from 'vitest'
import { contract, type Input, type Output } from '../../../shared/contract/contract.ts'
import { book, newDevice, newWorkflow, queueUp } from '../../support/bench.ts'
import { recordStatements } from '../../support/count-statements.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { writeLogs } from '../../support/logs.ts'
import { type RpcClient, usePages } from '../../support/rpc-client.ts'

const connect = usePages()

/** Asked until all is summed, each answer held against the contract. */
async function whole<M extends 'timeline.past' | 'insights.activity'>(page: RpcClient, method: M, input: Input<M>): Promise<Output<M>> {
  for (;;) {
    const answer = await page.ask(method, input)
    expect(contract[method].output.parse(answer)).toEqual(answer)
    if (answer.complete) return answer
  }
}

const january = Array.from({ length: 32 }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString())

onBothDatabases('the past', { demoLogs: 3000 }, (lab) => {
  async function rows<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    return (await lab().lab.database.pool.query(text, values)).rows as Row[]
  }

  it('of a few hours is every run and step of it, also what had begun before', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    const at = (minute: number) => new Date(Date.UTC(2024, 1, 1, 10, minute)).toISOString()
    await rows(
      `insert into device_bookings (device_id, workflow_id, status, booked_at, released_at)
       values ($1, 'early', 'released', $2, $3), ($1, 'through', 'released', $3, $4), ($1, 'late', 'released', $5, $6)`,
      deviceId,
      ...[0, 10, 40, 61, 70].map(at),
    )
    await rows(
      `insert into execution_logs (device_id, workflow_id, operation, status, started_at, completed_at, duration_ms)
       values ($1, 'early', 'over', 'completed', $2, $3, 1), ($1, 'through', 'across', 'completed', $4, $5, 1),
              ($1, 'through', 'inside', 'failed', $5, $6, 1), ($1, 'late', 'after', 'completed', $7, $7, 1)`,
      ...[deviceId, at(0), at(5), at(15), at(30), at(35), at(61)],
    )
    const { devices } = await whole(page, 'timeline.past', { start: at(20), end: at(60) })
    const found = devices.find((device) => device.deviceId === deviceId)
    expect(found?.runs?.map(({ workflowId, start, end }) => ({ workflowId, start, end }))).toEqual([
      { workflowId: 'through', start: at(10), end: at(40) },
    ])
    expect(found?.steps?.map(({ operation, status, end }) => ({ operation, status, end }))).toEqual([
      { operation: 'across', status: 'completed', end: at(30) },
      { operation: 'inside', status: 'failed', end: at(35) },
    ])
  })

  it('of many steps is summed by cells, which lose nothing', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    await writeLogs(lab(), deviceId, 9000, { start: '2024-02-03T00:00:00Z', everyMs: 20_000 })
    await writeLogs(lab(), deviceId, 30, { start: '2024-02-03T07:00:00Z', everyMs: 1000, status: 'failed' })
    const past = await whole(page, 'timeline.past', { start: '2024-02-01T00:00:00.000Z', end: '2024-02-08T00:00:00.000Z' })
    const found = past.devices.find((device) => device.deviceId === deviceId)
    expect(found?.steps).toBeNull()
    expect(past.cellMs).toBe(3_600_000)
    expect(found?.cells).toEqual(
      (
        await rows<{ start: Date; count: number; bad: number; busyMs: number }>(
          `select date_bin('1 hour', started_at, '2001-01-01T00:00:00Z') as start, count(*)::int as count, count(*) filter (where status = 'failed')::int as bad,
                  sum(duration_ms)::float8 as "busyMs" from execution_logs where device_id = $1 group by 1 order by 1`,
          deviceId,
        )
      ).map((cell) => ({ ...cell, start: cell.start.toISOString() })),
    )
  })

  it('of a month adds up to what SQL says: by day and device, and by operation', async () => {
    const page = await connect(lab())
    const { stretches, operations } = await whole(page, 'insights.activity', { edges: january })
    const byDay = await rows<{ day: Date; deviceId: string; count: number; bad: number; busyMs: number }>(
      `select date_bin('1 day', started_at, '2001-01-01T00:00:00Z') as day, device_id as "deviceId", count(*)::int as count,
              count(*) filter (where status in ('failed', 'aborted', 'interrupted'))::int as bad, sum(duration_ms)::float8 as "busyMs"
         from execution_logs where started_at >= '2025-01-01' and started_at < '2025-02-01' group by 1, 2 order by 1, 2`,
    )
    const summed = stretches.flatMap(({ devices }, index) =>
      devices.sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1)).map((device) => ({ day: new Date(january[index] ?? ''), ...device })),
    )
    expect(summed).toEqual(byDay)
    const byOperation = await rows<{ operation: string; count: number; p50: number; p90: number }>(
      `select operation, count(*)::int as count, percentile_disc(0.5) within group (order by duration_ms) filter (where status = 'completed')::float8 as p50,
              percentile_disc(0.9) within group (order by duration_ms) filter (where status = 'completed')::float8 as p90
         from execution_logs where started_at >= '2025-01-01' and started_at < '2025-02-01' group by 1 order by count(*) desc`,
    )
    expect(operations.map(({ operation, count }) => ({ operation, count }))).toEqual(
      expect.arrayContaining(byOperation.map(({ operation, count }) => ({ operation, count }))),
    )
    for (const { operation, p50, p90 } of byOperation) {
      const found = operations.find((figures) => figures.operation === operation)
      expect(Math.abs((found?.p50Ms ?? 0) / p50 - 1)).toBeLessThan(0.03)
      expect(Math.abs((found?.p90Ms ?? 0) / p90 - 1)).toBeLessThan(0.03)
    }
  })

  it('begins and ends at the edges, also for operations, and in time zones whose days begin at half past or a quarter to', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    const steps = { operation: deviceId, everyMs: 60_000 }
    // From 18:00 to 19:59, and some the day after.
    await writeLogs(lab(), deviceId, 120, { ...steps, start: '2024-06-10T18:00:00Z' })
    await writeLogs(lab(), deviceId, 7, { ...steps, start: '2024-06-11T18:10:00Z', status: 'failed' })
    const sums = async (...edges: string[]) => {
      const { stretches, operations } = await whole(page, 'insights.activity', { edges: edges.map((edge) => `2024-06-${edge}:00.000Z`) })
      const counts = stretches.map(({ devices }) => devices.find((device) => device.deviceId === deviceId)?.count ?? 0)
      const found = operations.find(({ operation }) => operation === deviceId)
      return { counts, operations: found?.count ?? 0, bad: found?.bad ?? 0 }
    }
    expect(await sums('10T18:30', '11T18:30')).toEqual({ counts: [97], operations: 97, bad: 7 })
    expect(await sums('10T17:45', '10T18:15', '10T18:45', '11T18:15')).toEqual({ counts: [15, 30, 80], operations: 125, bad: 5 })
    expect(await sums('10T18:07', '10T19:00')).toEqual({ counts: [53], operations: 53, bad: 0 })
    expect(await sums('10T00:00', '11T00:00', '12T00:00')).toEqual({ counts: [120, 7], operations: 127, bad: 7 })
  })

  it('tells what ended and what had to wait', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    await rows(
      `insert into device_queue (device_id, workflow_id, status, queued_at, booked_at, booking_id)
       select $1, 'w' || n, 'booked', '2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z'::timestamptz + make_interval(mins => n), n from generate_series(1, 100) n`,
      deviceId,
    )
    const flow = await page.ask('insights.flow', {
      edges: ['2024-03-01T00:00:00.000Z', '2024-03-01T00:50:30.000Z', '2024-03-02T00:00:00.000Z'],
    })
    expect(contract['insights.flow'].output.parse(flow)).toEqual(flow)
    expect(flow.map(({ served }) => served)).toEqual([50, 50])
    expect(Math.abs((flow[0]?.waitP50 ?? 0) / (25 * 60) - 1)).toBeLessThan(0.03)
    expect(Math.abs((flow[1]?.waitP90 ?? 0) / (95 * 60) - 1)).toBeLessThan(0.03)

    const month = await page.ask('insights.flow', { edges: [january[0] ?? '', january.at(-1) ?? ''] })
    const ended = await rows<{ status: string; count: number }>(
      `select status, count(*)::int as count from workflows where completed_at >= '2025-01-01' and completed_at < '2025-02-01' group by 1`,
    )
    expect(month[0]?.ended).toEqual(Object.fromEntries(ended.map(({ status, count }) => [status, count])))
  })

  it('tells how well it was foretold', async () => {
    const page = await connect(lab())
    await rows(
      `insert into predictions (kind, workflow_id, device_id, based_on, made_at, p50_at, p90_at, actual_at)
       values ('end', 'x', 'y', 'measured', '2024-04-01T00:00:00Z', '2024-04-01T00:01:00Z', '2024-04-01T00:02:00Z', '2024-04-01T00:01:30Z')`,
    )
    const accuracy = await page.ask('insights.accuracy', { from: '2024-04-01T00:00:00.000Z', to: '2024-04-02T00:00:00.000Z' })
    expect(contract['insights.accuracy'].output.parse(accuracy)).toEqual(accuracy)
    expect(accuracy).toEqual([{ kind: 'end', basedOn: 'measured', count: 1, meanAbsoluteError: 30, bias: 30, coverage: 100 }])
  })

  it('goes on into the future: who has the device, who comes then, and when', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    const holder = await newWorkflow(lab(), deviceId, { name: 'Now' })
    await page.ask('workflows.start', { workflowId: holder })
    const next = await newWorkflow(lab(), deviceId, { name: 'Next' })
    await queueUp(lab(), deviceId, next)
    const future = await page.ask('timeline.future', {})
    expect(contract['timeline.future'].output.parse(future)).toEqual(future)
    expect(future.find((device) => device.deviceId === deviceId)).toMatchObject({
      runs: [
        { workflowId: holder, workflowName: 'Now', queueEntryId: null, steps: [{ operation: 'shake' }] },
        { workflowId: next, workflowName: 'Next', queueEntryId: expect.any(Number), steps: [{ operation: 'shake' }] },
      ],
    })
  })

  it('refuses edges that are not in order', async () => {
    const page = await connect(lab())
    const backwards = { edges: ['2025-01-02T00:00:00.000Z', '2025-01-01T00:00:00.000Z'] }
    expect(await page.call('insights.flow', backwards)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  })

  it('counts what happens today again, and what is over only once', async () => {
    const page = await connect(lab())
    const edges = ['2024-05-01T00:00:00.000Z', '2024-05-02T00:00:00.000Z']
    const deviceId = await newDevice(lab())
    await writeLogs(lab(), deviceId, 10, { start: '2024-05-01T00:00:00Z' })
    expect((await whole(page, 'insights.activity', { edges })).stretches[0]?.devices).toMatchObject([{ deviceId, count: 10 }])
    const { statements } = await recordStatements(lab().lab.database.pool, () => page.ask('insights.activity', { edges }))
    expect(statements.filter(({ text }) => text.includes('looked')).length).toBe(0)

    await book(lab(), deviceId, 'script')
    const now = lab().lab.clock.now().getTime()
    const today = [new Date(now - 3_600_000).toISOString(), new Date(now + 3_600_000).toISOString()]
    const before = await whole(page, 'insights.activity', { edges: today })
    expect(before.stretches[0]?.devices.some((device) => device.deviceId === deviceId)).toBe(false)
  })
})

describe('on the embedded database', () => {
  const lab = useLab('embedded', { demoLogs: 30_000 })

  it('no statement reads a whole table, and none looks at more than a few thousand rows', { timeout: 120_000 }, async () => {
    const page = await connect(lab())
    const { pool } = lab().lab.database
    const { statements } = await recordStatements(pool, async () => {
      await whole(page, 'timeline.past', { start: '2025-01-01T00:00:00.000Z', end: '2025-02-01T00:00:00.000Z' })
      await whole(page, 'timeline.past', { start: '2025-01-10T00:00:00.000Z', end: '2025-01-10T04:00:00.000Z' })
      await whole(page, 'insights.activity', { edges: january })
    })
    const reading = statements.filter(({ text }) => text.includes('execution_logs'))
    expect(reading.length).toBeGreaterThan(20)
    for (const { text, values } of reading) {
      const { rows } = await pool.query(`explain (analyze, timing off) ${text}`, [...values])
      const plan: string = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).not.toMatch(/Seq Scan on execution_logs/)
      const most = Math.max(0, ...[...plan.matchAll(/execution_logs.*actual rows=(\d+)/g)].map(([, count]) => Number(count)))
      expect({ fits: most <= 4000, plan }).toMatchObject({ fits: true })
    }
  })
})
