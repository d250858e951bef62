/** What takes longer than it may: aborted, failed, and a person decides. */

import { expect, it } from 'vitest'
import { book, expectRefusal, hang, newDevice, newWorkflow } from '../../support/bench.ts'
import { createManualClock } from '../../support/clock.ts'
import { nextEvent } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, type TestLab } from '../../support/lab.ts'
import { command, hangStep, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const clock = createManualClock()

onBothDatabases('an operation at its limit', { demo: false, clock }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body

  it('without a history: half a minute, then it has failed and the device is still its holder’s', async () => {
    const device = await newDevice(lab())
    await book(lab(), device, 'script')
    const { answer } = await hang(lab(), device, 'script')
    clock.advance(30_000)
    expectRefusal(await answer, 502, 'operation_failed', '"shake" took longer than its limit of 30 s and was aborted')
    expect(await newestLog(lab(), device)).toMatchObject({ status: 'failed', duration_ms: 30_000 })
    expect((await lab().device.get(`/devices/${device}`)).body).toMatchObject({ connection: 'online', workflow_id: 'script' })
  })

  it('a step’s own limit goes before; its workflow awaits recovery, and retry runs it again', async () => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device, { steps: [{ ...hangs, timeout_seconds: 4.5 }, 'b'] })
    const begun = nextEvent(lab(), (event) => event.kind === 'operation.started' && event.workflowId === id)
    const failed = nextEvent(lab(), (event) => event.kind === 'step.failed' && event.workflowId === id)
    await command(lab(), id, 'start', { auto: true })
    await begun
    clock.advance(4_500)
    expect((await failed).data).toMatchObject({ error_code: 'timeout', error: expect.stringMatching(/limit of 4.5 s/) })
    const workflow = await read(id)
    expect(workflow).toMatchObject({ status: 'awaiting_recovery', error: expect.stringMatching(/limit of 4.5 s/) })
    expect(workflow.steps[0]).toMatchObject({ status: 'failed', error_code: 'timeout', timeout_seconds: 4.5, attempts: 1 })
    expect(await holderOf(lab(), device)).toBe(id)

    const completed = nextEvent(lab(), (event) => event.kind === 'workflow.completed' && event.workflowId === id)
    await command(lab(), id, 'recover', { action: 'retry', parameters: {} })
    await completed
    expect(stepsOf(await read(id))).toEqual(['completed', 'completed'])
  })

  it('an end by hand before it counts as that', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [{ ...hangs, timeout_seconds: 60 }])
    const { answer } = await hangStep(lab(), id, device)
    clock.advance(59_000)
    expect((await command(lab(), id, 'cancel')).status).toBe(200)
    expectRefusal(await answer, 409, 'operation_aborted')
    clock.advance(2_000)
    expect(stepsOf(await read(id))).toEqual(['aborted'])
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

onBothDatabases('the limit of an operation with a history', { demo: false, simSpeed: 1, clock }, (lab) => {
  it('is five times what nine of ten took', async () => {
    const device = await newDevice(lab(), { type: 'incubator' })
    await lab().lab.database.pool.query(
      `insert into operation_durations (device_type, operation, signature, seconds, p50, p90, updated_at)
       values ('incubator', 'shake', '*', '{20,24}', 22, 24, now())`,
    )
    await book(lab(), device, 'script')
    const { answer } = await hang(lab(), device, 'script')
    clock.advance(119_000)
    expect(await newestLog(lab(), device)).toMatchObject({ status: 'running' })
    clock.advance(1_000)
    expectRefusal(await answer, 502, 'operation_failed', '"shake" took longer than its limit of 120 s and was aborted')
    expect(await newestLog(lab(), device)).toMatchObject({ status: 'failed', duration_ms: 120_000 })
  })
})

async function newestLog(lab: TestLab, device: string) {
  return (await lab.device.get(`/execution-logs/${device}`)).body[0]
}
