/** Pausing a workflow, with or without its device, and going on. */

import { expect, it } from 'vitest'
import { book, expectRefusal, hang, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { createHeldClock } from '../../support/held-clock.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, hangStep, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const clock = createHeldClock()

onBothDatabases('pause and resume', { demo: false, simSpeed: 10_000, clock }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body

  /** A step that takes until the clock is let go. */
  async function longStep(id: string, device: string) {
    clock.hold()
    return hangStep(lab(), id, device)
  }

  /** A workflow that was paused and let go of its device, which somebody else has booked since. */
  async function pausedWithoutDevice(): Promise<{ device: string; id: string }> {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a'])
    await command(lab(), id, 'pause', { release_device: true })
    await book(lab(), device, 'somebody')
    return { device, id }
  }

  it('pause when nothing runs: 200, the device is kept', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'pause', undefined, { 'X-Operator': 'Ada' }))
    expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow paused', workflow: { id, status: 'paused' } } })
    expect(events).toMatchObject([{ kind: 'workflow.paused', operator: 'Ada' }])
    expect(await holderOf(lab(), device)).toBe(id)
  })

  it('pause with release_device gives the device to the next in line', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    await queueUp(lab(), device, 'next')
    expect(await command(lab(), id, 'pause', { release_device: true })).toMatchObject({
      status: 200,
      body: { workflow: { status: 'paused' } },
    })
    expect(await holderOf(lab(), device)).toBe('next')
  })

  it.each([
    [undefined, (id: string) => id],
    [{ release_device: false }, (id: string) => id],
    [{ release_device: true }, () => 'next'],
  ])('pause with %j while a step runs: 202, and at the step’s end it is paused', async (body, holder) => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', 'b'])
    await queueUp(lab(), device, 'next')
    const { answer } = await longStep(id, device)
    const paused = await withEvents(lab(), () => command(lab(), id, 'pause', body, { 'X-Operator': 'Ada' }))
    expect(paused.answer).toMatchObject({
      status: 202,
      body: { message: 'Workflow paused', workflow: { status: 'running' } },
    })
    const wish = { kind: 'workflow.pause_requested', operator: 'Ada', workflow_id: id, device_id: device }
    expect(paused.events).toMatchObject([{ ...wish, data: { releases_device: body?.release_device ?? false } }])
    const again = await withEvents(lab(), () => command(lab(), id, 'pause', body))
    expect(again).toMatchObject({ answer: { status: 202 }, events: [] })
    clock.letGo()
    expect(await answer).toMatchObject({ status: 200, body: { step: { status: 'completed' }, workflow: { status: 'paused' } } })
    expect(stepsOf(await read(id))).toEqual(['completed', 'pending'])
    expect(await holderOf(lab(), device)).toBe(holder(id))
  })

  it('resume before the step’s end calls the pause off', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a'])
    const { answer } = await longStep(id, device)
    expect((await command(lab(), id, 'pause')).status).toBe(202)
    const resumed = await withEvents(lab(), () => command(lab(), id, 'resume', undefined, { 'X-Operator': 'Ada' }))
    expect(resumed.answer).toMatchObject({
      status: 200,
      body: { message: 'Workflow resumed', workflow: { status: 'running' } },
    })
    expect(resumed.events).toMatchObject([{ kind: 'workflow.pause_withdrawn', operator: 'Ada', workflow_id: id, device_id: device }])
    clock.letGo()
    expect(await answer).toMatchObject({ status: 200, body: { workflow: { status: 'running' } } })
  })

  it('pause of one that does not run: 400; resume of one that is not paused: 400', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    expectRefusal(await command(lab(), id, 'pause'), 400, 'invalid_state', 'Workflow is not running')
    expectRefusal(await command(lab(), id, 'resume'), 400, 'invalid_state', 'Workflow is not paused')
    await command(lab(), id, 'start')
    expectRefusal(await command(lab(), id, 'resume'), 400, 'invalid_state', 'Workflow is not paused')
    await command(lab(), id, 'pause')
    expectRefusal(await command(lab(), id, 'pause'), 400, 'invalid_state', 'Workflow is not running')
  })

  it('resume goes on with the device it kept', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    await command(lab(), id, 'pause')
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'resume'))
    expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow resumed', workflow: { status: 'running' } } })
    expect(events.map(({ kind }) => kind)).toEqual(['workflow.resumed'])
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
  })

  it('resume books the device again if it was released', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    await command(lab(), id, 'pause', { release_device: true })
    expect(await holderOf(lab(), device)).toBeNull()
    expect((await command(lab(), id, 'resume')).status).toBe(200)
    expect(await holderOf(lab(), device)).toBe(id)
  })

  it('resume on a busy device: 409 as start, and it stays paused', async () => {
    const { id } = await pausedWithoutDevice()
    for (const body of [undefined, { on_busy: 'fail' }]) {
      expectRefusal(await command(lab(), id, 'resume', body), 409, 'device_busy', 'Device is not available')
    }
    expect(await statusOf(lab(), id)).toBe('paused')
  })

  it('resume on a device out of service: 409 device_unavailable', async () => {
    const { device, id } = await pausedWithoutDevice()
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'somebody' })
    await lab().device.patch(`/devices/${device}`, { mode: 'maintenance' })
    expectRefusal(await command(lab(), id, 'resume'), 409, 'device_unavailable', 'Device is not available')
    expect(await command(lab(), id, 'resume', { on_busy: 'queue' })).toMatchObject({ status: 202 })
  })

  it('resume with on_busy "queue": 202 and a place in line; it goes on when its turn comes', async () => {
    const { device, id } = await pausedWithoutDevice()
    const answer = await command(lab(), id, 'resume', { on_busy: 'queue' })
    expect(answer).toMatchObject({
      status: 202,
      body: { workflow: { status: 'queued' }, queue_entry: { workflow_id: id, status: 'waiting', position: 1 } },
    })
    expect(answer.body.message).toMatch(/^Workflow (queued|resumed)$/)
    const resumed = nextEvent(lab(), ({ kind, workflowId }) => kind === 'workflow.resumed' && workflowId === id)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'somebody' })
    await resumed
    expect(await statusOf(lab(), id)).toBe('running')
  })

  it('a cancelled entry puts it back to paused, where it came from', async () => {
    const { device, id } = await pausedWithoutDevice()
    const { body } = await command(lab(), id, 'resume', { on_busy: 'queue' })
    expect((await lab().device.delete(`/devices/${device}/queue/${body.queue_entry.id}`)).status).toBe(200)
    expect(await statusOf(lab(), id)).toBe('paused')
    expect(await waitingIds(lab(), device)).toEqual([])
  })

  it('a paused workflow is not queued by hand: 400', async () => {
    const { device, id } = await pausedWithoutDevice()
    expectRefusal(await lab().device.post(`/devices/${device}/queue`, { workflow_id: id }), 400, 'invalid_state')
    expect(await statusOf(lab(), id)).toBe('paused')
  })

  it('a forced release pauses the holder; resume takes its place up again', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a'])
    await queueUp(lab(), device, 'next')
    const { answer, events } = await withEvents(lab(), () =>
      lab().device.post(`/devices/${device}/release`, { force: true, reason: 'urgent sample' }, { 'X-Operator': 'Ada' }),
    )
    expect(answer).toMatchObject({ status: 200, body: { status: 'busy', next: { workflow_id: 'next' } } })
    expect(await statusOf(lab(), id)).toBe('paused')
    const paused = events.find(({ kind }) => kind === 'workflow.paused')
    expect(paused).toMatchObject({ operator: 'Ada', data: { reason: 'urgent sample' } })
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'next' })
    expect((await command(lab(), id, 'resume')).status).toBe(200)
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
  })

  it('a forced release aborts the running step, which runs again after resume', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [hangs, 'b'])
    const { answer } = await hangStep(lab(), id, device)
    expect((await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'leak' })).status).toBe(200)
    expectRefusal(await answer, 409, 'operation_aborted')
    expect(await read(id)).toMatchObject({ status: 'paused' })
    expect(stepsOf(await read(id))).toEqual(['aborted', 'pending'])
    expect(await holderOf(lab(), device)).toBeNull()

    expect((await command(lab(), id, 'resume')).status).toBe(200)
    expect(stepsOf(await read(id))).toEqual(['pending', 'pending'])
    const again = await hangStep(lab(), id, device)
    expect((await read(id)).steps[0].attempts).toBe(2)
    await command(lab(), id, 'cancel')
    await again.answer
  })

  it('pause while a script’s own operation runs in its name: 202, paused at its end', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const { answer } = await hang(lab(), device, id)
    expect((await command(lab(), id, 'pause')).status).toBe(202)
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })
    await answer
    expect(await statusOf(lab(), id)).toBe('paused')
  })

  it.each([
    ['pause', 'release_device', { release_device: 'yes' }],
    ['pause', 'release_device', { release_device: null }],
    ['resume', 'on_busy', { on_busy: true }],
    ['resume', 'on_busy', { on_busy: 'wait' }],
  ] as const)('%s refuses and names %s: %j', async (name, field, body) => {
    const id = await started(lab(), await newDevice(lab()))
    if (name === 'resume') await command(lab(), id, 'pause')
    const before = await statusOf(lab(), id)
    const answer = await command(lab(), id, name, body)
    expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(await statusOf(lab(), id)).toBe(before)
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})
