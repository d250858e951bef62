/** The bench at a glance: each device, who has it and how far that is, and who waits. */

import { atSpeed } from '../../../../shared/domain/estimate.ts'
import type { StepStatus, WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import { stepToRecover } from '../../../../shared/domain/workflow.ts'
import { type Device, listDevices } from './devices.ts'
import type { Lab } from './lab.ts'
import { type LogRow, runningOperation } from './running-operation.ts'
import { type Forecast, forecastQueue } from './schedule.ts'
import { findWorkflow } from './workflows.ts'

export type BenchDevice = { forecast: Forecast; holder: Holder | null }

/** `remaining` in seconds; undefined when nobody can know. A script's own workflow has no name and no status. */
export type Holder = {
  workflowId: string
  workflowName: string | null
  status: WorkflowStatus | null
  auto: boolean
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
  stepsDone: number
  stepCount: number
  remaining: { p50: number; p90: number } | undefined
  stalled: string | null
}

export async function readBench(lab: Lab): Promise<BenchDevice[]> {
  const bench: BenchDevice[] = []
  for (const { id } of await listDevices(lab.database.db)) bench.push(await readBenchDevice(lab, id))
  return bench
}

/** @throws DomainError `device_not_found` */
export async function readBenchDevice(lab: Lab, deviceId: string): Promise<BenchDevice> {
  const forecast = await forecastQueue(lab, lab.database.db, deviceId)
  return { forecast, holder: await holderOf(lab, forecast) }
}

async function holderOf(lab: Lab, { device, holder: expected }: Forecast): Promise<Holder | null> {
  const { workflowId, bookedAt } = device
  if (workflowId === null || bookedAt === null) return null
  const { db } = lab.database
  const workflow = await findWorkflow(db, workflowId)
  const log = await runningOperation(db, device.id)
  const stuck = workflow && workflow.status !== 'running' && !log ? stepToRecover(workflow.steps) : undefined
  return {
    workflowId,
    workflowName: workflow?.name ?? null,
    status: workflow?.status ?? null,
    auto: workflow?.auto ?? false,
    pauseRequested: (workflow?.pauseRequested ?? null) !== null,
    operator: workflow?.operator ?? null,
    bookedAt,
    error: workflow?.error ?? null,
    step: log ? runningStep(lab, device, log) : (stuck && stuckStep(stuck)) || null,
    stepsDone: workflow?.steps.filter((step) => step.status === 'completed' || step.status === 'skipped').length ?? 0,
    stepCount: workflow?.steps.length ?? 0,
    remaining: expected && !expected.unknown ? expected.stretch : undefined,
    stalled: expected?.stalled ?? null,
  }
}

function runningStep(lab: Lab, device: Device, { id, stepIndex, operation, parameters, startedAt }: LogRow): Holder['step'] {
  const usual = lab.durations.stretchOf(device.type, operation, parameters)
  const { p50 } = atSpeed(usual, device.driver === 'simulated' ? lab.simSpeed : 1)
  const expectedEnd = new Date(startedAt.getTime() + p50 * 1000)
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
