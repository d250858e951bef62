/** Devices in maintenance or offline: who may go on, who waits, and who is booked when they are back. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, instant, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { useLab } from '../../support/lab.ts'

const outOfService = [
  ['in maintenance', { mode: 'maintenance' }, { mode: 'processing' }],
  ['offline', { connection: 'offline' }, { connection: 'online' }],
] as const

describe.each(outOfService)('a device %s', (_, leave, comeBack) => {
  const lab = useLab('embedded', { demo: false })
  const patch = (id: string, change: unknown) => lab().device.patch(`/devices/${id}`, change)

  async function deviceOut(holder?: string): Promise<string> {
    const id = await newDevice(lab())
    if (holder) await book(lab(), id, holder)
    expect(await patch(id, leave)).toMatchObject({
      status: 200,
      body: { ...leave, bookable: false, status: holder ? 'busy' : 'available' },
    })
    return id
  }

  it.each([undefined, 'holder'])('cannot be booked or started on, held by %s: 409 device_unavailable', async (holder) => {
    const id = await deviceOut(holder)
    const workflow = await newWorkflow(lab(), id)
    expectRefusal(
      await lab().device.post(`/devices/${id}/book`, { workflow_id: 'new' }),
      409,
      'device_unavailable',
      'Device is not available',
    )
    expectRefusal(await lab().workflow.post(`/workflows/${workflow}/start`), 409, 'device_unavailable', 'Device is not available')
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe(holder ?? null)
    expect(await statusOf(lab(), workflow)).toBe('created')
  })

  it('takes queue requests, though nobody holds it; nobody knows when their turn comes', async () => {
    const id = await deviceOut()
    const workflow = await newWorkflow(lab(), id)
    const unknown = { status: 'waiting', estimated_wait_seconds: null, estimated_start_at: null, booking_id: null }
    expect(await queueUp(lab(), id, 'script')).toMatchObject({ ...unknown, position: 1 })
    const started = await lab().workflow.post(`/workflows/${workflow}/start`, { on_busy: 'queue' })
    expect(started).toMatchObject({ status: 202, body: { queue_entry: { ...unknown, position: 2 }, workflow: { status: 'queued' } } })
    expect(await waitingIds(lab(), id)).toEqual(['script', workflow])
  })

  it('books nobody when it is released', async () => {
    const id = await deviceOut('holder')
    await queueUp(lab(), id, 'waits')
    const { answer, events } = await withEvents(lab(), () => lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' }))
    expect(answer.body).toEqual({ device_id: id, status: 'available', released_at: instant, next: null })
    expect(events.map(({ kind }) => kind)).toEqual(['device.released'])
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ status: 'available', bookable: false, queue_length: 1 })
  })

  it('books the head of its queue at once when it is back', async () => {
    const id = await deviceOut()
    const workflow = await newWorkflow(lab(), id)
    for (const who of [workflow, 'later']) await queueUp(lab(), id, who)
    const { answer, events } = await withEvents(lab(), () => patch(id, comeBack))
    expect(answer).toMatchObject({
      status: 200,
      body: { ...comeBack, status: 'busy', workflow_id: workflow, booked_at: instant, queue_length: 1 },
    })
    expect(events.map(({ kind }) => kind)).toEqual(['device.changed', 'device.booked', 'queue.entry_booked', 'workflow.started'])
    expect(await statusOf(lab(), workflow)).toBe('running')
    await expectInvariants(lab().lab.database.pool)
  })

  it('stays with its holder when it is back', async () => {
    const id = await deviceOut('holder')
    await queueUp(lab(), id, 'waits')
    expect(await patch(id, comeBack)).toMatchObject({ status: 200, body: { workflow_id: 'holder', queue_length: 1 } })
    expect((await lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' })).body.next.workflow_id).toBe('waits')
  })

  it('may be renamed without booking anybody', async () => {
    const id = await deviceOut()
    await queueUp(lab(), id, 'waits')
    expect(await patch(id, { name: 'Renamed' })).toMatchObject({ status: 200, body: { status: 'available', queue_length: 1 } })
  })
})

describe('the holder of a device', () => {
  const lab = useLab('embedded', { demo: false })
  const execute = (id: string) => lab().device.post(`/devices/${id}/execute`, { workflow_id: 'holder', operation: 'shake' })

  it('may go on in maintenance', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    await lab().device.patch(`/devices/${id}`, { mode: 'maintenance' })
    expect((await execute(id)).status).toBe(200)
    expect((await lab().device.post(`/devices/${id}/release`, { workflow_id: 'holder' })).status).toBe(200)
  })

  it('may not while it is offline: 409 device_unavailable, nothing is run; 403 still comes first', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    await lab().device.patch(`/devices/${id}`, { connection: 'offline' })
    expectRefusal(await execute(id), 409, 'device_unavailable', 'Device is not available')
    const another = await lab().device.post(`/devices/${id}/execute`, { workflow_id: 'another', operation: 'shake' })
    expectRefusal(another, 403, 'not_your_booking')
    expect((await lab().device.get(`/execution-logs/${id}`)).body).toEqual([])
    await lab().device.patch(`/devices/${id}`, { connection: 'online' })
    expect((await execute(id)).status).toBe(200)
  })
})

describe('a device in maintenance and offline', () => {
  const lab = useLab('embedded', { demo: false })

  it('books nobody until both are over', async () => {
    const id = await newDevice(lab())
    await lab().device.patch(`/devices/${id}`, { mode: 'maintenance', connection: 'offline' })
    await queueUp(lab(), id, 'waits')
    expect(await lab().device.patch(`/devices/${id}`, { connection: 'online' })).toMatchObject({
      body: { status: 'available', queue_length: 1 },
    })
    expect(await lab().device.patch(`/devices/${id}`, { mode: 'processing' })).toMatchObject({
      body: { workflow_id: 'waits', queue_length: 0 },
    })
  })
})
