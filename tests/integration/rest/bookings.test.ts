/** Booking and releasing over HTTP: whose the device is, and whose it is next. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, hang, instant, newDevice, newWorkflow, queueUp, statusOf } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'

describe('booking', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('gives the device to the workflow', async () => {
    const id = await newDevice(lab())
    const { answer, events } = await withEvents(lab(), () =>
      lab().device.post(`/devices/${id}/book`, { workflow_id: 'wf-1' }, { 'X-Operator': 'Ada' }),
    )
    expect(answer.status).toBe(200)
    const { booking_id, booked_at } = answer.body
    expect(answer.body).toEqual({ device_id: id, status: 'busy', workflow_id: 'wf-1', booking_id: expect.any(Number), booked_at: instant })
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({
      status: 'busy',
      bookable: false,
      workflow_id: 'wf-1',
      booked_at,
    })
    expect(events).toEqual([
      { kind: 'device.booked', actor: 'rest', operator: 'Ada', device_id: id, workflow_id: 'wf-1', data: { booking_id } },
    ])
  })

  it('ids only grow', async () => {
    const id = await newDevice(lab())
    const first = await book(lab(), id, 'a')
    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'a' })
    expect(await book(lab(), id, 'a')).toBeGreaterThan(first)
  })

  it.each(['holder', 'another'])('a busy device: 409 to the %s', async (who) => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const { answer, events } = await withEvents(lab(), () => lab().device.post(`/devices/${id}/book`, { workflow_id: who }))
    expectRefusal(answer, 409, 'device_busy', 'Device is not available')
    expect(events).toEqual([])
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('holder')
  })

  it.each([
    [undefined],
    [{}],
    [{ workflow_id: '' }],
    [{ workflow_id: null }],
    [{ workflow_id: 7 }],
    [{ workflow_id: 'w'.repeat(201) }],
    [{ workflow_id: 'a\0' }],
    [{ workflow_id: '\ud800' }],
  ])('%j as the request: 400 that names workflow_id, and the device stays free', async (body) => {
    const id = await newDevice(lab())
    for (const call of ['book', 'release', 'queue', 'execute']) {
      const answer = await lab().device.post(`/devices/${id}/${call}`, body && { operation: 'shake', ...body })
      expectRefusal(answer, 400, 'invalid_input', /^workflow_id\b/)
    }
    expect((await lab().device.get(`/devices/${id}`)).body.bookable).toBe(true)
  })

  it.each(['x', 'w'.repeat(200), '🧪'.repeat(200), "'; drop table devices; --", 'Ünïcode / ?&#%', ' '])(
    'any other id will do: %j',
    async (workflowId) => {
      const id = await newDevice(lab())
      await book(lab(), id, workflowId)
      expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe(workflowId)
      expect((await lab().device.post(`/devices/${id}/release`, { workflow_id: workflowId })).status).toBe(200)
    },
  )

  it('leaves the state of a workflow of this lab alone; start then uses the booking', async () => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id)
    await book(lab(), id, workflow)
    expect(await statusOf(lab(), workflow)).toBe('created')
    expect(await lab().workflow.post(`/workflows/${workflow}/start`)).toMatchObject({
      status: 200,
      body: { workflow: { status: 'running' } },
    })
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe(workflow)
  })
})

describe('releasing', () => {
  const lab = useLab('embedded', { demoLogs: 0 })
  const release = (id: string, body: unknown, headers?: Record<string, string>) =>
    lab().device.post(`/devices/${id}/release`, body, headers)

  it('frees the device when nobody waits', async () => {
    const id = await newDevice(lab())
    const booking_id = await book(lab(), id, 'holder')
    const { answer, events } = await withEvents(lab(), () => release(id, { workflow_id: 'holder' }, { 'X-Operator': 'Ada' }))
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ device_id: id, status: 'available', released_at: instant, next: null })
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ bookable: true, workflow_id: null, booked_at: null })
    expect(events).toMatchObject([{ kind: 'device.released', operator: 'Ada', workflow_id: 'holder', data: { booking_id } }])
  })

  it('books the head of the queue in the same transaction', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const entry = await queueUp(lab(), id, 'next')
    await queueUp(lab(), id, 'later')
    const { answer, events } = await withEvents(lab(), () => release(id, { workflow_id: 'holder' }))
    const { released_at, next } = answer.body
    expect(answer.body).toEqual({ device_id: id, status: 'busy', released_at: instant, next })
    expect(next).toEqual({ queue_entry_id: entry.id, workflow_id: 'next', booking_id: expect.any(Number), booked_at: released_at })
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ status: 'busy', workflow_id: 'next', queue_length: 1 })
    expect(events.map(({ kind, workflow_id }) => [kind, workflow_id])).toEqual([
      ['device.released', 'holder'],
      ['device.booked', 'next'],
      ['queue.entry_booked', 'next'],
    ])
  })

  it('a device that is free already: 200, released_at null, no event', async () => {
    const id = await newDevice(lab())
    for (const body of [{ workflow_id: 'anybody' }, { force: true, reason: 'tidy' }]) {
      const { answer, events } = await withEvents(lab(), () => release(id, body))
      expect({ status: answer.status, body: answer.body, events }).toEqual({
        status: 200,
        body: { device_id: id, status: 'available', released_at: null, next: null },
        events: [],
      })
    }
  })

  it("another workflow's device: 403, and it stays booked", async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    expectRefusal(await release(id, { workflow_id: 'thief' }), 403, 'not_your_booking', 'Device is booked by another workflow')
    expectRefusal(await release(id, { workflow_id: 'thief', force: false, reason: 'mine' }), 403, 'not_your_booking')
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('holder')
  })

  it('while an operation runs: 409 operation_running to the holder, 403 to another, and it goes on', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const { answer } = await hang(lab(), id, 'holder')
    expectRefusal(await release(id, { workflow_id: 'holder' }), 409, 'operation_running')
    expectRefusal(await release(id, { workflow_id: 'thief' }), 403, 'not_your_booking')
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('holder')
    await release(id, { force: true, reason: 'test ends' })
    expect((await answer).status).toBe(409)
  })

  it("a running workflow's device: it stays running, its next step gets 403, complete still works", async () => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id)
    await lab().workflow.post(`/workflows/${workflow}/start`)
    expect((await release(id, { workflow_id: workflow })).status).toBe(200)
    expect(await statusOf(lab(), workflow)).toBe('running')
    const step = await lab().workflow.post(`/workflows/${workflow}/execute-step`)
    expectRefusal(step, 403, 'not_your_booking', 'Device not booked by this workflow')
    expect((await lab().workflow.post(`/workflows/${workflow}/complete`)).status).toBe(200)
  })

  describe('by force', () => {
    it.each([
      ['workflow_id', {}],
      ['workflow_id', { force: false }],
      ['reason', { force: true }],
      ['reason', { force: true, reason: '' }],
      ['reason', { force: true, reason: null, workflow_id: 'holder' }],
      ['reason', { force: true, reason: 7 }],
      ['force', { force: 'yes', reason: 'because', workflow_id: 'holder' }],
    ])('400 that names %s for %j, and it stays booked', async (field, body) => {
      const id = await newDevice(lab())
      await book(lab(), id, 'holder')
      expectRefusal(await release(id, body), 400, 'invalid_input', new RegExp(`^${field}\\b`))
      expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('holder')
    })

    it('takes it from whoever holds it, says why, and books the next', async () => {
      const id = await newDevice(lab())
      await book(lab(), id, 'holder')
      await queueUp(lab(), id, 'next')
      const { answer, events } = await withEvents(lab(), () => release(id, { force: true, reason: 'left over' }, { 'X-Operator': 'Ada' }))
      expect(answer).toMatchObject({ status: 200, body: { status: 'busy', released_at: instant, next: { workflow_id: 'next' } } })
      expect(events[0]).toMatchObject({
        kind: 'device.released',
        operator: 'Ada',
        workflow_id: 'holder',
        data: { forced: true, reason: 'left over' },
      })
      await expectInvariants(lab().lab.database.pool)
    })

    it('pauses the running workflow that held it; resume books it again', async () => {
      const id = await newDevice(lab())
      const workflow = await newWorkflow(lab(), id)
      await lab().workflow.post(`/workflows/${workflow}/start`)
      const { events } = await withEvents(lab(), () => release(id, { force: true, reason: 'urgent plate' }))
      expect(events.map(({ kind }) => kind)).toEqual(['workflow.paused', 'device.released'])
      expect(events[0]?.data).toMatchObject({ reason: 'urgent plate' })
      expect(await statusOf(lab(), workflow)).toBe('paused')
      expect(await lab().workflow.post(`/workflows/${workflow}/resume`)).toMatchObject({ status: 200 })
      expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe(workflow)
    })
  })
})

onBothDatabases('a forced release while an operation hangs', { demoLogs: 0 }, (lab) => {
  const force = (id: string) => lab().device.post(`/devices/${id}/release`, { force: true, reason: 'stuck' }, { 'X-Operator': 'Ada' })

  it('aborts it, tells whoever waited, books the next, and is audited under the name of who forced it', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const entry = await queueUp(lab(), id, 'next')
    const { answer: waiting, logId } = await hang(lab(), id, 'holder')
    const { answer, events } = await withEvents(lab(), () => force(id))
    const { released_at } = answer.body
    expect(answer).toMatchObject({ status: 200, body: { device_id: id, status: 'busy', released_at: instant } })
    expect(answer.body.next).toMatchObject({ queue_entry_id: entry.id, workflow_id: 'next', booked_at: released_at })
    expectRefusal(await waiting, 409, 'operation_aborted')

    expect((await lab().device.get(`/execution-logs/${id}`)).body).toMatchObject([
      { id: logId, status: 'aborted', result: null, error: expect.any(String), completed_at: instant },
    ])
    expect(events.map(({ kind }) => kind)).toEqual(['operation.aborted', 'device.released', 'device.booked', 'queue.entry_booked'])
    expect(events[1]).toMatchObject({ actor: 'rest', operator: 'Ada', workflow_id: 'holder', data: { forced: true, reason: 'stuck' } })
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('next')
    await expectInvariants(lab().lab.database.pool)
  })

  it('aborts the step and pauses the workflow of this lab that held it', async () => {
    const id = await newDevice(lab())
    const steps = [{ operation: 'shake', parameters: { simulate: 'hang' } }, 'read']
    const workflow = await newWorkflow(lab(), id, { steps })
    await lab().workflow.post(`/workflows/${workflow}/start`)
    const started = nextEvent(lab(), ({ kind }) => kind === 'step.started')
    const waiting = lab().workflow.post(`/workflows/${workflow}/execute-step`)
    await started
    expect(await force(id)).toMatchObject({ status: 200, body: { status: 'available', released_at: instant, next: null } })
    expectRefusal(await waiting, 409, 'operation_aborted')
    const { body } = await lab().workflow.get(`/workflows/${workflow}`)
    expect(body).toMatchObject({ status: 'paused', steps: [{ status: 'aborted' }, { status: 'pending' }] })
    await expectInvariants(lab().lab.database.pool)
  })

  it('asked for twice is done once', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    await queueUp(lab(), id, 'next')
    const { answer: waiting } = await hang(lab(), id, 'holder')
    const { answer: answers, events } = await withEvents(lab(), () => Promise.all([force(id), force(id)]))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expectRefusal(await waiting, 409, 'operation_aborted')
    expect(events.filter(({ kind }) => kind === 'operation.aborted')).toHaveLength(1)
    await expectInvariants(lab().lab.database.pool)
  })
})

onBothDatabases('the reset that lab people type into psql', { demoLogs: 0 }, (lab) => {
  it('frees every device, and queues move on', async () => {
    const [queued, plain] = [await newDevice(lab()), await newDevice(lab())]
    for (const id of [queued, plain]) await book(lab(), id, 'holder')
    const workflow = await newWorkflow(lab(), queued)
    await queueUp(lab(), queued, workflow)
    await queueUp(lab(), queued, 'later')

    const booked = nextEvent(lab(), ({ kind, deviceId }) => kind === 'device.booked' && deviceId === queued)
    await lab().lab.database.pool.query(`DELETE FROM device_bookings; UPDATE devices SET status = 'available';`)
    expect((await booked).workflowId).toBe(workflow)

    expect((await lab().device.get(`/devices/${queued}`)).body).toMatchObject({ status: 'busy', workflow_id: workflow, queue_length: 1 })
    expect(await statusOf(lab(), workflow)).toBe('running')
    expect((await lab().device.get(`/devices/${plain}`)).body).toMatchObject({ bookable: true, workflow_id: null })
    await expectInvariants(lab().lab.database.pool)
  })
})
