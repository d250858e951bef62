/** Workflows that run by themselves, from the start to the release of their device. */

import { expect, it } from 'vitest'
import { startLab } from '../../../electron/main/backend/start.ts'
import { book, newDevice, newWorkflow, statusOf } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { createHeldClock } from '../../support/held-clock.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, disconnects, fails, hangs, hold, holderOf, stepsOf } from '../../support/workflow-bench.ts'

const clock = createHeldClock()

onBothDatabases('auto', { demo: false, simSpeed: 10_000, clock }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body
  const happens = (kind: string, id: string) => nextEvent(lab(), (event) => event.kind === kind && event.workflowId === id)

  /** A workflow that runs through shows that the runner is behind what happened before. */
  async function runnerHasSeenAll(): Promise<void> {
    const id = await newWorkflow(lab(), await newDevice(lab()))
    const completed = happens('workflow.completed', id)
    await command(lab(), id, 'start', { auto: true })
    await completed
  }

  it('the steps run by themselves, in their order, and the workflow completes', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a', 'b', { operation: 'incubate', parameters: { seconds: 1 } }] })
    const { answer, events } = await withEvents(lab(), async () => {
      const completed = happens('workflow.completed', id)
      const answer = await command(lab(), id, 'start', { auto: true }, { 'X-Operator': 'Ada' })
      await completed
      return answer
    })
    expect(answer).toMatchObject({ status: 200, body: { message: 'Workflow started', workflow: { status: 'running', auto: true } } })
    const workflow = await read(id)
    expect(workflow).toMatchObject({ status: 'completed', auto: true, error: null })
    expect(stepsOf(workflow)).toEqual(['completed', 'completed', 'completed'])
    expect(workflow.steps.map((step: { attempts: number }) => step.attempts)).toEqual([1, 1, 1])
    expect(await holderOf(lab(), device)).toBeNull()
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'step.completed')).toHaveLength(3)
    expect(kinds.slice(-2)).toEqual(['workflow.completed', 'device.released'])
    expect(events.map(({ actor }) => actor)).toEqual(['rest', 'rest', ...Array(events.length - 2).fill('runner')])
  })

  it('without steps it completes at once', async () => {
    const id = await newWorkflow(lab(), await newDevice(lab()), { steps: [] })
    const completed = happens('workflow.completed', id)
    await command(lab(), id, 'start', { auto: true })
    await completed
    expect(await statusOf(lab(), id)).toBe('completed')
  })

  it('three for one device: each begins when the one before has completed', async () => {
    const device = await newDevice(lab())
    const ids: string[] = []
    for (let n = 0; n < 3; n += 1) ids.push(await newWorkflow(lab(), device, { steps: ['a', 'b'] }))
    const last = happens('workflow.completed', ids[2] ?? '')
    clock.hold()
    const { events } = await withEvents(lab(), async () => {
      const answers = []
      for (const id of ids) answers.push(await command(lab(), id, 'start', { auto: true, on_busy: 'queue' }))
      expect(answers.map(({ status }) => status)).toEqual([200, 202, 202])
      clock.letGo()
      await last
    })
    const told = events.filter(({ kind }) => kind === 'workflow.started' || kind === 'workflow.completed')
    expect(told.map(({ kind, workflow_id }) => [kind, ids.indexOf(workflow_id ?? '')])).toEqual([
      ['workflow.started', 0],
      ['workflow.completed', 0],
      ['workflow.started', 1],
      ['workflow.completed', 1],
      ['workflow.started', 2],
      ['workflow.completed', 2],
    ])
    const { body: logs } = await lab().device.get(`/execution-logs/${device}`)
    expect(logs.map((log: { workflow_id: string }) => ids.indexOf(log.workflow_id))).toEqual([2, 2, 1, 1, 0, 0])
    await expectInvariants(lab().lab.database.pool)
  })

  it('a step that fails: it awaits recovery; retry runs it again and goes on', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a', fails, 'c'] })
    const failed = happens('step.failed', id)
    await command(lab(), id, 'start', { auto: true })
    await failed
    expect(await read(id)).toMatchObject({ status: 'awaiting_recovery', error: expect.stringMatching(/\S/) })
    expect(await holderOf(lab(), device)).toBe(id)
    const completed = happens('workflow.completed', id)
    expect((await command(lab(), id, 'recover', { action: 'retry', parameters: {} })).status).toBe(200)
    await completed
    expect(stepsOf(await read(id))).toEqual(['completed', 'completed', 'completed'])
    expect((await read(id)).steps[1].attempts).toBe(2)
  })

  it('skipping the last step completes it', async () => {
    const id = await newWorkflow(lab(), await newDevice(lab()), { steps: [fails] })
    const failed = happens('step.failed', id)
    await command(lab(), id, 'start', { auto: true })
    await failed
    const completed = happens('workflow.completed', id)
    await command(lab(), id, 'recover', { action: 'skip' })
    await completed
    expect(stepsOf(await read(id))).toEqual(['skipped'])
  })

  it('a device that went away: after recovery it waits for the device, and goes on when that is back', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: [disconnects, 'b'] })
    const interrupted = happens('workflow.interrupted', id)
    await command(lab(), id, 'start', { auto: true })
    await interrupted
    await command(lab(), id, 'recover', { action: 'skip' })
    expect(await read(id)).toMatchObject({ status: 'running', reasons: [`The device "${device}" is offline`] })
    const completed = happens('workflow.completed', id)
    await lab().device.patch(`/devices/${device}`, { connection: 'online' })
    await completed
  })

  it('pause takes effect at the step’s end, resume goes on by itself', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a', 'b'] })
    clock.hold()
    const begun = happens('step.started', id)
    await command(lab(), id, 'start', { auto: true })
    await begun
    const paused = happens('workflow.paused', id)
    expect((await command(lab(), id, 'pause', { release_device: true })).status).toBe(202)
    clock.letGo()
    await paused
    expect(stepsOf(await read(id))).toEqual(['completed', 'pending'])
    expect(await holderOf(lab(), device)).toBeNull()
    const completed = happens('workflow.completed', id)
    expect((await command(lab(), id, 'resume')).status).toBe(200)
    await completed
  })

  it('cancel while a step runs ends it', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: [hangs, 'b'] })
    const begun = happens('step.started', id)
    await command(lab(), id, 'start', { auto: true })
    await begun
    expect(await command(lab(), id, 'cancel')).toMatchObject({ status: 200, body: { workflow: { status: 'cancelled' } } })
    expect(stepsOf(await read(id))).toEqual(['aborted', 'skipped'])
  })

  it('a script that takes its device lets it stand; pause and resume bring it back', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a'] })
    clock.hold()
    const begun = happens('step.started', id)
    await command(lab(), id, 'start', { auto: true })
    await begun
    const paused = happens('workflow.paused', id)
    expect((await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })).status).toBe(200)
    await paused
    clock.letGo()
    await book(lab(), device, 'script')
    expect((await command(lab(), id, 'resume', { on_busy: 'queue' })).status).toBe(202)
    const completed = happens('workflow.completed', id)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'script' })
    await completed
    expect(stepsOf(await read(id))).toEqual(['completed'])
  })

  it('goes on after a restart with what had not begun', async () => {
    const device = await hold(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a', 'b'] })
    await command(lab(), id, 'start', { auto: true, on_busy: 'queue' })
    await lab().restart()
    expect(await read(id)).toMatchObject({ status: 'queued', auto: true })
    const completed = happens('workflow.completed', id)
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'holder' })
    await completed
  })

  it('a program that is stopped while it starts sets nothing going, and interrupts nothing', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: ['a', 'b'] })
    await command(lab(), id, 'start', { auto: false })
    await runnerHasSeenAll()
    // Between two steps, as a program leaves it that is killed there.
    await lab().lab.database.pool.query('update workflows set auto = true where id = $1', [id])
    await lab().running.close()
    const stillborn = await startLab(lab().options)
    await stillborn.close()

    await lab().restart()
    await expect.poll(() => statusOf(lab(), id)).toBe('completed')
    expect((await read(id)).steps).toMatchObject([{ attempts: 1 }, { attempts: 1 }])
  })

  it('a workflow that was started without it does nothing by itself', async () => {
    const id = await newWorkflow(lab(), await newDevice(lab()))
    await command(lab(), id, 'start', { auto: false })
    await runnerHasSeenAll()
    expect(stepsOf(await read(id))).toEqual(['pending'])
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})
