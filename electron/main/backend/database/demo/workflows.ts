/** The ended workflows as they went: when each step ran, how it ended, and whose the device was meanwhile. */

import type { JsonObject } from '../../../../../shared/domain/execution-log.ts'
import { nominalSeconds } from '../../../../../shared/domain/operation.ts'
import type { StepStatus } from '../../../../../shared/domain/workflow.ts'
import { barcodeOf, monthStart } from './bench.ts'
import { tookMs } from './operations.ts'
import { between, createRandom, type Random, seededUuid } from './random.ts'
import type { PlannedLog, Reservation } from './schedule.ts'
import { type WorkflowScript, workflowScripts } from './workflow-scripts.ts'

/** Its device was booked from `startedAt` to `completedAt`. */
export type EndedWorkflow = {
  id: string
  name: string
  deviceId: string
  operator: string
  status: 'completed' | 'failed' | 'cancelled'
  /** Why it was cancelled. */
  reason: string | null
  error: string | null
  createdAt: Date
  startedAt: Date
  completedAt: Date
  barcodes: string[]
  steps: EndedStep[]
}

type EndedStep = {
  operation: string
  parameters: JsonObject
  result: JsonObject | null
  status: Exclude<StepStatus, 'pending' | 'running' | 'interrupted'>
  /** Null when it never ran. */
  startedAt: Date | null
  completedAt: Date | null
  error: string | null
}

/** In order of their creation. */
export function endedWorkflows(seed: number): EndedWorkflow[] {
  const random = createRandom(seed, 'workflows')
  return workflowScripts.map((script) => performed(script, random))
}

/** What they left in the execution logs, in order of time. */
export function logsOf(workflows: readonly EndedWorkflow[]): PlannedLog[] {
  const logs = workflows.flatMap(({ id, deviceId, operator, steps }) =>
    steps.flatMap(({ operation, parameters, result, status, startedAt, completedAt, error }, stepIndex): PlannedLog[] => {
      if (!startedAt || !completedAt || status === 'skipped') return []
      const variation = { deviceId, operation, status, parameters, result, error, operator, seconds: nominalSeconds(operation, parameters) }
      const durationMs = completedAt.getTime() - startedAt.getTime()
      return [{ variation, workflowId: id, stepIndex, startedAt: sinceMonthStart(startedAt), durationMs }]
    }),
  )
  return logs.sort((a, b) => a.startedAt - b.startedAt)
}

/** When their devices were theirs. */
export function reservationsOf(workflows: readonly EndedWorkflow[]): Reservation[] {
  return workflows.map(({ deviceId, startedAt, completedAt }) => ({
    deviceId,
    from: sinceMonthStart(startedAt),
    to: sinceMonthStart(completedAt),
  }))
}

function performed(script: WorkflowScript, random: Random): EndedWorkflow {
  const id = seededUuid(random)
  const createdAt = later(new Date(script.at), random, 0, 59)
  const startedAt = later(createdAt, random, 20, 90)
  const steps: EndedStep[] = []
  let now = startedAt
  for (const [index, planned] of script.steps.entries()) {
    const step = performedStep(planned, howItEnded(script, index), later(now, random, 1, 6), random)
    now = step.completedAt ?? now
    steps.push(step)
  }
  const { status, sentence } = script.ending ?? { status: 'completed', sentence: null }
  const [first, last] = script.samples
  return {
    id,
    name: script.name,
    deviceId: script.deviceId,
    operator: script.operator,
    status,
    reason: status === 'cancelled' ? sentence : null,
    error: status === 'failed' ? sentence : null,
    createdAt,
    startedAt,
    // A person looks before giving up.
    completedAt: status === 'failed' ? later(now, random, 120, 300) : later(now, random, 0, 15),
    barcodes: Array.from({ length: last - first + 1 }, (_, index) => barcodeOf(first + index)),
    steps,
  }
}

type StepEnd = { status: EndedStep['status']; error: string | null }

function howItEnded({ steps, ending }: WorkflowScript, index: number): StepEnd {
  if (!ending || index < ending.step) return { status: 'completed', error: null }
  if (index > ending.step) return { status: 'skipped', error: null }
  if (ending.status === 'failed') return { status: 'failed', error: ending.sentence }
  return { status: 'aborted', error: `"${steps[index]?.operation}" was aborted` }
}

function performedStep(planned: WorkflowScript['steps'][number], end: StepEnd, startedAt: Date, random: Random): EndedStep {
  const { operation, parameters } = planned
  const wholeMs = tookMs(random, operation, nominalSeconds(operation, parameters))
  const durationMs = end.status === 'completed' ? wholeMs : wholeMs * between(random, 0.1, 0.9)
  const ran = end.status !== 'skipped'
  return {
    operation,
    parameters,
    result: end.status === 'completed' ? planned.result : null,
    ...end,
    startedAt: ran ? startedAt : null,
    completedAt: ran ? new Date(Math.round(startedAt.getTime() + durationMs)) : null,
  }
}

/** @param low seconds @param high seconds */
function later(moment: Date, random: Random, low: number, high: number): Date {
  return new Date(Math.round(moment.getTime() + between(random, low, high) * 1000))
}

function sinceMonthStart(moment: Date): number {
  return moment.getTime() - monthStart.getTime()
}
