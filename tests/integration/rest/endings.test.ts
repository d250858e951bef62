/** Completing and cancelling a workflow over HTTP: what becomes of its steps, and who gets its device. */

import { expect, it } from 'vitest'
import { book, expectRefusal, hang, instant, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, fails, hangStep, hangs, hold, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

onBothDatabases('complete', { demo: false }, (lab) => {
  it('releases the device and books the next in line in one go; steps not run are skipped', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', 'b', 'c'])
    await command(lab(), id, 'execute-step')
    const next = await newWorkflow(lab(), device)
    await queueUp(lab(), device, next)
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'complete'))
    expect(answer).toMatchObject({
      status: 200,
      body: { message: 'Workflow completed', workflow: { id, status: 'completed', completed_at: instant, error: null } },
    })
    expect(stepsOf(answer.body.workflow)).toEqual(['completed', 'skipped', 'skipped'])
    expect(await holderOf(lab(), device)).toBe(next)
    expect(await statusOf(lab(), next)).toBe('running')
    expect(events.map(({ kind }) => kind)).toEqual([
      'step.skipped',
      'step.skipped',
      'workflow.completed',
      'device.released',
      'device.booked',
      'queue.entry_booked',
      'workflow.started',
    ])
    await expectInvariants(lab().lab.database.pool)
  })

  it('of one that does not run: 400', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    const sentence = 'Workflow is not running'
    expectRefusal(await command(lab(), id, 'complete'), 400, 'invalid_state', sentence)
    await command(lab(), id, 'start')
    await command(lab(), id, 'pause')
    expectRefusal(await command(lab(), id, 'complete'), 400, 'invalid_state', sentence)
    await command(lab(), id, 'resume')
    expect((await command(lab(), id, 'complete')).status).toBe(200)
    expectRefusal(await command(lab(), id, 'complete'), 400, 'invalid_state', sentence)
  })

  it('while a step or a script’s operation runs: 409', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const running = await hang(lab(), device, id)
    expectRefusal(await command(lab(), id, 'complete'), 409, 'operation_running')
    await command(lab(), id, 'cancel')
    await running.answer

    const other = await started(lab(), device, [hangs])
    const step = await hangStep(lab(), other, device)
    expectRefusal(await command(lab(), other, 'complete'), 409, 'operation_running')
    await command(lab(), other, 'cancel')
    await step.answer
  })

  it('works after a script has released its device, and leaves the new holder alone', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: id })
    expect(await statusOf(lab(), id)).toBe('running')
    await book(lab(), device, 'another')
    expectRefusal(await command(lab(), id, 'execute-step'), 403, 'not_your_booking', 'Device not booked by this workflow')
    expect((await command(lab(), id, 'complete')).status).toBe(200)
    expect(await holderOf(lab(), device)).toBe('another')
  })
})

onBothDatabases('cancel', { demo: false }, (lab) => {
  it('while a step runs: it is aborted, whoever waits for it gets 409, the next in line has the device', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [hangs, 'b'])
    await queueUp(lab(), device, 'next')
    const step = await hangStep(lab(), id, device)
    const { answer, events } = await withEvents(lab(), () =>
      command(lab(), id, 'cancel', { reason: 'wrong plate' }, { 'X-Operator': 'Ada' }),
    )
    expect(answer).toMatchObject({
      status: 200,
      body: { message: 'Workflow cancelled', workflow: { status: 'cancelled', completed_at: instant } },
    })
    expect(stepsOf(answer.body.workflow)).toEqual(['aborted', 'skipped'])
    expectRefusal(await step.answer, 409, 'operation_aborted')
    expect(await holderOf(lab(), device)).toBe('next')
    const { body: logs } = await lab().device.get(`/execution-logs/${device}`)
    expect(logs[0]).toMatchObject({ id: step.logId, status: 'aborted', error: expect.stringMatching(/\S/), completed_at: instant })
    const cancelled = events.find(({ kind }) => kind === 'workflow.cancelled')
    expect(cancelled).toMatchObject({ operator: 'Ada', data: { reason: 'wrong plate' } })
    await expectInvariants(lab().lab.database.pool)
  })

  it('of one that waits: its place in line goes', async () => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device)
    const { body } = await command(lab(), id, 'start', { on_busy: 'queue' })
    const answer = await command(lab(), id, 'cancel')
    expect(answer).toMatchObject({ status: 200, body: { workflow: { status: 'cancelled' } } })
    expect(await waitingIds(lab(), device)).toEqual([])
    expectRefusal(await lab().device.delete(`/devices/${device}/queue/${body.queue_entry.id}`), 409, 'not_waiting')
  })

  it.each(['created', 'running', 'paused', 'awaiting_recovery'])('of a %s one: 200, and it holds no device any more', async (status) => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: [fails] })
    if (status !== 'created') await command(lab(), id, 'start')
    if (status === 'paused') await command(lab(), id, 'pause')
    if (status === 'awaiting_recovery') await command(lab(), id, 'execute-step')
    expect(await statusOf(lab(), id)).toBe(status)
    expect((await command(lab(), id, 'cancel')).status).toBe(200)
    expect(await holderOf(lab(), device)).toBeNull()
    expectRefusal(await command(lab(), id, 'cancel'), 400, 'invalid_state', 'Workflow has already ended')
  })

  it.each([{ reason: 7 }, { reason: 'r'.repeat(1001) }])('refuses a reason that is none: %j', async (body) => {
    const id = await started(lab(), await newDevice(lab()))
    expectRefusal(await command(lab(), id, 'cancel', body), 400, 'invalid_input', /^reason\b/)
    expect(await statusOf(lab(), id)).toBe('running')
  })
})
