/** The queue over HTTP: joining it, its order, moving in it, leaving it. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, instant, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { useLab } from '../../support/lab.ts'

describe('joining a queue', () => {
  const lab = useLab('embedded', { demo: false, simSpeed: 10 })

  async function busyDevice(): Promise<string> {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    return id
  }

  const entryFields = [
    ['id', 'device_id', 'workflow_id', 'workflow_name', 'priority', 'status', 'position', 'queue_length', 'estimated_wait_seconds'],
    ['estimated_start_at', 'note', 'queued_at', 'booked_at', 'booking_id'],
    ['p90_wait_seconds', 'estimated_start_p90_at', 'estimated_end_at', 'estimated_end_p90_at'],
  ].flat()

  it('of a busy device: waits, at its place', async () => {
    const id = await busyDevice()
    const request = { workflow_id: 'script', priority: 'low', note: 'before noon' }
    const { answer, events } = await withEvents(lab(), () => lab().device.post(`/devices/${id}/queue`, request, { 'X-Operator': 'Ada' }))
    expect(answer.status).toBe(201)
    expect(Object.keys(answer.body)).toEqual(entryFields)
    const { id: queue_entry_id } = answer.body
    expect(answer.body).toEqual({
      id: expect.any(Number),
      device_id: id,
      workflow_id: 'script',
      workflow_name: null,
      priority: 'low',
      status: 'waiting',
      position: 1,
      queue_length: 1,
      estimated_wait_seconds: 0.5,
      estimated_start_at: instant,
      note: 'before noon',
      queued_at: instant,
      booked_at: null,
      booking_id: null,
      // 5 s (at most 7.5 s) for each of the two that nobody knows; 10 s, and √(2.5² + 2.5²) = 3.5 more.
      p90_wait_seconds: 0.8,
      estimated_start_p90_at: instant,
      estimated_end_at: instant,
      estimated_end_p90_at: instant,
    })
    expect(events).toMatchObject([
      {
        kind: 'queue.entry_added',
        operator: 'Ada',
        device_id: id,
        workflow_id: 'script',
        data: { queue_entry_id, priority: 'low', note: 'before noon' },
      },
    ])
    expect((await lab().device.get(`/devices/${id}`)).body.queue_length).toBe(1)
  })

  it('of a bookable device: is booked at once', async () => {
    const id = await newDevice(lab())
    const { answer, events } = await withEvents(lab(), () =>
      lab().device.post(`/devices/${id}/queue`, { workflow_id: 'script', note: null }),
    )
    const { booked_at } = answer.body
    const booked = { status: 'booked', position: 0, queue_length: 0, priority: 'normal', note: null, booked_at: instant }
    const times = { estimated_wait_seconds: 0, estimated_start_at: booked_at, booking_id: expect.any(Number) }
    expect(answer).toMatchObject({ status: 201, body: { ...booked, ...times } })
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({
      status: 'busy',
      workflow_id: 'script',
      booked_at,
      queue_length: 0,
    })
    expect((await lab().device.get(`/devices/${id}/queue`)).body).toEqual([])
    expect(events.map(({ kind }) => kind)).toEqual(['queue.entry_added', 'device.booked', 'queue.entry_booked'])
  })

  it('with a workflow of this lab: queued, running when it is booked, known by its name', async () => {
    const id = await busyDevice()
    const workflow = await newWorkflow(lab(), id, { name: 'PCR' })
    const { answer: entry, events } = await withEvents(lab(), () => queueUp(lab(), id, workflow))
    expect(entry.workflow_name).toBe('PCR')
    expect(events.map(({ kind }) => kind)).toEqual(['queue.entry_added', 'workflow.queued'])
    expect((await lab().workflow.get(`/workflows/${workflow}`)).body).toMatchObject({ status: 'queued', queued_at: entry.queued_at })
    expectRefusal(await lab().workflow.post(`/workflows/${workflow}/start`), 400, 'invalid_state')

    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' })
    expect((await lab().workflow.get(`/workflows/${workflow}`)).body).toMatchObject({ status: 'running', started_at: instant })
  })

  it('with a workflow of this lab on a bookable device: runs at once', async () => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id, { name: 'PCR' })
    expect(await queueUp(lab(), id, workflow)).toMatchObject({ status: 'booked', workflow_name: 'PCR' })
    expect(await statusOf(lab(), workflow)).toBe('running')
  })

  it('twice: 409 already_queued, once in the queue', async () => {
    const id = await busyDevice()
    const workflow = await newWorkflow(lab(), id)
    for (const waits of ['script', workflow]) {
      await queueUp(lab(), id, waits)
      expectRefusal(await lab().device.post(`/devices/${id}/queue`, { workflow_id: waits, priority: 'urgent' }), 409, 'already_queued')
    }
    expect(await waitingIds(lab(), id)).toEqual(['script', workflow])
  })

  it('as the holder: 409 already_booked', async () => {
    const id = await busyDevice()
    expectRefusal(await lab().device.post(`/devices/${id}/queue`, { workflow_id: 'holder' }), 409, 'already_booked')
    const workflow = await newWorkflow(lab(), id)
    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' })
    await lab().workflow.post(`/workflows/${workflow}/start`)
    expectRefusal(await lab().device.post(`/devices/${id}/queue`, { workflow_id: workflow }), 409, 'already_booked')
    expect(await waitingIds(lab(), id)).toEqual([])
  })

  it('of a device that is not its own: 400 wrong_device, and the workflow stays created', async () => {
    const [own, other] = [await newDevice(lab()), await newDevice(lab())]
    const workflow = await newWorkflow(lab(), own)
    expectRefusal(await lab().device.post(`/devices/${other}/queue`, { workflow_id: workflow }), 400, 'wrong_device')
    expect(await statusOf(lab(), workflow)).toBe('created')
    expect((await lab().device.get(`/devices/${other}`)).body.bookable).toBe(true)
  })

  it.each(['cancel', 'complete', 'pause'])('a workflow that cannot be queued any more, after %s: 400', async (command) => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id)
    await lab().workflow.post(`/workflows/${workflow}/start`)
    await lab().workflow.post(`/workflows/${workflow}/${command}`, command === 'pause' ? { release_device: true } : {})
    expectRefusal(await lab().device.post(`/devices/${id}/queue`, { workflow_id: workflow }), 400, 'invalid_state')
    expect((await lab().device.get(`/devices/${id}`)).body.bookable).toBe(true)
  })

  it.each([
    ['priority', { priority: 'high' }],
    ['priority', { priority: null }],
    ['note', { note: 7 }],
    ['note', { note: 'n'.repeat(1001) }],
  ])('a bad %s in %j: 400 that names it, nobody waits', async (field, change) => {
    const id = await busyDevice()
    const answer = await lab().device.post(`/devices/${id}/queue`, { workflow_id: 'script', ...change })
    expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(await waitingIds(lab(), id)).toEqual([])
  })

  it('the list: entries in order, urgent before normal before low, first come first served, with a version', async () => {
    const id = await busyDevice()
    const empty = await lab().device.get(`/devices/${id}/queue`)
    expect(empty).toMatchObject({ status: 200, body: [] })
    for (const priority of ['low', 'normal', 'urgent']) for (const n of [1, 2]) await queueUp(lab(), id, `${priority}-${n}`, { priority })
    const { body, headers } = await lab().device.get(`/devices/${id}/queue`)
    const summary = body.map((entry: Record<string, unknown>) => [entry.workflow_id, entry.position, entry.estimated_wait_seconds])
    expect(summary).toEqual([
      ['urgent-1', 1, 0.5],
      ['urgent-2', 2, 1],
      ['normal-1', 3, 1.5],
      ['normal-2', 4, 2],
      ['low-1', 5, 2.5],
      ['low-2', 6, 3],
    ])
    for (const entry of body) {
      expect(Object.keys(entry)).toEqual(entryFields)
      expect(entry).toMatchObject({ queue_length: 6, status: 'waiting' })
    }
    expect(headers.get('etag')).toMatch(/^"[^"]+"$/)
    expect(headers.get('etag')).not.toBe(empty.headers.get('etag'))
    expect((await lab().device.get(`/devices/${id}/queue`)).headers.get('etag')).toBe(headers.get('etag'))
  })
})

describe('leaving a queue', () => {
  const lab = useLab('embedded', { demo: false })

  async function busyDevice(): Promise<string> {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    return id
  }

  it('is answered with the cancelled entry, and those behind move up', async () => {
    const id = await busyDevice()
    const [first] = [await queueUp(lab(), id, 'first', { note: 'mine' }), await queueUp(lab(), id, 'second')]
    const { answer, events } = await withEvents(lab(), () =>
      lab().device.delete(`/devices/${id}/queue/${first.id}`, { 'X-Operator': 'Ada' }),
    )
    const noWait = { estimated_wait_seconds: null, estimated_start_at: null, p90_wait_seconds: null, estimated_start_p90_at: null }
    const noEnd = { estimated_end_at: null, estimated_end_p90_at: null }
    const cancelled = { status: 'cancelled', position: 0, queue_length: 1, ...noWait, ...noEnd }
    expect(answer).toMatchObject({ status: 200, body: { ...first, ...cancelled } })
    expect((await lab().device.get(`/devices/${id}/queue`)).body).toMatchObject([{ workflow_id: 'second', position: 1 }])
    const told = { kind: 'queue.entry_cancelled', operator: 'Ada', workflow_id: 'first', data: { queue_entry_id: first.id } }
    expect(events).toMatchObject([told])
  })

  it('puts the workflow back to created, and it can be queued again', async () => {
    const id = await busyDevice()
    const workflow = await newWorkflow(lab(), id, { name: 'PCR' })
    const entry = await queueUp(lab(), id, workflow)
    const answer = await lab().device.delete(`/devices/${id}/queue/${entry.id}`)
    expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled', workflow_name: 'PCR' } })
    expect((await lab().workflow.get(`/workflows/${workflow}`)).body).toMatchObject({ status: 'created', queued_at: null })
    expect((await queueUp(lab(), id, workflow)).id).toBeGreaterThan(entry.id)
    await expectInvariants(lab().lab.database.pool)
  })

  it('puts it back to paused when resume had queued it', async () => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id)
    await lab().workflow.post(`/workflows/${workflow}/start`)
    await lab().workflow.post(`/workflows/${workflow}/pause`, { release_device: true })
    await book(lab(), id, 'holder')
    const resumed = await lab().workflow.post(`/workflows/${workflow}/resume`, { on_busy: 'queue' })
    expect(resumed.status).toBe(202)
    await lab().device.delete(`/devices/${id}/queue/${resumed.body.queue_entry.id}`)
    expect(await statusOf(lab(), workflow)).toBe('paused')
    await expectInvariants(lab().lab.database.pool)
  })

  it('twice, or once booked: 409 not_waiting', async () => {
    const id = await busyDevice()
    const [cancelled, booked] = [await queueUp(lab(), id, 'cancelled'), await queueUp(lab(), id, 'booked')]
    await lab().device.delete(`/devices/${id}/queue/${cancelled.id}`)
    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' })
    for (const entry of [cancelled, booked]) {
      expectRefusal(await lab().device.delete(`/devices/${id}/queue/${entry.id}`), 409, 'not_waiting')
      expectRefusal(await lab().device.patch(`/devices/${id}/queue/${entry.id}`, { priority: 'low' }), 409, 'not_waiting')
    }
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('booked')
  })

  it.each(['0', '-1', 'x', '1e3', '999999999', '99999999999999999999'])('of the entry %s, which there is not: 404', async (entryId) => {
    const id = await busyDevice()
    expectRefusal(await lab().device.delete(`/devices/${id}/queue/${entryId}`), 404, 'queue_entry_not_found')
    expectRefusal(await lab().device.patch(`/devices/${id}/queue/${entryId}`, { priority: 'low' }), 404, 'queue_entry_not_found')
  })

  it('of another device: 404, and the entry still waits', async () => {
    const [id, other] = [await busyDevice(), await busyDevice()]
    const entry = await queueUp(lab(), id, 'waits')
    expectRefusal(await lab().device.delete(`/devices/${other}/queue/${entry.id}`), 404, 'queue_entry_not_found')
    expect(await waitingIds(lab(), id)).toEqual(['waits'])
  })
})
