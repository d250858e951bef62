/** What a person decides on a step that failed or was cut off, and what is found after the program has stopped. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, hang, instant, newDevice, newWorkflow, queueUp, statusOf } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, type TestLab, useLab } from '../../support/lab.ts'
import { command, disconnects, fails, hangStep, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const read = async (lab: TestLab, id: string) => (await lab.workflow.get(`/workflows/${id}`)).body

describe.each([
  ['awaiting_recovery', fails],
  ['interrupted', disconnects],
])('a workflow that is %s', (status, trouble) => {
  const lab = useLab('embedded', { demo: false })

  /** Its first step ended badly, its device is online (again). */
  async function introuble(steps: unknown[] = ['b']): Promise<{ device: string; id: string }> {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [trouble, ...steps])
    expect((await command(lab(), id, 'execute-step')).status).toBe(502)
    await lab().device.patch(`/devices/${device}`, { connection: 'online' })
    expect(await statusOf(lab(), id)).toBe(status)
    expect(await holderOf(lab(), device)).toBe(id)
    return { device, id }
  }

  it('retry: it runs, the step is pending again', async () => {
    const { device, id } = await introuble()
    const { answer, events } = await withEvents(lab(), () =>
      command(lab(), id, 'recover', { action: 'retry', parameters: { volume_ul: 5 } }, { 'X-Operator': 'Ada' }),
    )
    expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow recovered', workflow: { status: 'running', error: null } } })
    expect(answer.body.workflow.steps[0]).toMatchObject({
      status: 'pending',
      parameters: { volume_ul: 5 },
      attempts: 1,
      started_at: null,
      completed_at: null,
      error: null,
    })
    expect(events).toMatchObject([{ kind: 'workflow.recovered', operator: 'Ada', data: { action: 'retry', step_index: 0 } }])
    expect(await holderOf(lab(), device)).toBe(id)
    expect(await command(lab(), id, 'execute-step')).toMatchObject({ status: 200, body: { step_index: 0, step: { attempts: 2 } } })
  })

  it('retry without parameters: with those it had', async () => {
    const { id } = await introuble()
    const { body } = await command(lab(), id, 'recover', { action: 'retry' })
    expect(body.workflow.steps[0].parameters).toEqual(trouble.parameters)
    expect((await command(lab(), id, 'execute-step')).status).toBe(502)
    expect((await read(lab(), id)).steps[0].attempts).toBe(2)
  })

  it.each([
    ['skip', 'skipped', 'step.skipped'],
    ['mark_done', 'completed', 'step.completed'],
  ])('%s: the step is %s, and the next one runs', async (action, stepStatus, kind) => {
    const { id } = await introuble()
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'recover', { action }))
    expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow recovered', workflow: { status: 'running', error: null } } })
    expect(stepsOf(answer.body.workflow)).toEqual([stepStatus, 'pending'])
    expect(events.map((event) => event.kind)).toEqual([kind, 'workflow.recovered'])
    expect(await command(lab(), id, 'execute-step')).toMatchObject({ status: 200, body: { step_index: 1 } })
  })

  it('keeps what the person said with the step, and who said it in the event', async () => {
    const { id } = await introuble()
    const said = { action: 'mark_done', reason: 'pipetted by hand' }
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'recover', said, { 'X-Operator': 'Ada' }))
    expect(answer.body.workflow.steps[0]).toMatchObject({ status: 'completed', note: 'pipetted by hand', error: null, error_code: null })
    expect(events.at(-1)).toMatchObject({
      kind: 'workflow.recovered',
      operator: 'Ada',
      data: { action: 'mark_done', step_index: 0, reason: 'pipetted by hand', status: 'running' },
    })
  })

  it.each(['retry', 'skip', 'mark_done'])(
    '%s after its device was taken away: it is paused, and resume books the device again',
    async (action) => {
      const { device, id } = await introuble()
      await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'needed elsewhere' })
      await lab().device.post(`/devices/${device}/book`, { workflow_id: 'script' })
      expect(await statusOf(lab(), id)).toBe(status)
      const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'recover', { action, parameters: {} }))
      expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow recovered', workflow: { status: 'paused', error: null } } })
      expect(events.at(-1)).toMatchObject({ kind: 'workflow.recovered', data: { status: 'paused' } })
      expectRefusal(await command(lab(), id, 'execute-step'), 400, 'invalid_state')
      expectRefusal(await command(lab(), id, 'resume'), 409, 'device_busy')

      expect((await command(lab(), id, 'resume', { on_busy: 'queue' })).status).toBe(202)
      await lab().device.post(`/devices/${device}/release`, { workflow_id: 'script' })
      expect(await statusOf(lab(), id)).toBe('running')
      expect(await command(lab(), id, 'execute-step')).toMatchObject({ status: 200, body: { step_index: action === 'retry' ? 0 : 1 } })
    },
  )

  it('abort after its device was taken away: it has failed, and whoever has the device keeps it', async () => {
    const { device, id } = await introuble()
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'needed elsewhere' })
    await lab().device.post(`/devices/${device}/book`, { workflow_id: 'script' })
    expect(await command(lab(), id, 'recover', { action: 'abort' })).toMatchObject({
      status: 200,
      body: { workflow: { status: 'failed' } },
    })
    expect(await holderOf(lab(), device)).toBe('script')
  })

  it('abort: it has failed, the device goes to the next in line', async () => {
    const { device, id } = await introuble()
    const next = await newWorkflow(lab(), device)
    await queueUp(lab(), device, next)
    const { answer, events } = await withEvents(lab(), () => command(lab(), id, 'recover', { action: 'abort' }))
    expect(answer).toMatchObject({
      status: 200,
      body: { message: 'Workflow recovered', workflow: { status: 'failed', completed_at: instant } },
    })
    expect(answer.body.workflow.error).toMatch(/\S/)
    expect(stepsOf(answer.body.workflow)[1]).toBe('skipped')
    expect(await holderOf(lab(), device)).toBe(next)
    expect(await statusOf(lab(), next)).toBe('running')
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['workflow.failed', 'device.released', 'device.booked', 'workflow.started']),
    )
    expectRefusal(await command(lab(), id, 'recover', { action: 'retry' }), 400, 'invalid_state')
  })

  it('may be cancelled instead, but neither completed, paused, resumed nor started', async () => {
    const { device, id } = await introuble()
    for (const name of ['complete', 'pause', 'resume', 'start', 'execute-step'] as const) {
      expectRefusal(await command(lab(), id, name), 400, 'invalid_state')
    }
    expect((await command(lab(), id, 'cancel')).status).toBe(200)
    expect(await holderOf(lab(), device)).toBeNull()
  })

  it.each([
    ['action', undefined],
    ['action', {}],
    ['action', { action: 'again' }],
    ['action', { action: null }],
    ['parameters', { action: 'retry', parameters: [] }],
    ['parameters', { action: 'retry', parameters: 'fast' }],
  ])('refuses and names %s: %j', async (field, body) => {
    const { id } = await introuble()
    const answer = await command(lab(), id, 'recover', body)
    expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(answer.body.details).toEqual({ field })
    expect(await statusOf(lab(), id)).toBe(status)
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

describe('recover', () => {
  const lab = useLab('embedded', { demo: false })

  it.each(['created', 'running', 'paused', 'completed', 'cancelled'])('of a %s workflow: 400, whatever the action', async (status) => {
    const id = await newWorkflow(lab(), await newDevice(lab()))
    if (status !== 'created') await command(lab(), id, 'start')
    if (status === 'paused') await command(lab(), id, 'pause')
    if (status === 'completed') await command(lab(), id, 'complete')
    if (status === 'cancelled') await command(lab(), id, 'cancel')
    for (const action of ['retry', 'skip', 'mark_done', 'abort'])
      expectRefusal(await command(lab(), id, 'recover', { action }), 400, 'invalid_state')
    expect(await statusOf(lab(), id)).toBe(status)
  })

  it('of the step that failed, not of one before it', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', fails, 'c'])
    await command(lab(), id, 'execute-step')
    await command(lab(), id, 'execute-step')
    const { body } = await command(lab(), id, 'recover', { action: 'skip' })
    expect(stepsOf(body.workflow)).toEqual(['completed', 'skipped', 'pending'])
  })
})

onBothDatabases('a stop while operations run', { demo: false }, (lab) => {
  it('tells the waiters 503; steps, logs and workflows are interrupted; the devices stay booked, the queue waits', async () => {
    const [device, plain] = [await newDevice(lab()), await newDevice(lab())]
    const id = await started(lab(), device, [hangs, 'b'])
    await queueUp(lab(), device, 'next')
    await lab().device.post(`/devices/${plain}/book`, { workflow_id: 'script' })
    const step = await hangStep(lab(), id, device)
    const operation = await hang(lab(), plain, 'script')

    const waiting = Promise.all([step.answer, operation.answer])
    await lab().restart()
    for (const answer of await waiting) {
      expectRefusal(answer, 503, 'stopping')
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    }

    const workflow = await read(lab(), id)
    expect(workflow).toMatchObject({ status: 'interrupted', error: expect.stringMatching(/\S/), completed_at: null })
    expect(stepsOf(workflow)).toEqual(['interrupted', 'pending'])
    expect(await holderOf(lab(), device)).toBe(id)
    expect(await holderOf(lab(), plain)).toBe('script')
    for (const [on, logId] of [
      [device, step.logId],
      [plain, operation.logId],
    ] as const) {
      const { body } = await lab().device.get(`/execution-logs/${on}`)
      expect(body[0]).toMatchObject({ id: logId, status: 'interrupted', completed_at: instant, error: expect.stringMatching(/\S/) })
    }
    const { body: queue } = await lab().device.get(`/devices/${device}/queue`)
    expect(queue).toMatchObject([{ workflow_id: 'next', status: 'waiting', position: 1 }])
    await expectInvariants(lab().lab.database.pool)

    expect((await command(lab(), id, 'recover', { action: 'skip' })).status).toBe(200)
    expect((await command(lab(), id, 'execute-step')).status).toBe(200)
    expect((await lab().device.post(`/devices/${plain}/execute`, { workflow_id: 'script', operation: 'shake' })).status).toBe(200)
  })

  it('what was running when the program died without a word is interrupted at the next start', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', 'b'])
    // As a crash leaves it: the operation stands as running, its program is gone.
    const { pool } = lab().lab.database
    await pool.query(
      `insert into execution_logs (device_id, workflow_id, step_index, operation, status, started_at, station) values ($1, $2, 0, 'a', 'running', now(), 1)`,
      [device, id],
    )
    await pool.query(
      `update workflow_steps set status = 'running', attempts = 1, started_at = now() where workflow_id = $1 and step_index = 0`,
      [id],
    )
    await lab().restart()
    const workflow = await read(lab(), id)
    expect(workflow.status).toBe('interrupted')
    expect(stepsOf(workflow)).toEqual(['interrupted', 'pending'])
    expect(await holderOf(lab(), device)).toBe(id)
    expect((await command(lab(), id, 'recover', { action: 'retry' })).status).toBe(200)
    expect(await command(lab(), id, 'execute-step')).toMatchObject({ status: 200, body: { step: { attempts: 2 } } })
    await expectInvariants(lab().lab.database.pool)
  })

  it('a forced release that the program could not finish: the step runs again when the workflow is resumed', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, ['a', 'b'])
    const { pool } = lab().lab.database
    const stop = JSON.stringify({ kind: 'force_release', actor: 'rest', operator: 'Ada', reason: 'leak' })
    await pool.query(
      `insert into execution_logs (device_id, workflow_id, step_index, operation, status, started_at, station, stop_request)
       values ($1, $2, 0, 'a', 'running', now(), 1, $3)`,
      [device, id, stop],
    )
    await pool.query(
      `update workflow_steps set status = 'running', attempts = 1, started_at = now() where workflow_id = $1 and step_index = 0`,
      [id],
    )
    await lab().restart()
    expect(await statusOf(lab(), id)).toBe('paused')
    expect(await holderOf(lab(), device)).toBeNull()
    const { body } = await command(lab(), id, 'resume')
    expect(stepsOf(body.workflow)).toEqual(['pending', 'pending'])
    await command(lab(), id, 'cancel')
  })
})
