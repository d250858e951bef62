/** Steps on other devices than their workflow's own: booked for the step, waited for, held, given back. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { createHeldClock } from '../../support/held-clock.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { command, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const clock = createHeldClock()

onBothDatabases('a step on another device', { demo: false, simSpeed: 10_000, clock }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body
  const happens = (kind: string, id: string) => nextEvent(lab(), (event) => event.kind === kind && event.workflowId === id)
  const on = (device_id: string, more: object = {}) => ({ operation: 'read', device_id, ...more })
  const release = (device: string, body: object) => lab().device.post(`/devices/${device}/release`, body)

  /** A workflow that runs by itself, after the next event of that kind. */
  async function auto(device: string, steps: unknown[], kind: string, fields: object = {}): Promise<string> {
    const id = await newWorkflow(lab(), device, { steps, ...fields })
    const event = happens(kind, id)
    await command(lab(), id, 'start', { auto: true })
    await event
    return id
  }

  it('books the device for the step and gives it back, its own stays', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await newWorkflow(lab(), own, { steps: ['a', on(reader), 'b'] })
    const { events } = await withEvents(lab(), async () => {
      const completed = happens('workflow.completed', id)
      await command(lab(), id, 'start', { auto: true })
      await completed
    })
    const told = events.filter(({ kind }) => /^(device|step)\./.test(kind)).map(({ kind, device_id }) => [kind, device_id])
    expect(told).toEqual([
      ['device.booked', own],
      ['step.started', own],
      ['step.completed', own],
      ['device.booked', reader],
      ['step.started', reader],
      ['step.completed', reader],
      ['device.released', reader],
      ['step.started', own],
      ['step.completed', own],
      ['device.released', own],
    ])
    const { body: logs } = await lab().device.get(`/execution-logs/${reader}`)
    expect(logs).toMatchObject([{ workflow_id: id, operation: 'read', status: 'completed' }])
    expect((await read(id)).steps[1]).toMatchObject({ device_id: reader, hold: false, status: 'completed' })
  })

  it('waits in line by its workflow’s priority, says so, and goes on by itself when its turn comes', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await book(lab(), reader, 'script')
    await queueUp(lab(), reader, 'patient')
    const id = await auto(own, [on(reader), 'b'], 'queue.entry_added', { priority: 'urgent' })
    expect(await read(id)).toMatchObject({
      status: 'running',
      reasons: [`Step 0 "read" waits for the device "${reader}"`],
      steps: [{ status: 'pending' }, {}],
    })
    expect(await waitingIds(lab(), reader)).toEqual([id, 'patient'])
    expect(await holderOf(lab(), own)).toBe(id)
    await expectInvariants(lab().lab.database.pool)
    const completed = happens('workflow.completed', id)
    await release(reader, { workflow_id: 'script' })
    await completed
    expect(await holderOf(lab(), reader)).toBe('patient')
    expect(await read(id)).toMatchObject({ reasons: [], steps: [{ status: 'completed' }, { status: 'completed' }] })
  })

  it('hold keeps the device until the next step that uses it has run', async () => {
    const [own, oven] = [await newDevice(lab()), await newDevice(lab())]
    const id = await started(lab(), own, [on(oven, { hold: true }), 'a', on(oven), 'b'])
    const holders: unknown[] = []
    for (let n = 0; n < 4; n += 1) {
      expect((await command(lab(), id, 'execute-step')).status).toBe(200)
      holders.push(await holderOf(lab(), oven))
    }
    expect(holders).toEqual([id, id, null, null])
  })

  it('what it still holds goes to the next in line when the workflow ends', async () => {
    for (const end of ['complete', 'cancel'] as const) {
      const [own, oven] = [await newDevice(lab()), await newDevice(lab())]
      const id = await started(lab(), own, [on(oven, { hold: true }), 'a'])
      await command(lab(), id, 'execute-step')
      await queueUp(lab(), oven, 'next')
      expect((await command(lab(), id, end)).status).toBe(200)
      expect([await holderOf(lab(), own), await holderOf(lab(), oven)]).toEqual([null, 'next'])
    }
  })

  it('a cancelled entry pauses the workflow; resume lets it wait anew', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await book(lab(), reader, 'script')
    const id = await auto(own, [on(reader)], 'queue.entry_added')
    const { body: queue } = await lab().device.get(`/devices/${reader}/queue`)
    const { events } = await withEvents(lab(), () => lab().device.delete(`/devices/${reader}/queue/${queue[0].id}`))
    expect(events.map(({ kind }) => kind)).toEqual(['queue.entry_cancelled', 'workflow.paused'])
    expect(await statusOf(lab(), id)).toBe('paused')
    expect(await holderOf(lab(), own)).toBe(id)
    const queued = happens('queue.entry_added', id)
    await command(lab(), id, 'resume')
    await queued
    const completed = happens('workflow.completed', id)
    await release(reader, { workflow_id: 'script' })
    await completed
  })

  it.each([
    ['pause', undefined, 'paused'],
    ['pause', { release_device: true }, 'paused'],
    ['cancel', undefined, 'cancelled'],
    ['complete', undefined, 'completed'],
  ] as const)('%s %j while it waits: it waits no more', async (name, body, status) => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await book(lab(), reader, 'script')
    const id = await auto(own, [on(reader)], 'queue.entry_added')
    expect((await command(lab(), id, name, body)).status).toBe(200)
    expect(await statusOf(lab(), id)).toBe(status)
    expect(await waitingIds(lab(), reader)).toEqual([])
    expect(await holderOf(lab(), own)).toBe(name === 'pause' && !body ? id : null)
    await expectInvariants(lab().lab.database.pool)
    if (name === 'pause') await command(lab(), id, 'cancel')
    await release(reader, { workflow_id: 'script' })
    expect(await holderOf(lab(), reader)).toBeNull()
  })

  it('its own device taken by force while it waits: paused, and it waits no more', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await book(lab(), reader, 'script')
    const id = await auto(own, [on(reader)], 'queue.entry_added')
    expect((await release(own, { force: true, reason: 'leak' })).status).toBe(200)
    expect(await read(id)).toMatchObject({ status: 'paused' })
    expect(await waitingIds(lab(), reader)).toEqual([])
    await command(lab(), id, 'cancel')
  })

  it('the device of a running step taken by force: aborted, paused with its own device, and resume runs it again', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await auto(own, [on(reader, hangs), 'b'], 'operation.started')
    expect((await release(reader, { force: true, reason: 'leak' })).status).toBe(200)
    expect(await read(id)).toMatchObject({ status: 'paused', steps: [{ status: 'aborted' }, { status: 'pending' }] })
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([id, null])
    await lab().lab.database.pool.query(`update workflow_steps set parameters = '{}' where workflow_id = $1`, [id])
    const completed = happens('workflow.completed', id)
    await command(lab(), id, 'resume')
    await completed
  })

  it('its own device taken by force while a step runs elsewhere: it pauses after that step', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    clock.hold()
    const id = await auto(own, [on(reader), 'b'], 'operation.started')
    expect((await release(own, { force: true, reason: 'leak' })).status).toBe(200)
    expect(await read(id)).toMatchObject({ status: 'running', steps: [{ status: 'running' }, {}] })
    const paused = happens('workflow.paused', id)
    clock.letGo()
    await paused
    expect(stepsOf(await read(id))).toEqual(['completed', 'pending'])
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([null, null])
    await command(lab(), id, 'cancel')
  })

  it('pause and cancel while it runs: after the step, and by aborting it', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    clock.hold()
    const first = await auto(own, [on(reader), 'b'], 'operation.started')
    expect((await command(lab(), first, 'pause', { release_device: true })).status).toBe(202)
    expectRefusal(await command(lab(), first, 'complete'), 409, 'operation_running')
    const paused = happens('workflow.paused', first)
    clock.letGo()
    await paused
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([null, null])

    const second = await auto(own, [on(reader, hangs), 'b'], 'operation.started')
    expect((await command(lab(), second, 'cancel')).status).toBe(200)
    expect(stepsOf(await read(second))).toEqual(['aborted', 'skipped'])
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([null, null])
    await command(lab(), first, 'cancel')
  })

  it.each([
    ['skip', null],
    ['mark_done', null],
    ['retry', 'itself'],
    ['abort', null],
  ])('a step that fails there keeps both devices; %s gives them to whom they belong', async (action, keeps) => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await started(lab(), own, [on(reader, { parameters: { simulate: 'fail' } }), 'b'])
    expect((await command(lab(), id, 'execute-step')).status).toBe(502)
    expect(await statusOf(lab(), id)).toBe('awaiting_recovery')
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([id, id])
    await command(lab(), id, 'recover', { action, parameters: {} })
    expect(await holderOf(lab(), reader)).toBe(keeps && id)
    expect(await holderOf(lab(), own)).toBe(action === 'abort' ? null : id)
    if (action !== 'abort') expect((await command(lab(), id, 'execute-step')).status).toBe(200)
    expect(await holderOf(lab(), reader)).toBeNull()
  })

  it('a device that was deleted: the step has failed, and a person decides', async () => {
    const [own, gone] = [await newDevice(lab()), await newDevice(lab())]
    const steps = [on(gone), 'b']
    const byHand = await newWorkflow(lab(), own, { steps })
    const id = await newWorkflow(lab(), own, { steps })
    await lab().device.delete(`/devices/${gone}`)
    await command(lab(), byHand, 'start')
    expectRefusal(await command(lab(), byHand, 'execute-step'), 404, 'device_not_found')
    await command(lab(), byHand, 'cancel')
    const failed = happens('step.failed', id)
    await command(lab(), id, 'start', { auto: true })
    await failed
    expect(await read(id)).toMatchObject({
      status: 'awaiting_recovery',
      steps: [{ status: 'failed', error_code: 'device_not_found', attempts: 0 }, {}],
    })
    const completed = happens('workflow.completed', id)
    await command(lab(), id, 'recover', { action: 'skip' })
    await completed
  })

  it('one out of service is waited for', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await lab().device.patch(`/devices/${reader}`, { mode: 'maintenance' })
    const id = await auto(own, [on(reader)], 'queue.entry_added')
    expect((await lab().device.delete(`/devices/${reader}`)).status).toBe(409)
    const completed = happens('workflow.completed', id)
    await lab().device.patch(`/devices/${reader}`, { mode: 'processing' })
    await completed
  })

  it('one that goes offline while it is held: it goes on when that is back', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await auto(own, [on(reader, { hold: true }), on(reader, { parameters: { simulate: 'disconnect' } })], 'workflow.interrupted')
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([id, id])
    await command(lab(), id, 'recover', { action: 'retry', parameters: {} })
    const completed = happens('workflow.completed', id)
    await lab().device.patch(`/devices/${reader}`, { connection: 'online' })
    await completed
  })

  it('by hand: a busy device is 409, or is queued for and then kept for it', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    await book(lab(), reader, 'script')
    const other = await newDevice(lab())
    await book(lab(), other, 'script')
    const id = await started(lab(), own, [on(reader), on(other)])
    expectRefusal(await command(lab(), id, 'execute-step'), 409, 'device_busy', 'Device is not available')
    const answer = await command(lab(), id, 'execute-step', { on_busy: 'queue' })
    expect(answer).toMatchObject({
      status: 202,
      body: { message: 'Step queued', workflow: { status: 'running' }, queue_entry: { device_id: reader, workflow_id: id, position: 1 } },
    })
    const again = await command(lab(), id, 'execute-step', { on_busy: 'queue' })
    expect(again.body.queue_entry.id).toBe(answer.body.queue_entry.id)
    expectRefusal(await command(lab(), id, 'execute-step', { step_index: 1, on_busy: 'queue' }), 409, 'already_queued')
    await release(reader, { workflow_id: 'script' })
    expect(await holderOf(lab(), reader)).toBe(id)
    expect(await command(lab(), id, 'execute-step')).toMatchObject({ status: 200, body: { result: { device_id: reader } } })
    expect(await holderOf(lab(), reader)).toBeNull()
    await command(lab(), id, 'cancel')
  })

  it('is not a script’s to use: nothing else runs on it, nor on its own device meanwhile', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await started(lab(), own, [on(reader, { hold: true }), on(reader, hangs)])
    await command(lab(), id, 'execute-step')
    const plain = { workflow_id: id, operation: 'shake' }
    expectRefusal(await lab().device.post(`/devices/${reader}/execute`, plain), 403, 'not_your_booking')
    const begun = happens('operation.started', id)
    const answer = command(lab(), id, 'execute-step')
    await begun
    expectRefusal(await lab().device.post(`/devices/${own}/execute`, plain), 409, 'operation_running')
    await command(lab(), id, 'cancel')
    expectRefusal(await answer, 409, 'operation_aborted')
  })

  it('what a script booked in its name is used, and stays the script’s', async () => {
    const [own, reader] = [await newDevice(lab()), await newDevice(lab())]
    const id = await started(lab(), own, [on(reader)])
    await book(lab(), reader, id)
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
    await command(lab(), id, 'complete')
    expect(await holderOf(lab(), reader)).toBe(id)
    await release(reader, { workflow_id: id })
  })

  it('over a restart: what ran is interrupted with both devices, what waits keeps waiting', async () => {
    const [own, reader, other] = [await newDevice(lab()), await newDevice(lab()), await newDevice(lab())]
    const runs = await auto(own, [on(reader, hangs), 'b'], 'operation.started')
    const waits = await auto(other, [on(reader)], 'queue.entry_added')
    await lab().restart()
    expect(await statusOf(lab(), runs)).toBe('interrupted')
    expect([await holderOf(lab(), own), await holderOf(lab(), reader)]).toEqual([runs, runs])
    expect(await statusOf(lab(), waits)).toBe('running')
    expect(await waitingIds(lab(), reader)).toEqual([waits])
    await expectInvariants(lab().lab.database.pool)
    const completed = happens('workflow.completed', waits)
    await command(lab(), runs, 'recover', { action: 'abort' })
    await completed
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

describe('a workflow over several devices', () => {
  const lab = useLab('embedded', { demo: false })

  it('names only devices that there are', async () => {
    const steps = ['a', { operation: 'b', device_id: 'nowhere' }]
    const answer = await lab().workflow.post('/workflows', { name: 'x', device_id: await newDevice(lab()), steps })
    expectRefusal(answer, 400, 'unknown_device')
    expect(answer.body.details).toEqual({ field: 'steps[1].device_id', device_id: 'nowhere' })
  })
})
