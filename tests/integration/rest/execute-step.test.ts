/** Running the steps of a workflow one by one over HTTP. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, hang, instant, newDevice, newWorkflow, statusOf } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { command, disconnects, fails, hangStep, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

onBothDatabases('execute-step', { demo: false }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body

  it('runs the next pending step and answers when it is done', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', { operation: 'incubate', parameters: { seconds: 30 } }])
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'execute-step', undefined, { 'X-Operator': 'Ada' }))
    const workflow = await read(id)
    const step = {
      step_index: 0,
      operation: 'a',
      parameters: {},
      device_id: null,
      hold: false,
      retry: null,
      timeout_seconds: null,
      status: 'completed',
      attempts: 1,
      started_at: instant,
      completed_at: instant,
      retry_at: null,
      error: null,
      error_code: null,
      note: null,
    }
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      workflow_id: id,
      step_index: 0,
      step,
      result: {
        device_id: device,
        operation: 'a',
        status: 'completed',
        executed_at: instant,
        log_id: expect.any(Number),
        duration_ms: expect.any(Number),
        result: { simulated: true, nominal_seconds: 5 },
      },
      workflow,
    })
    expect(workflow.steps[0]).toEqual(step)
    expect(workflow.status).toBe('running')
    expect(events.map(({ kind, operator }) => [kind, operator])).toEqual(
      ['operation.started', 'step.started', 'operation.completed', 'step.completed'].map((kind) => [kind, 'Ada']),
    )

    const second = await command(lab(), id, 'execute-step', {})
    expect(second.body).toMatchObject({ step_index: 1, step: { parameters: { seconds: 30 } }, result: { result: { nominal_seconds: 30 } } })
    expect(second.body.result.log_id).toBeGreaterThan(answer.body.result.log_id)
    const { body: logs } = await lab().device.get(`/execution-logs/${device}`)
    expect(logs).toMatchObject([
      { id: second.body.result.log_id, workflow_id: id, operation: 'incubate', parameters: { seconds: 30 }, status: 'completed' },
      { id: answer.body.result.log_id, workflow_id: id, operation: 'a', status: 'completed' },
    ])
  })

  it('runs the step that is named, again if it ran before, and then the next that is pending', async () => {
    const id = await started(lab(), await newDevice(lab()), ['a', 'b', 'c'])
    const ran = async (body?: object) => (await command(lab(), id, 'execute-step', body)).body.step
    expect(await ran({ step_index: 1 })).toMatchObject({ operation: 'b', attempts: 1 })
    expect(await ran({ step_index: 1 })).toMatchObject({ operation: 'b', attempts: 2, status: 'completed' })
    expect(await ran()).toMatchObject({ operation: 'a', attempts: 1 })
    expect(await ran()).toMatchObject({ operation: 'c', attempts: 1 })
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'no_step_left')
    expect(await ran({ step_index: 2 })).toMatchObject({ operation: 'c', attempts: 2 })
    expect(await statusOf(lab(), id)).toBe('running')
  })

  it.each([-1, 3, 2 ** 31, -(2 ** 40), Number.MAX_SAFE_INTEGER])('step %d of three: 400 Invalid step index', async (step_index) => {
    const id = await started(lab(), await newDevice(lab()), ['a', 'b', 'c'])
    expectRefusal(await command(lab(), id, 'execute-step', { step_index }), 400, 'invalid_step_index', 'Invalid step index')
    expect(stepsOf(await read(id))).toEqual(['pending', 'pending', 'pending'])
  })

  it.each(['0', 0.5, null, true, [0], 1e300])('step_index %j: 400 that names it', async (step_index) => {
    const id = await started(lab(), await newDevice(lab()))
    const answer = await command(lab(), id, 'execute-step', { step_index })
    expectRefusal(answer, 400, 'invalid_input', /^step_index\b/)
    expect(answer.body.details).toEqual({ field: 'step_index' })
  })

  it('of a workflow that does not run: 400', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'invalid_state', 'Workflow is not running')
    await command(lab(), id, 'start')
    await command(lab(), id, 'pause')
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'invalid_state', 'Workflow is not running')
    await command(lab(), id, 'cancel')
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'invalid_state', 'Workflow is not running')
  })

  it('without steps: 400, no step is left', async () => {
    const id = await started(lab(), await newDevice(lab()), [])
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'no_step_left')
  })

  it('while a step runs: 409, also for the last step, and for one that is named', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', hangs])
    await command(lab(), id, 'execute-step')
    const running = await hangStep(lab(), id, device)
    for (const body of [undefined, { step_index: 0 }, { step_index: 1 }]) {
      expectRefusal(await command(lab(), id, 'execute-step', body), 409, 'operation_running')
    }
    await command(lab(), id, 'cancel')
    expectRefusal(await running.answer, 409, 'operation_aborted')
  })

  it('while a script’s own operation runs on the device: 409', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const running = await hang(lab(), device, id)
    expectRefusal(await command(lab(), id, 'execute-step'), 409, 'operation_running')
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })
    await running.answer
  })

  it('without the device: 403, told before 409', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: id })
    expectRefusal(await command(lab(), id, 'execute-step'), 403, 'not_your_booking', 'Device not booked by this workflow')
    await lab().device.post(`/devices/${device}/book`, { workflow_id: 'another' })
    const running = await hang(lab(), device, 'another')
    expectRefusal(await command(lab(), id, 'execute-step'), 403, 'not_your_booking')
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })
    await running.answer
    expect(stepsOf(await read(id))).toEqual(['pending'])
  })

  it('on a device in maintenance the holder goes on; offline: 409', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', 'b'])
    await lab().device.patch(`/devices/${device}`, { mode: 'maintenance' })
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
    await lab().device.patch(`/devices/${device}`, { connection: 'offline' })
    expectRefusal(await command(lab(), id, 'execute-step'), 409, 'device_unavailable', 'Device is not available')
    expect(stepsOf(await read(id))).toEqual(['completed', 'pending'])
  })

  it('a device that fails: 502, step failed, workflow awaits recovery, device kept', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [fails, 'b'])
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'execute-step'))
    expectRefusal(answer, 502, 'operation_failed')
    const workflow = await read(id)
    expect(workflow).toMatchObject({ status: 'awaiting_recovery', error: expect.stringMatching(/\S/), completed_at: null })
    expect(workflow.steps[0]).toMatchObject({ status: 'failed', attempts: 1, error: expect.stringMatching(/\S/), completed_at: instant })
    expect(workflow.steps[1].status).toBe('pending')
    expect(await holderOf(lab(), device)).toBe(id)
    expect((await lab().device.get(`/execution-logs/${device}`)).body[0]).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/\S/),
    })
    expect(events.map(({ kind }) => kind)).toEqual(['operation.started', 'step.started', 'operation.failed', 'step.failed'])
    expectRefusal(await command(lab(), id, 'execute-step'), 400, 'invalid_state')
  })

  it('a device that goes away: 502, step and workflow interrupted, device offline and kept', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [disconnects, 'b'])
    expectRefusal(await command(lab(), id, 'execute-step'), 502, 'operation_failed')
    const workflow = await read(id)
    expect(workflow).toMatchObject({ status: 'interrupted', error: expect.stringMatching(/\S/) })
    expect(stepsOf(workflow)).toEqual(['interrupted', 'pending'])
    expect((await lab().device.get(`/devices/${device}`)).body).toMatchObject({
      connection: 'offline',
      bookable: false,
      workflow_id: id,
      status: 'busy',
    })
    expect((await lab().device.get(`/execution-logs/${device}`)).body[0]).toMatchObject({ status: 'interrupted' })
  })

  it('a plain operation outside the steps that fails only logs and answers 502', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device)
    const request = { workflow_id: id, ...fails }
    expectRefusal(await lab().device.post(`/devices/${device}/execute`, request), 502, 'operation_failed')
    expect(await read(id)).toMatchObject({ status: 'running', error: null })
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
  })

  it('twenty requests at once: one runs the step, the others are refused', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [hangs])
    const first = nextEvent(lab(), ({ kind, deviceId }) => kind === 'operation.started' && deviceId === device)
    const answers = Array.from({ length: 20 }, () => command(lab(), id, 'execute-step'))
    await first
    const refused = await Promise.all(answers.map((answer) => Promise.race([answer, nextEnd(answers, answer)])))
    expect(refused.filter((answer) => answer?.status === 409)).toHaveLength(19)
    await command(lab(), id, 'cancel')
    expect((await Promise.all(answers)).map(({ body }) => body.code).sort()).toEqual([
      'operation_aborted',
      ...Array(19).fill('operation_running'),
    ])
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

/** Resolves when all answers but this one are there. */
async function nextEnd<T>(answers: Promise<T>[], but: Promise<T>): Promise<undefined> {
  await Promise.all(answers.filter((answer) => answer !== but))
  return undefined
}

describe('a client that goes away', () => {
  const lab = useLab('embedded', { demo: false })

  it('does not undo the step that it asked for', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [hangs])
    const over = new AbortController()
    const running = nextEvent(lab(), ({ kind }) => kind === 'step.started')
    const asked = fetch(`${lab().workflow.url}/workflows/${id}/execute-step`, { method: 'POST', signal: over.signal })
    await running
    over.abort()
    await expect(asked).rejects.toThrow()
    const { body } = await lab().workflow.get(`/workflows/${id}`)
    expect([body.status, ...stepsOf(body)]).toEqual(['running', 'running'])
    expectRefusal(await command(lab(), id, 'execute-step'), 409, 'operation_running')
    expect((await command(lab(), id, 'cancel')).status).toBe(200)
  })
})
