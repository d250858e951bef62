/** What workflows still have to do, with what each step is expected to take on its device. */

import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { devices } from '../../../../db/schema/devices.ts'
import { workflowSteps, workflows } from '../../../../db/schema/workflows.ts'
import { atPace, atSpeed, noTime, remaining, type Stretch } from '../../../../shared/domain/estimate.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import type { PlannedStep, StepOnDevice } from '../../../../shared/domain/schedule.ts'
import type { WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import type { DeviceRow } from './devices.ts'
import type { Lab, Reader } from './lab.ts'
import type { LogRow } from './running-operation.ts'

/** `steps`: those still to come, in order; `running`: the one that runs, with the kind of its device. */
export type PlannedWorkflow = {
  id: string
  name: string
  status: WorkflowStatus
  auto: boolean | null
  priority: Priority
  deviceId: string
  running: { stepIndex: number; hold: boolean; kind: DeviceKind | null } | null
  steps: (PlannedStep & StepOnDevice)[]
}

export type DeviceKind = Pick<DeviceRow, 'type' | 'driver'>

/**
 * The lab's own workflows among these ids: one statement, and one for durations that are not known yet.
 * @param alsoOperations whose durations will be asked for as well
 */
export async function plannedWork(
  lab: Lab,
  db: Reader,
  ids: readonly string[],
  at: Date,
  alsoOperations: readonly string[] = [],
): Promise<Map<string, PlannedWorkflow>> {
  const rows = ids.length === 0 ? [] : await readSteps(db, ids)
  await lab.durations.load(db, [...alsoOperations, ...rows.flatMap(({ step }) => (step ? [step.operation] : []))])
  const planned = new Map<string, PlannedWorkflow>()
  for (const { workflow, step, kind } of rows) {
    const work = planned.get(workflow.id) ?? { ...workflow, running: null, steps: [] }
    planned.set(workflow.id, work)
    if (step?.status === 'running') work.running = { stepIndex: step.stepIndex, hold: step.hold, kind }
    if (step?.status !== 'pending') continue
    work.steps.push({
      stepIndex: step.stepIndex,
      operation: step.operation,
      deviceId: step.deviceId ?? workflow.deviceId,
      hold: step.hold,
      stretch: stretchOn(lab, kind, step.operation, step.parameters),
      elapsed: null,
      notBefore: step.retryAt ? until(step.retryAt, at) : noTime,
    })
  }
  return planned
}

function until(moment: Date, at: Date): Stretch {
  const seconds = Math.max(0, (moment.getTime() - at.getTime()) / 1000)
  return { ...noTime, p50: seconds, p90: seconds }
}

/** What an operation takes on a device of that kind; of a device that is gone, what it takes on any. */
export function stretchOn(lab: Lab, kind: DeviceKind | null, operation: string, parameters: JsonObject): Stretch {
  const atOne = lab.durations.stretchOf(kind?.type ?? 'other', operation, parameters)
  return atSpeed(atOne, (kind?.driver ?? 'simulated') === 'simulated' ? lab.simSpeed : 1)
}

/** The running operation as a step of its run: what is left of it, by its own progress where it tells. */
export function runningStep(lab: Lab, kind: DeviceKind | null, log: LogRow, at: Date, hold: boolean): PlannedStep & StepOnDevice {
  const elapsed = Math.max(0, (at.getTime() - log.startedAt.getTime()) / 1000)
  const expected = stretchOn(lab, kind, log.operation, log.parameters)
  const progress = lab.progress.of(log.id)
  const paced = progress ? atPace(expected, (progress.at.getTime() - log.startedAt.getTime()) / 1000, progress.fraction) : expected
  return {
    stepIndex: log.stepIndex,
    operation: log.operation,
    deviceId: log.deviceId,
    hold,
    stretch: remaining(paced, elapsed),
    elapsed,
    notBefore: noTime,
  }
}

async function readSteps(db: Reader, ids: readonly string[]) {
  const ownDevice = sql`coalesce(${workflowSteps.deviceId}, ${workflows.deviceId})`
  return db
    .select({
      workflow: {
        id: workflows.id,
        name: workflows.name,
        status: workflows.status,
        auto: workflows.auto,
        priority: workflows.priority,
        deviceId: workflows.deviceId,
      },
      step: workflowSteps,
      kind: { type: devices.type, driver: devices.driver },
    })
    .from(workflows)
    .leftJoin(workflowSteps, and(eq(workflowSteps.workflowId, workflows.id), inArray(workflowSteps.status, ['pending', 'running'])))
    .leftJoin(devices, eq(devices.id, ownDevice))
    .where(inArray(workflows.id, [...ids]))
    .orderBy(asc(workflowSteps.workflowId), asc(workflowSteps.stepIndex))
}
