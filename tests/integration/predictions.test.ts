/** What the lab foretold and how it came out: on a clock that only moves when something takes its time or the test says so. */

import { expect, it } from 'vitest'
import { forgetOldEstimates, predictionAccuracy } from '../../electron/main/backend/services/predictions.ts'
import { book, newDevice, newWorkflow, queueUp } from '../support/bench.ts'
import { countStatements } from '../support/count-statements.ts'
import { nextEvent } from '../support/events.ts'
import { createJumpingClock } from '../support/jumping-clock.ts'
import { onBothDatabases, type TestLab } from '../support/lab.ts'
import { command, hangs } from '../support/workflow-bench.ts'

const clock = createJumpingClock('2025-01-15T10:00:00.000Z')
const dayAgo = () => new Date(clock.now().getTime() - 86_400_000)
const tomorrow = () => new Date(clock.now().getTime() + 86_400_000)

/** Seconds from when it was made. */
async function predictionsOf(lab: TestLab, workflowId: string) {
  const { rows } = await lab.lab.database.pool.query(
    `select kind, device_id, based_on, extract(epoch from p50_at - made_at)::float8 as p50, extract(epoch from p90_at - made_at)::float8 as p90,
            extract(epoch from actual_at - made_at)::float8 as actual from predictions where workflow_id = $1 order by id`,
    [workflowId],
  )
  return rows
}

/** Runs by itself until it hangs half way through its first step. */
async function hanging(lab: TestLab, deviceId: string, steps: unknown[] = [hangs]): Promise<string> {
  const id = await newWorkflow(lab, deviceId, { steps })
  const begun = nextEvent(lab, ({ kind, workflowId }) => kind === 'operation.started' && workflowId === id)
  expect(await command(lab, id, 'start', { auto: true })).toMatchObject({ status: 200 })
  await begun
  return id
}

async function queued(lab: TestLab, deviceId: string, steps: unknown[], auto = true): Promise<string> {
  const id = await newWorkflow(lab, deviceId, { steps })
  expect(await command(lab, id, 'start', { auto, on_busy: 'queue' })).toMatchObject({ status: 202 })
  return id
}

onBothDatabases('predictions', { demo: false, simSpeed: 1, clock }, (lab) => {
  it('a start is foretold when a workflow begins to wait, an end when it gets its device; both are kept with what came', async () => {
    const device = await newDevice(lab())
    const holder = await hanging(lab(), device)
    // 5 s nominal, at most 7.5 s.
    expect(await predictionsOf(lab(), holder)).toEqual([
      { kind: 'end', device_id: device, based_on: 'nominal', p50: 5, p90: 7.5, actual: null },
    ])
    const waiter = await queued(lab(), device, ['plate_read'])
    const [foretold] = await predictionsOf(lab(), waiter)
    expect(foretold).toMatchObject({ kind: 'start', actual: null })
    expect(foretold.p50).toBeGreaterThan(0)

    clock.advance(20)
    const completed = nextEvent(lab(), ({ kind, workflowId }) => kind === 'workflow.completed' && workflowId === waiter)
    await command(lab(), holder, 'cancel')
    await completed
    // What will not come is no longer foretold.
    expect(await predictionsOf(lab(), holder)).toEqual([])
    const [start, end] = await predictionsOf(lab(), waiter)
    expect(start).toMatchObject({ ...foretold, actual: expect.any(Number) })
    expect(start.actual).toBeGreaterThanOrEqual(20)
    expect(end).toEqual({ kind: 'end', device_id: device, based_on: 'nominal', p50: 20, p90: 30, actual: 20 })

    const { db } = lab().lab.database
    const accuracy = await predictionAccuracy(db, dayAgo(), tomorrow())
    expect(accuracy).toEqual([
      { kind: 'end', basedOn: 'nominal', count: 1, meanAbsoluteError: 0, bias: 0, coverage: 100 },
      {
        kind: 'start',
        basedOn: foretold.based_on,
        count: 1,
        meanAbsoluteError: expect.closeTo(start.actual - start.p50, 6),
        bias: expect.closeTo(start.actual - start.p50, 6),
        coverage: 0,
      },
    ])
    expect(await predictionAccuracy(db, tomorrow(), new Date(tomorrow().getTime() + 1000))).toEqual([])
  })

  it('an end is foretold with the wait for another device, unless that hangs on people or nobody can know', async () => {
    const [own, reader, closed, second] = [await newDevice(lab()), await newDevice(lab()), await newDevice(lab()), await newDevice(lab())]
    const first = await hanging(lab(), reader, [{ ...hangs, operation: 'incubate' }])
    const travel = async (device: string, to: string) => {
      const id = await newWorkflow(lab(), device, { steps: [{ operation: 'look', device_id: to }] })
      expect(await command(lab(), id, 'start', { auto: true })).toMatchObject({ status: 200 })
      return id
    }
    const traveller = await travel(own, reader)
    const [end] = await predictionsOf(lab(), traveller)
    // 5 s for the step itself, and before it what is left of 60 s.
    expect(end).toMatchObject({ kind: 'end', device_id: own, actual: null })
    expect(end.p50).toBeGreaterThanOrEqual(35)
    await command(lab(), traveller, 'cancel')
    await command(lab(), first, 'cancel')

    await book(lab(), reader, 'script')
    const behindAScript = await travel(own, reader)
    expect(await predictionsOf(lab(), behindAScript)).toEqual([])
    await lab().device.patch(`/devices/${closed}`, { mode: 'maintenance' })
    const toNobodyKnows = await travel(second, closed)
    expect(await predictionsOf(lab(), toNobodyKnows)).toEqual([])
    for (const id of [behindAScript, toNobodyKnows]) await command(lab(), id, 'cancel')
  })

  it('a pause, or leaving the queue, withdraws what was foretold; going on foretells anew', async () => {
    const device = await newDevice(lab())
    const holder = await hanging(lab(), device, [hangs, 'shake'])
    const waiter = await queued(lab(), device, ['shake'])
    expect(await predictionsOf(lab(), waiter)).toHaveLength(1)
    const [entry] = (await lab().device.get(`/devices/${device}/queue`)).body
    await lab().device.delete(`/devices/${device}/queue/${entry.id}`)
    expect(await predictionsOf(lab(), waiter)).toEqual([])

    const other = await newDevice(lab())
    const paused = await newWorkflow(lab(), other, { steps: ['shake', 'shake'] })
    await command(lab(), paused, 'start')
    await command(lab(), paused, 'pause')
    await lab().lab.database.pool.query('update workflows set auto = true where id = $1', [paused])
    const completed = nextEvent(lab(), ({ kind, workflowId }) => kind === 'workflow.completed' && workflowId === paused)
    await command(lab(), paused, 'resume')
    await completed
    expect(await predictionsOf(lab(), paused)).toMatchObject([{ kind: 'end', p50: 10, actual: 10 }])
    await command(lab(), holder, 'cancel')
  })

  it('nothing is foretold of what a person or a script goes on with, nor of a device out of service', async () => {
    const device = await newDevice(lab())
    const byHand = await newWorkflow(lab(), device)
    await command(lab(), byHand, 'start')
    const behindAPerson = await queued(lab(), device, ['shake'])
    const closed = await newDevice(lab())
    await lab().device.patch(`/devices/${closed}`, { mode: 'maintenance' })
    const behindMaintenance = await queued(lab(), closed, ['shake'])
    const script = await newDevice(lab())
    await queueUp(lab(), script, 'first')
    const behindAScript = await queued(lab(), script, ['shake'])
    for (const id of [byHand, behindAPerson, behindMaintenance, behindAScript, 'first']) expect(await predictionsOf(lab(), id)).toEqual([])
  })

  it("a script's booking, queueing and release send no statement more for it", async () => {
    const device = await newDevice(lab())
    const { statements } = await countStatements(lab().lab.database, async () => {
      await queueUp(lab(), device, 'one')
      await queueUp(lab(), device, 'two')
      await lab().device.post(`/devices/${device}/release`, { workflow_id: 'one' })
    })
    expect(statements.filter((text) => /\binto "?predictions|update "?predictions|delete from "?predictions/.test(text))).toEqual([])
    expect(statements.some((text) => text.includes('device_queue'))).toBe(true)
  })

  it('those of more than a year ago are let go of', async () => {
    const { pool, db } = lab().lab.database
    const insert = (id: string, daysAgo: number) =>
      pool.query(
        `insert into predictions (kind, workflow_id, device_id, based_on, made_at, p50_at, p90_at) values ('end', $1, 'd', 'nominal', $2, $2, $2)`,
        [id, new Date(clock.now().getTime() - daysAgo * 86_400_000)],
      )
    await insert('old', 366)
    await insert('young', 364)
    await forgetOldEstimates(db, clock.now())
    expect(await predictionsOf(lab(), 'old')).toEqual([])
    expect(await predictionsOf(lab(), 'young')).toHaveLength(1)
  })

  it('what comes late teaches the lab to allow for it, more of it while too little came by its 90th percentile', async () => {
    const { pool } = lab().lab.database
    const device = await newDevice(lab(), { type: 'incubator' })
    const expectedAfter = async (p90: number) => {
      await pool.query('delete from predictions')
      // A hundred foretold for 10 s, which came later and later: after 10.1 s to 20 s.
      await pool.query(
        `insert into predictions (kind, workflow_id, device_id, based_on, made_at, p50_at, p90_at, actual_at)
         select 'end', 'w' || n, 'd', 'measured', $1, $1::timestamptz + interval '10 s', $1::timestamptz + $2 * interval '1 s',
                $1::timestamptz + (10 + n / 10.0) * interval '1 s'
           from generate_series(1, 100) n`,
        [clock.now(), p90],
      )
      clock.advance(301)
      const holder = await hanging(lab(), device, [hangs, ...Array.from({ length: 9 }, () => 'shake')])
      const [foretold] = await predictionsOf(lab(), holder)
      await command(lab(), holder, 'cancel')
      return foretold
    }
    // 50 s; √10 × 2.5 s = 7.9 s for their spread, but 91 % of it by what was learned, where nine of ten came in time.
    expect(await expectedAfter(19)).toMatchObject({ p50: 50, p90: 95.5 })
    // ⌈(0.9 + 2 × 0.04) × 101⌉ = 99
    expect(await expectedAfter(18.6)).toMatchObject({ p50: 50, p90: 99.5 })
  })
})
