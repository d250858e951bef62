/** What the random tests found, each once and by name. */

import { describe, expect, it } from 'vitest'
import { releaseDevice } from '../../../electron/main/backend/services/bookings.ts'
import type { Caller } from '../../../electron/main/backend/services/lab.ts'
import { recordOutcome } from '../../../electron/main/backend/services/operations.ts'
import { book, expectRefusal, hang, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, fails, hangStep, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

onBothDatabases('found at random', { demoLogs: 0 }, (lab) => {
  const force = (device: string) => lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })
  const execute = (device: string, id: string) => lab().device.post(`/devices/${device}/execute`, { workflow_id: id, operation: 'shake' })
  const workflowOf = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body

  describe('a device is not handed over while it moves', () => {
    it('when the workflow in whose name a script runs an operation is deleted', async () => {
      const device = await newDevice(lab())
      const id = await newWorkflow(lab(), device)
      await book(lab(), device, id)
      await queueUp(lab(), device, 'next')
      const { answer } = await hang(lab(), device, id)
      expectRefusal(await lab().workflow.delete(`/workflows/${id}`), 409, 'operation_running')
      expect(await holderOf(lab(), device)).toBe(id)
      await force(device)
      await answer
    })

    it('when a workflow is given up', async () => {
      const device = await newDevice(lab())
      const id = await started(lab(), device, [fails])
      await queueUp(lab(), device, 'next')
      await command(lab(), id, 'execute-step')
      const { answer } = await hang(lab(), device, id)
      expectRefusal(await command(lab(), id, 'recover', { action: 'abort' }), 409, 'operation_running')
      expect(await holderOf(lab(), device)).toBe(id)
      expect(await statusOf(lab(), id)).toBe('awaiting_recovery')
      expect(await command(lab(), id, 'cancel')).toMatchObject({ status: 200, body: { workflow: { status: 'cancelled' } } })
      expectRefusal(await answer, 409, 'operation_aborted')
      expect(await holderOf(lab(), device)).toBe('next')
    })
  })

  describe('of two that end the same operation', () => {
    it('one cancel ends the workflow, the other is told that it has ended', async () => {
      const device = await newDevice(lab())
      const id = await started(lab(), device, [hangs])
      const { answer } = await hangStep(lab(), id, device)
      const answers = await Promise.all([command(lab(), id, 'cancel'), command(lab(), id, 'cancel')])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
      expectRefusal(await answer, 409, 'operation_aborted')
    })

    it('the second forced release is of whoever has the device then', async () => {
      const device = await newDevice(lab())
      await book(lab(), device, 'holder')
      const { answer } = await hang(lab(), device, 'holder')
      const answers = await Promise.all([force(device), force(device)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(answers.filter(({ body }) => body.released_at !== null)).toHaveLength(1)
      expectRefusal(await answer, 409, 'operation_aborted')
    })
  })

  it('a step that failed before a forced release could stop it waits for recovery', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [hangs, 'shake'])
    const { answer, logId } = await hangStep(lab(), id, device)
    const caller: Caller = { actor: 'rest', operator: null }
    await lab().lab.transaction(caller, (tx) => releaseDevice(tx, device, { force: true, reason: 'test' }))
    await lab().lab.transaction(caller, (tx) => recordOutcome(tx, logId, { status: 'failed', error: 'It jammed' }))
    lab().engine.stopAsked(logId)
    expectRefusal(await answer, 502, 'operation_failed')
    const workflow = await workflowOf(id)
    expect([workflow.status, ...stepsOf(workflow)]).toEqual(['awaiting_recovery', 'failed', 'pending'])
    expect(await holderOf(lab(), device)).toBeNull()
    await expectInvariants(lab().lab.database.pool)
  })

  describe('a second device that a script books for a running workflow', () => {
    async function stepRunsAndOtherIsBooked() {
      const [own, other] = [await newDevice(lab()), await newDevice(lab())]
      const id = await started(lab(), own, [hangs, 'shake'])
      const step = await hangStep(lab(), id, own)
      await book(lab(), other, id)
      return { own, other, id, step }
    }

    it('does not end a pause that waits for the step', async () => {
      const { own, other, id, step } = await stepRunsAndOtherIsBooked()
      expect((await command(lab(), id, 'pause', { release_device: true })).status).toBe(202)
      expect((await execute(other, id)).status).toBe(200)
      expect(await statusOf(lab(), id)).toBe('running')
      expect(await holderOf(lab(), own)).toBe(id)
      await force(own)
      await step.answer
    })

    it('pauses it after its step when it is released by force', async () => {
      const { own, other, id, step } = await stepRunsAndOtherIsBooked()
      expect((await force(other)).status).toBe(200)
      expect(await statusOf(lab(), id)).toBe('running')
      await expectInvariants(lab().lab.database.pool)
      lab().engine.stopAsked(step.logId)
      await step.answer
      await force(own)
    })
  })

  it('a move to where the entry stands leaves the queue at its version', async () => {
    const device = await newDevice(lab())
    await book(lab(), device, 'holder')
    const [first, second] = [await queueUp(lab(), device, 'first'), await queueUp(lab(), device, 'second')]
    const etag = async () => (await lab().device.get(`/devices/${device}/queue`)).headers.get('etag')
    const before = await etag()
    expect((await lab().device.patch(`/devices/${device}/queue/${second.id}`, { after: first.id })).body.position).toBe(2)
    expect(await etag()).toBe(before)
    expect(await waitingIds(lab(), device)).toEqual(['first', 'second'])
  })
})
