/** From the lab's shapes to the contract's: times become strings, secrets stay behind. */

import type { DeviceWire, OperationDescriptionWire } from '../../../../shared/contract/devices.ts'
import type { LabEventWire } from '../../../../shared/contract/events.ts'
import type { WorkflowRowWire, WorkflowWire } from '../../../../shared/contract/workflows.ts'
import { isBookable } from '../../../../shared/domain/device.ts'
import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { OperationDescription } from '../../../../shared/domain/operation-description.ts'
import { whyItWaits } from '../../../../shared/domain/waiting.ts'
import type { Device } from '../services/devices.ts'
import type { Sample } from '../services/samples.ts'
import type { WorkflowLine } from '../services/workflow-list.ts'
import type { Workflow } from '../services/workflows.ts'

export function presentDevice(device: Device): DeviceWire {
  const { lastFailedWorkflow, stepIndex, ...shown } = device
  return { ...shown, bookable: isBookable(device), bookedAt: iso(device.bookedAt), createdAt: device.createdAt.toISOString() }
}

export function presentOperation({ parameters, ...described }: OperationDescription): OperationDescriptionWire {
  return {
    ...described,
    parameters: parameters.map(({ choices, ...parameter }) => ({ ...parameter, ...(choices && { choices: [...choices] }) })),
  }
}

export function presentWorkflow(workflow: Workflow): WorkflowWire {
  const { seq, samples, steps, pauseRequested, gaveWay, waitsFor, holds, ...shown } = workflow
  return {
    ...shown,
    pauseRequested: pauseRequested !== null,
    createdAt: workflow.createdAt.toISOString(),
    queuedAt: iso(workflow.queuedAt),
    startedAt: iso(workflow.startedAt),
    completedAt: iso(workflow.completedAt),
    reasons: whyItWaits(workflow),
    sampleBarcodes: samples.map((sample) => sample.barcode),
    steps: steps.map(({ workflowId, ...step }) => ({
      ...step,
      startedAt: iso(step.startedAt),
      completedAt: iso(step.completedAt),
      retryAt: iso(step.retryAt),
    })),
  }
}

export function presentWorkflowRow({ seq, pauseRequested, gaveWay, ...row }: WorkflowLine): WorkflowRowWire {
  return {
    ...row,
    pauseRequested: pauseRequested !== null,
    createdAt: row.createdAt.toISOString(),
    queuedAt: iso(row.queuedAt),
    startedAt: iso(row.startedAt),
    completedAt: iso(row.completedAt),
  }
}

export function presentSample<S extends Sample>({ plate, well, createdAt, updatedAt, ...sample }: S) {
  return {
    ...sample,
    location: plate !== null && well !== null ? { plate, well } : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export function presentEvent(event: LabEvent): LabEventWire {
  return { ...event, at: event.at.toISOString() }
}

export function iso(time: Date): string
export function iso(time: Date | null): string | null
export function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null
}

/** So many seconds after a time; null when nobody can know, or when it is further off than a date can be. */
export function secondsAfter(time: Date, seconds: number | null): string | null {
  const at = new Date(time.getTime() + (seconds ?? Number.NaN) * 1000)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}
