/** Requests that race: whatever order they end in, exactly one wins, and nothing is left in between. */

import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/client.ts'
import { expectInvariants } from '../support/invariants.ts'
import { onBothDatabases, type TestLab } from '../support/lab.ts'

const rounds = 5

onBothDatabases('racing requests', { demoLogs: 0 }, (lab) => {
  let made = 0

  /** A device of its own for each race, so that nothing is left from another. */
  async function newDevice(): Promise<string> {
    made += 1
    const id = `race-${made}`
    expect((await lab().device.post('/devices', { id, name: id, type: 'other' })).status).toBe(201)
    return id
  }

  async function newWorkflow(deviceId: string, steps = ['a']): Promise<string> {
    const answer = await lab().workflow.post('/workflows', { name: 'Race', device_id: deviceId, steps })
    expect(answer.status).toBe(201)
    return answer.body.id
  }

  async function started(deviceId: string): Promise<string> {
    const id = await newWorkflow(deviceId)
    expect((await lab().workflow.post(`/workflows/${id}/start`)).status).toBe(200)
    return id
  }

  describe('for one device', () => {
    it('50 bookings: one wins, 49 get 409, one active row', async () => {
      const device = await newDevice()
      const answers = await Promise.all(many(50, (n) => lab().device.post(`/devices/${device}/book`, { workflow_id: `wf-${n}` })))
      expect(tally(answers)).toEqual({ 200: 1, 409: 49 })
      expect(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === 'device_busy')).toBe(true)
      expect(await activeBookings(lab(), device)).toHaveLength(1)
      await expectInvariants(lab().lab.database.pool)
    })

    it('50 starts: one wins, 49 get 409, one active row, one running workflow', async () => {
      const device = await newDevice()
      const ids = await Promise.all(many(50, () => newWorkflow(device)))
      const answers = await Promise.all(ids.map((id) => lab().workflow.post(`/workflows/${id}/start`)))
      expect(tally(answers)).toEqual({ 200: 1, 409: 49 })
      const winner = answers.find(({ status }) => status === 200)?.body.workflow.id
      expect(await activeBookings(lab(), device)).toEqual([winner])
      const { body } = await lab().workflow.get(`/workflows?status=running&device_id=${device}`)
      expect(body.map((workflow: { id: string }) => workflow.id)).toEqual([winner])
      await expectInvariants(lab().lab.database.pool)
    })

    it('50 starts of the same workflow: one wins, the others are told that it has started', async () => {
      const device = await newDevice()
      const id = await newWorkflow(device)
      const answers = await Promise.all(many(50, () => lab().workflow.post(`/workflows/${id}/start`)))
      expect(tally(answers)).toEqual({ 200: 1, 400: 49 })
      await expectInvariants(lab().lab.database.pool)
    })

    it('100 queue requests: one is booked, 99 wait at 99 places in the order of their ids', async () => {
      const device = await newDevice()
      const answers = await Promise.all(many(100, (n) => lab().device.post(`/devices/${device}/queue`, { workflow_id: `wf-${n}` })))
      expect(tally(answers)).toEqual({ 201: 100 })
      expect(answers.filter(({ body }) => body.status === 'booked')).toHaveLength(1)
      const { body } = await lab().device.get(`/devices/${device}/queue`)
      expect(body.map((entry: { position: number }) => entry.position)).toEqual(many(99, (n) => n + 1))
      const ids = body.map((entry: { id: number }) => entry.id)
      expect(ids).toEqual([...ids].sort((a, b) => a - b))
      await expectInvariants(lab().lab.database.pool)
    })

    it('the same workflow queued 20 times waits once', async () => {
      const device = await newDevice()
      await started(device)
      const answers = await Promise.all(many(20, () => lab().device.post(`/devices/${device}/queue`, { workflow_id: 'same' })))
      expect(tally(answers)).toEqual({ 201: 1, 409: 19 })
      await expectInvariants(lab().lab.database.pool)
    })
  })

  describe('against each other', () => {
    it('release against cancel: the device ends free, the workflow cancelled', async () => {
      for (const device of await Promise.all(many(rounds, newDevice))) {
        const id = await started(device)
        const [release, cancel] = await Promise.all([
          lab().device.post(`/devices/${device}/release`, { workflow_id: id }),
          lab().workflow.post(`/workflows/${id}/cancel`),
        ])
        expect([release.status, cancel.status]).toEqual([200, 200])
        expect(cancel.body.workflow.status).toBe('cancelled')
        expect(await activeBookings(lab(), device)).toEqual([])
        await expectInvariants(lab().lab.database.pool)
      }
    })

    it('release against queue: the newcomer has the device, never a place in the queue of a free one', async () => {
      for (const device of await Promise.all(many(rounds, newDevice))) {
        const id = await started(device)
        const [release, queue] = await Promise.all([
          lab().device.post(`/devices/${device}/release`, { workflow_id: id }),
          lab().device.post(`/devices/${device}/queue`, { workflow_id: 'newcomer' }),
        ])
        expect([release.status, queue.status]).toEqual([200, 201])
        expect(release.body.next?.workflow_id ?? null).toBe(queue.body.status === 'waiting' ? 'newcomer' : null)
        expect(await activeBookings(lab(), device)).toEqual(['newcomer'])
        await expectInvariants(lab().lab.database.pool)
      }
    })

    it('two releases with one in the queue: it is booked once, the second release is refused', async () => {
      for (const device of await Promise.all(many(rounds, newDevice))) {
        const id = await started(device)
        await lab().device.post(`/devices/${device}/queue`, { workflow_id: 'next' })
        const answers = await Promise.all(many(2, () => lab().device.post(`/devices/${device}/release`, { workflow_id: id })))
        expect(tally(answers)).toEqual({ 200: 1, 403: 1 })
        expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({ status: 'busy', next: { workflow_id: 'next' } })
        expect(await activeBookings(lab(), device)).toEqual(['next'])
        await expectInvariants(lab().lab.database.pool)
      }
    })

    it('complete against cancel: one ends the workflow, the other is told that it has ended', async () => {
      for (const device of await Promise.all(many(rounds, newDevice))) {
        const id = await started(device)
        const waiting = await newWorkflow(device)
        await lab().workflow.post(`/workflows/${waiting}/start`, { on_busy: 'queue' })
        const answers = await Promise.all([
          lab().workflow.post(`/workflows/${id}/complete`),
          lab().workflow.post(`/workflows/${id}/cancel`),
        ])
        expect(tally(answers)).toEqual({ 200: 1, 400: 1 })
        expect((await lab().workflow.get(`/workflows/${waiting}`)).body.status).toBe('running')
        expect(await activeBookings(lab(), device)).toEqual([waiting])
        await expectInvariants(lab().lab.database.pool)
      }
    })

    it('maintenance off against release: the head of the queue is booked once', async () => {
      for (const device of await Promise.all(many(rounds, newDevice))) {
        const id = await started(device)
        await lab().device.patch(`/devices/${device}`, { mode: 'maintenance' })
        for (const next of ['first', 'second']) await lab().device.post(`/devices/${device}/queue`, { workflow_id: next })
        await Promise.all([
          lab().device.patch(`/devices/${device}`, { mode: 'processing' }),
          lab().device.post(`/devices/${device}/release`, { workflow_id: id }),
        ])
        expect(await activeBookings(lab(), device)).toEqual(['first'])
        await expectInvariants(lab().lab.database.pool)
      }
    })

    it('two operations on one device: one runs, the other gets 409', async () => {
      const device = await newDevice()
      await lab().device.post(`/devices/${device}/book`, { workflow_id: 'me' })
      const answers = await Promise.all(
        many(10, () => lab().device.post(`/devices/${device}/execute`, { workflow_id: 'me', operation: 'shake', parameters: {} })),
      )
      expect(Object.keys(tally(answers)).every((status) => status === '200' || status === '409')).toBe(true)
      expect(answers.some(({ status }) => status === 200)).toBe(true)
      await expectInvariants(lab().lab.database.pool)
    })
  })
})

function many<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n))
}

function tally(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

async function activeBookings(lab: TestLab, deviceId: string): Promise<string[]> {
  const statement = `select workflow_id from device_bookings where device_id = $1 and status = 'active'`
  return (await lab.lab.database.pool.query(statement, [deviceId])).rows.map((row) => row.workflow_id)
}
