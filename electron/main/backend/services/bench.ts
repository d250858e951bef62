/** The bench at a glance: each device, who has it and how far that is, and who waits. */

import type { Priority } from '../../../../shared/domain/queue.ts'
import type { PredictedRun } from '../../../../shared/domain/schedule.ts'
import type { StepStatus, WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import { stepToRecover } from '../../../../shared/domain/workflow.ts'
import type { Lab } from './lab.ts'
import { type LogRow, runningOperations } from './running-operation.ts'
import { type Forecast, forecastDevices, forecastQueue } from './schedule.ts'
import { type WorkflowWithSteps, workflowsWithSteps } from './workflows.ts'

export type BenchDevice = { forecast: Forecast; holder: Holder | null }

/** `remaining` in seconds; undefined when nobody can know. A script's own workflow has no name, no status, no device of its own and no priority. */
export type Holder = {
  workflowId: string
  workflowName: string | null
  status: WorkflowStatus | null
  auto: boolean
  ownDeviceId: string | null
  priority: Priority | null
  pauseRequested: boolean
  operator: string | null
  bookedAt: Date
  error: string | null
  step: {
    stepIndex: number | null
    operation: string
    status: Extract<StepStatus, 'running' | 'failed' | 'interrupted' | 'aborted'>
    logId: number | null
    startedAt: Date | null
    progress: number | null
    expectedEnd: Date | null
  } | null
  /** Its step that runs on another device now, or stands in line there. */
  elsewhere: { stepIndex: number; operation: string; deviceId: string; waits: boolean } | null
  stepsDone: number
  stepCount: number
  remaining: { p50: number; p90: number } | undefined
  stalled: string | null
}

/** All devices, ordered by id, in a number of statements that does not grow with theirs. */
export async function readBench(lab: Lab): Promise<BenchDevice[]> {
  return withHolders(lab, await forecastDevices(lab, lab.database.db))
}

/** @throws DomainError `device_not_found` */
export async function readBenchDevice(lab: Lab, deviceId: string): Promise<BenchDevice> {
  const [device] = await withHolders(lab, [await forecastQueue(lab, lab.database.db, deviceId)])
  if (!device) throw new Error('a device that is there has no place on the bench')
  return device
}

/** Two statements more, and none when nobody has a device. */
async function withHolders(lab: Lab, forecasts: Forecast[]): Promise<BenchDevice[]> {
  const { db } = lab.database
  const held = forecasts.filter(({ device }) => device.workflowId !== null).map(({ device }) => device)
  const ids = held.flatMap(({ workflowId }) => workflowId ?? [])
  const workflows = held.length === 0 ? [] : await workflowsWithSteps(db, ids)
  const logs =
    held.length === 0
      ? []
      : await runningOperations(
          db,
          held.map(({ id }) => id),
        )
  return forecasts.map((forecast) => {
    const workflow = workflows.find(({ id }) => id === forecast.device.workflowId)
    const log = logs.find(({ deviceId }) => deviceId === forecast.device.id)
    return { forecast, holder: holderOf(lab, forecast, workflow, log) }
  })
}

function holderOf(
  lab: Lab,
  { device, holder: expected, runs, at, waitingStep }: Forecast,
  workflow: WorkflowWithSteps | undefined,
  log: LogRow | undefined,
): Holder | null {
  const { workflowId, bookedAt } = device
  if (workflowId === null || bookedAt === null) return null
  const stuck = workflow && workflow.status !== 'running' && !log ? stepToRecover(workflow.steps) : undefined
  const run = runs.find(({ queueEntryId }) => queueEntryId === null)
  return {
    workflowId,
    workflowName: workflow?.name ?? null,
    status: workflow?.status ?? null,
    auto: workflow?.auto ?? false,
    ownDeviceId: workflow?.deviceId ?? null,
    priority: workflow?.priority ?? null,
    pauseRequested: (workflow?.pauseRequested ?? null) !== null,
    operator: workflow?.operator ?? null,
    bookedAt,
    error: workflow?.error ?? null,
    step: log ? runningStep(lab, log, run, at) : (stuck && stuckStep(stuck)) || null,
    elsewhere: (workflow && stepElsewhere(workflow, device.id)) ?? inLine(waitingStep),
    stepsDone: workflow?.steps.filter((step) => step.status === 'completed' || step.status === 'skipped').length ?? 0,
    stepCount: workflow?.steps.length ?? 0,
    remaining: expected?.unknown ? undefined : (run?.end ?? undefined),
    stalled: expected?.stalled ?? null,
  }
}

function stepElsewhere({ steps, deviceId: own }: WorkflowWithSteps, here: string): Holder['elsewhere'] {
  const step = steps.find(({ status }) => status === 'running')
  const deviceId = step?.deviceId ?? own
  return step && deviceId !== here ? { stepIndex: step.stepIndex, operation: step.operation, deviceId, waits: false } : null
}

function inLine(step: Forecast['waitingStep']): Holder['elsewhere'] {
  if (step === null || step.stepIndex === null) return null
  return { stepIndex: step.stepIndex, operation: step.operation, deviceId: step.deviceId, waits: true }
}

function runningStep(lab: Lab, { id, stepIndex, operation, startedAt }: LogRow, run: PredictedRun | undefined, at: Date): Holder['step'] {
  const end = run?.steps.find((step) => step.elapsed !== null && step.stepIndex === stepIndex)?.end
  const expectedEnd = end ? new Date(at.getTime() + end.p50 * 1000) : null
  const progress = lab.progress.of(id)?.fraction ?? null
  return { stepIndex, operation, status: 'running', logId: id, startedAt, progress, expectedEnd }
}

function stuckStep(step: NonNullable<ReturnType<typeof stepToRecover>> & { operation: string; startedAt: Date | null }): Holder['step'] {
  const { status } = step
  if (status !== 'failed' && status !== 'interrupted' && status !== 'aborted') return null
  return {
    stepIndex: step.stepIndex,
    operation: step.operation,
    status,
    logId: null,
    startedAt: step.startedAt,
    progress: null,
    expectedEnd: null,
  }
}
