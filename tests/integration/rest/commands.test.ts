/** Starting a workflow over HTTP: who gets the device, who waits in line, and how one leaves it. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, instant, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { useLab } from '../../support/lab.ts'
import { command, hold, holderOf, started } from '../../support/workflow-bench.ts'

describe('start', () => {
  const lab = useLab('embedded', { demo: false })

  it('books the device: 200, running', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'start', undefined, { 'X-Operator': 'Ada' }))
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ message: 'Workflow started', workflow: (await lab().workflow.get(`/workflows/${id}`)).body })
    expect(answer.body.workflow).toMatchObject({ status: 'running', started_at: instant, queued_at: null, completed_at: null, auto: false })
    expect(await holderOf(lab(), device)).toBe(id)
    expect(events.map(({ kind, operator }) => [kind, operator])).toEqual([
      ['device.booked', 'Ada'],
      ['workflow.started', 'Ada'],
    ])
  })

  it.each([undefined, { on_busy: 'fail' }])('on a busy device with %j: 409 device_busy, and it stays created', async (body) => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device)
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'start', body))
    expectRefusal(answer, 409, 'device_busy', 'Device is not available')
    expect(events).toEqual([])
    expect(await statusOf(lab(), id)).toBe('created')
  })

  it('on a busy device with on_busy "queue": 202 and a place in line', async () => {
    const device = await hold(lab())
    await queueUp(lab(), device, 'first')
    const id = await newWorkflow(lab(), device, { name: 'Second' })
    const answer = await command(lab(), id, 'start', { on_busy: 'queue' })
    expect(answer).toMatchObject({
      status: 202,
      body: {
        message: 'Workflow queued',
        workflow: { id, status: 'queued', queued_at: instant, started_at: null },
        queue_entry: {
          device_id: device,
          workflow_id: id,
          workflow_name: 'Second',
          status: 'waiting',
          position: 2,
          queue_length: 2,
          priority: 'normal',
        },
      },
    })
    const { body: queue } = await lab().device.get(`/devices/${device}/queue`)
    expect(Object.keys(answer.body.queue_entry)).toEqual(Object.keys(queue[1]))
    expect(queue[1].id).toBe(answer.body.queue_entry.id)
  })

  it('queued with the priority of the workflow, or the one given', async () => {
    const device = await hold(lab())
    const [own, given] = [await newWorkflow(lab(), device, { priority: 'low' }), await newWorkflow(lab(), device, { priority: 'low' })]
    const first = await command(lab(), own, 'start', { on_busy: 'queue' })
    const second = await command(lab(), given, 'start', { on_busy: 'queue', priority: 'urgent' })
    expect([first.body.queue_entry.priority, second.body.queue_entry.priority]).toEqual(['low', 'urgent'])
    expect(await waitingIds(lab(), device)).toEqual([given, own])
  })

  it.each([{ mode: 'maintenance' }, { connection: 'offline' }])(
    'on a device that is %j: 409 device_unavailable, or a place in line',
    async (change) => {
      const device = await newDevice(lab())
      await lab().device.patch(`/devices/${device}`, change)
      const id = await newWorkflow(lab(), device)
      expectRefusal(await command(lab(), id, 'start'), 409, 'device_unavailable', 'Device is not available')
      expect(await command(lab(), id, 'start', { on_busy: 'queue' })).toMatchObject({ status: 202, body: { queue_entry: { position: 1 } } })

      await lab().device.patch(`/devices/${device}`, { mode: 'processing', connection: 'online' })
      expect(await holderOf(lab(), device)).toBe(id)
      expect(await statusOf(lab(), id)).toBe('running')
    },
  )

  it('uses a booking that was made in its name', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    await book(lab(), device, id)
    expect(await statusOf(lab(), id)).toBe('created')
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'start'))
    expect(answer).toMatchObject({ status: 200, body: { workflow: { status: 'running' } } })
    expect(events.map(({ kind }) => kind)).toEqual(['workflow.started'])
  })

  it('uses that booking in maintenance too: the holder may go on', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    await book(lab(), device, id)
    await lab().device.patch(`/devices/${device}`, { mode: 'maintenance' })
    expect((await command(lab(), id, 'start')).status).toBe(200)
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
  })

  it('again, or of one that is over: 400', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const sentence = 'Workflow already started or completed'
    expectRefusal(await command(lab(), id, 'start'), 400, 'invalid_state', sentence)
    await command(lab(), id, 'pause')
    expectRefusal(await command(lab(), id, 'start'), 400, 'invalid_state', sentence)
    await command(lab(), id, 'cancel')
    expectRefusal(await command(lab(), id, 'start'), 400, 'invalid_state', sentence)
  })

  it('of one that waits in a queue: 400', async () => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device)
    await queueUp(lab(), device, id)
    for (const body of [undefined, { on_busy: 'queue' }]) expectRefusal(await command(lab(), id, 'start', body), 400, 'invalid_state')
    expect(await waitingIds(lab(), device)).toEqual([id])
  })

  it('on a device that was deleted: 404', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    await lab().device.delete(`/devices/${device}`)
    expectRefusal(await command(lab(), id, 'start'), 404, 'device_not_found', 'Device not found')
  })

  it.each([
    ['on_busy', { on_busy: 'wait' }],
    ['on_busy', { on_busy: null }],
    ['priority', { priority: 'high' }],
    ['auto', { auto: 'true' }],
    ['auto', { auto: 'yes' }],
    ['auto', { auto: 1 }],
  ])('refuses and names %s: %j', async (field, body) => {
    const id = await newWorkflow(lab(), await newDevice(lab()))
    const answer = await command(lab(), id, 'start', body)
    expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(answer.body.details).toEqual({ field })
    expect(await statusOf(lab(), id)).toBe('created')
  })
})

describe('the queue and a workflow of this lab', () => {
  const lab = useLab('embedded', { demo: false })

  it('another device than its own: 400 wrong_device', async () => {
    const [own, other] = [await newDevice(lab()), await newDevice(lab())]
    const id = await newWorkflow(lab(), own)
    const answer = await lab().device.post(`/devices/${other}/queue`, { workflow_id: id })
    expectRefusal(answer, 400, 'wrong_device')
    expect(answer.body.details).toEqual({ device_id: own })
    expect(await statusOf(lab(), id)).toBe('created')
  })

  it('a cancelled entry puts it back to created, from where it can start', async () => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device)
    const { body } = await command(lab(), id, 'start', { on_busy: 'queue' })
    expect(await lab().device.delete(`/devices/${device}/queue/${body.queue_entry.id}`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    })
    expect((await lab().workflow.get(`/workflows/${id}`)).body).toMatchObject({ status: 'created', queued_at: null })
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'holder' })
    expect((await command(lab(), id, 'start')).status).toBe(200)
  })

  it('runs when its turn comes', async () => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device)
    await queueUp(lab(), device, id)
    expect(await statusOf(lab(), id)).toBe('queued')
    const running = nextEvent(lab(), ({ kind, workflowId }) => kind === 'workflow.started' && workflowId === id)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'holder' })
    await running
    expect((await lab().workflow.get(`/workflows/${id}`)).body).toMatchObject({
      status: 'running',
      queued_at: instant,
      started_at: instant,
    })
  })
})
