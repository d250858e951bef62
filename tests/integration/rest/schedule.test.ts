/** `GET /schedule`: worked examples at the nominal speed, on a clock that only moves when something takes its time. */

import { expect, it } from 'vitest'
import { forecastDevices } from '../../../electron/main/backend/services/schedule.ts'
import { book, hang, newDevice, newWorkflow, queueUp } from '../../support/bench.ts'
import { countStatements } from '../../support/count-statements.ts'
import { nextEvent } from '../../support/events.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, hangs } from '../../support/workflow-bench.ts'

const clock = createJumpingClock('2025-01-15T10:00:00.000Z')

onBothDatabases('the schedule', { demo: false, simSpeed: 1, clock }, (lab) => {
  const inSeconds = (seconds: number) => new Date(clock.now().getTime() + Math.trunc(seconds * 1000)).toISOString()
  const times = (start: [number, number], end: [number, number]) => ({
    estimated_start_at: inSeconds(start[0]),
    estimated_start_p90_at: inSeconds(start[1]),
    estimated_end_at: inSeconds(end[0]),
    estimated_end_p90_at: inSeconds(end[1]),
  })
  const unknown = { estimated_start_at: null, estimated_start_p90_at: null, estimated_end_at: null, estimated_end_p90_at: null }

  async function scheduleOf(deviceId: string) {
    const { status, body } = await lab().workflow.get(`/schedule?device_id=${deviceId}`)
    expect(status).toBe(200)
    expect(body).toHaveLength(1)
    return body[0]
  }

  it('says of the holder and of each that waits when it begins and ends, step by step', async () => {
    const id = await newDevice(lab(), { name: 'Mixer' })
    const holder = await newWorkflow(lab(), id, { name: 'Holder', steps: [{ ...hangs, operation: 'incubate' }, 'plate_read'] })
    const begun = nextEvent(lab(), ({ kind, workflowId }) => kind === 'operation.started' && workflowId === holder)
    await command(lab(), holder, 'start', { auto: true })
    const logId = Number((await begun).data.log_id)
    const reached = () => lab().lab.progress.of(logId)?.fraction === 0.5
    // Half way through its 60 s it hangs.
    while (!reached()) await new Promise(setImmediate)
    const waiter = await newWorkflow(lab(), id, { name: 'Waiter', steps: ['plate_read'] })
    await command(lab(), waiter, 'start', { on_busy: 'queue' })
    await queueUp(lab(), id, 'script')

    // 30 s by its pace, half of its 30 s of spread: 15. Then 20 s and 10 of spread each: √(15² + 10²) = 18.028, √425 = 20.616.
    const [first, held] = [inSeconds(-30), [-30, -30] as [number, number]]
    const [end, endOfAll] = [50 + Math.sqrt(325), 70 + Math.sqrt(425)]
    const schedule = await scheduleOf(id)
    expect(schedule).toEqual({
      device_id: id,
      device_name: 'Mixer',
      at: inSeconds(0),
      estimated_free_at: inSeconds(75),
      // The script counts as one nominal operation, 5 s with 2.5 of spread: √(425 + 6.25).
      estimated_free_p90_at: inSeconds(75 + Math.sqrt(431.25)),
      unknown_because: null,
      runs: [
        {
          workflow_id: holder,
          workflow_name: 'Holder',
          queue_entry_id: null,
          status: 'holding',
          unattended: true,
          based_on: 'nominal',
          ...times(held, [50, end]),
          steps: [
            { step_index: 0, operation: 'incubate', device_id: id, status: 'running', ...times(held, [30, 45]) },
            { step_index: 1, operation: 'plate_read', device_id: id, status: 'pending', ...times([30, 45], [50, end]) },
          ],
        },
        {
          workflow_id: waiter,
          workflow_name: 'Waiter',
          queue_entry_id: expect.any(Number),
          status: 'waiting',
          unattended: false,
          based_on: 'nominal',
          ...times([50, end], [70, endOfAll]),
          steps: [{ step_index: 0, operation: 'plate_read', device_id: id, status: 'pending', ...times([50, end], [70, endOfAll]) }],
        },
        {
          workflow_id: 'script',
          workflow_name: null,
          queue_entry_id: expect.any(Number),
          status: 'waiting',
          unattended: false,
          based_on: 'nominal',
          ...times([70, endOfAll], [75, 75 + Math.sqrt(431.25)]),
          steps: [],
        },
      ],
    })
    expect(schedule.runs[0].estimated_start_at).toBe(first)

    // The queue and the wait say the same.
    const [entry] = (await lab().device.get(`/devices/${id}/queue`)).body
    expect(entry).toMatchObject({ estimated_wait_seconds: 50, p90_wait_seconds: 68, ...times([50, end], [70, endOfAll]) })
    const { body: wait } = await lab().device.get(`/devices/${id}/wait-time?workflow_id=${waiter}`)
    expect(wait).toMatchObject({ estimated_wait_seconds: 50, p90_wait_seconds: 68, estimated_start_at: inSeconds(50) })
    await command(lab(), holder, 'cancel')
  })

  it('of a free device is empty, and it is free now; of an unknown one there is none', async () => {
    const id = await newDevice(lab())
    const free = { unknown_because: null, runs: [], estimated_free_at: inSeconds(0), estimated_free_p90_at: inSeconds(0) }
    expect(await scheduleOf(id)).toMatchObject(free)
    expect(await lab().workflow.get('/schedule?device_id=nowhere')).toMatchObject({ status: 200, body: [] })
    const { body } = await lab().workflow.get('/schedule')
    const ids = body.map(({ device_id }: { device_id: string }) => device_id)
    expect(ids).toContain(id)
    expect(ids).toEqual([...ids].sort())
  })

  it('says why nobody can know: a holder that waits for a person, a device out of service', async () => {
    const id = await newDevice(lab())
    const paused = await newWorkflow(lab(), id)
    await command(lab(), paused, 'start')
    await command(lab(), paused, 'pause')
    await queueUp(lab(), id, 'script')
    const noEnd = { estimated_end_at: null, estimated_end_p90_at: null }
    expect(await scheduleOf(id)).toMatchObject({
      unknown_because: expect.stringMatching(/paused/),
      estimated_free_at: null,
      runs: [{ estimated_start_at: expect.any(String), ...noEnd, based_on: 'none' }, unknown],
    })
    const closed = await newDevice(lab())
    await lab().device.patch(`/devices/${closed}`, { mode: 'maintenance' })
    await queueUp(lab(), closed, 'script')
    expect(await scheduleOf(closed)).toMatchObject({ unknown_because: expect.stringMatching(/maintenance/), runs: [unknown] })
  })

  it('counts a step on another device there for that step only, and on its own device as well', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const steps = [{ ...hangs, operation: 'incubate', device_id: reader }, 'plate_read']
    const id = await newWorkflow(lab(), own, { steps })
    const begun = nextEvent(lab(), ({ kind, workflowId }) => kind === 'operation.started' && workflowId === id)
    await command(lab(), id, 'start', { auto: true })
    const logId = Number((await begun).data.log_id)
    while (lab().lab.progress.of(logId)?.fraction !== 0.5) await new Promise(setImmediate)
    const step = { step_index: 0, operation: 'incubate', device_id: reader, status: 'running', estimated_end_at: inSeconds(30) }
    expect(await scheduleOf(reader)).toMatchObject({ estimated_free_at: inSeconds(30), runs: [{ workflow_id: id, steps: [step] }] })
    const next = { step_index: 1, device_id: own, status: 'pending', estimated_start_at: inSeconds(30), estimated_end_at: inSeconds(50) }
    expect(await scheduleOf(own)).toMatchObject({ estimated_free_at: inSeconds(50), runs: [{ workflow_id: id, steps: [step, next] }] })
    await command(lab(), id, 'cancel')
  })

  it('tells of a run that has its device how long it waits for another one, and of whoever waits behind it', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const first = await newWorkflow(lab(), reader, { name: 'First', steps: ['incubate'] })
    await command(lab(), first, 'start')
    const inLine = nextEvent(lab(), ({ kind, deviceId }) => kind === 'queue.entry_added' && deviceId === reader)
    const traveller = await newWorkflow(lab(), own, {
      name: 'Traveller',
      steps: [{ operation: 'plate_read', device_id: reader }, 'plate_read'],
    })
    await command(lab(), traveller, 'start', { auto: true })
    await inLine
    // Low: behind whoever stands at the reader. Its first step is the reader's as well, but by then its own device has come.
    const patient = await newWorkflow(lab(), own, {
      name: 'Patient',
      steps: [{ operation: 'plate_read', device_id: reader }],
      priority: 'low',
    })
    await command(lab(), patient, 'start', { on_busy: 'queue' })

    // 60 s with 30 of spread at the reader, then 20 with 10: √(30² + 10²) and √(30² + 2 · 10²).
    const [read, done] = [80 + Math.sqrt(1000), 100 + Math.sqrt(1100)]
    const held = [0, 0] as [number, number]
    expect((await scheduleOf(own)).runs).toMatchObject([
      {
        workflow_id: traveller,
        ...times(held, [100, done]),
        steps: [times([60, 90], [80, read]), { device_id: own, ...times([80, read], [100, done]) }],
      },
      { workflow_id: patient, ...times([100, done], [120, 100 + 20 + Math.sqrt(1200)]) },
    ])
    expect((await lab().workflow.get('/schedule')).body).toContainEqual(await scheduleOf(own))
    expect((await lab().device.get(`/devices/${own}/wait-time?workflow_id=${patient}`)).body).toMatchObject({
      estimated_wait_seconds: 100,
      reasons: ['"Traveller" holds the device: about 2 min left', `It waits for the device "${reader}", where not all goes on by itself`],
    })

    await command(lab(), first, 'pause')
    expect((await lab().device.get(`/devices/${own}/wait-time?workflow_id=${patient}`)).body).toMatchObject({
      estimated_wait_seconds: null,
      reasons: [
        '"Traveller" holds the device: about 40 s left',
        `It waits for the device "${reader}", where "First" does not go on by itself`,
      ],
    })
    await lab().device.patch(`/devices/${reader}`, { mode: 'maintenance' })
    expect(await scheduleOf(own)).toMatchObject({
      unknown_because: `It waits for the device "${reader}", which is out of service`,
      runs: [{ estimated_end_at: null }, unknown],
    })
    for (const id of [patient, traveller, first]) await command(lab(), id, 'cancel')
  })

  it('of all devices takes six statements at most, however many there are', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => newDevice(lab())))
    for (const id of ids) {
      await book(lab(), id, 'holder')
      const waiter = await newWorkflow(lab(), id, { steps: ['mix', 'spin', `only on ${id}`] })
      await command(lab(), waiter, 'start', { on_busy: 'queue' })
    }
    // Where durations are not known they are read in one more: by the count, or by the limit of what hangs, which begins beside it.
    await lab().lab.durations.load(lab().lab.database.db, ['mix', 'spin', ...ids.map((id) => `only on ${id}`), 'vortex'])
    // What was learned of lateness is older than five minutes then.
    clock.advance(301)
    await hang(lab(), ids[0] ?? '', 'holder', 'vortex')
    const { statements, value } = await countStatements(lab().lab.database, () => forecastDevices(lab().lab, lab().lab.database.db))
    expect(value.length).toBeGreaterThanOrEqual(12)
    // On a server the lab may still be hearing of what was just done.
    const own = statements.filter((text) => !text.includes('from "events"'))
    expect(own.length, own.join('\n')).toBeLessThanOrEqual(5)
  })
})
