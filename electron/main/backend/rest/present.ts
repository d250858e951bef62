/** From the lab's shapes to the wire's: the only place where camelCase becomes snake_case. */

import type { z } from '@hono/zod-openapi'
import { isBookable } from '../../../../shared/domain/device.ts'
import type { WaitAnswer } from '../../../../shared/domain/estimate.ts'
import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { OperationDescription } from '../../../../shared/domain/operation-description.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import { whyItWaits } from '../../../../shared/domain/waiting.ts'
import type { Release } from '../services/bookings.ts'
import type { Device } from '../services/devices.ts'
import type { Booking, EntryRow } from '../services/hand-over.ts'
import type { LogRow } from '../services/running-operation.ts'
import type { Sample } from '../services/samples.ts'
import type { Forecast } from '../services/schedule.ts'
import type { StepRow } from '../services/workflow-lock.ts'
import type { Workflow } from '../services/workflows.ts'
import type {
  bookingSchema,
  deviceSchema,
  entrySchema,
  operationDescriptionSchema,
  releaseSchema,
  waitTimeSchema,
} from './schemas/device.ts'
import type { eventSchema } from './schemas/event.ts'
import type { executedSchema } from './schemas/log.ts'
import type { sampleSchema } from './schemas/sample.ts'
import type { stepSchema, workflowSchema } from './schemas/workflow.ts'

export function presentDevice(device: Device): z.infer<typeof deviceSchema> {
  return {
    id: device.id,
    name: device.name,
    type: device.type,
    status: device.status,
    mode: device.mode,
    connection: device.connection,
    bookable: isBookable(device),
    capabilities: device.capabilities,
    workflow_id: device.workflowId,
    booked_at: time(device.bookedAt),
    queue_length: device.queueLength,
    created_at: device.createdAt.toISOString(),
    mode_reason: device.modeReason,
    connection_reason: device.connectionReason,
    driver: device.driver,
    driver_config: device.driverConfig,
  }
}

export function presentOperation(described: OperationDescription): z.infer<typeof operationDescriptionSchema> {
  return {
    operation: described.operation,
    title: described.title,
    parameters: described.parameters.map((parameter) => ({
      name: parameter.name,
      title: parameter.title,
      type: parameter.type,
      required: parameter.required,
      unit: parameter.unit ?? null,
      minimum: parameter.minimum ?? null,
      maximum: parameter.maximum ?? null,
      choices: parameter.choices ? [...parameter.choices] : null,
      default: parameter.default ?? null,
      description: parameter.description ?? null,
    })),
    nominal_seconds: described.nominalSeconds ?? null,
    timeout_seconds: described.timeoutSeconds ?? null,
    idempotent: described.idempotent,
  }
}

export function presentBooking(booking: Booking): z.infer<typeof bookingSchema> {
  return {
    device_id: booking.deviceId,
    status: 'busy',
    workflow_id: booking.workflowId,
    booking_id: booking.id,
    booked_at: booking.bookedAt.toISOString(),
  }
}

export function presentRelease({ deviceId, releasedAt, next }: Release): z.infer<typeof releaseSchema> {
  return {
    device_id: deviceId,
    status: next ? 'busy' : 'available',
    released_at: time(releasedAt),
    next: next && {
      queue_entry_id: next.queueEntryId,
      workflow_id: next.workflowId,
      booking_id: next.bookingId,
      booked_at: next.bookedAt.toISOString(),
    },
  }
}

/** An entry with what its device's forecast says of its place; one that no longer waits has none. */
export function presentEntry(entry: EntryRow, forecast: Forecast): z.infer<typeof entrySchema> {
  const index = forecast.entries.findIndex((waiting) => waiting.id === entry.id)
  const run = index < 0 ? undefined : forecast.runs.find(({ queueEntryId }) => queueEntryId === entry.id)
  return {
    id: entry.id,
    device_id: entry.deviceId,
    workflow_id: entry.workflowId,
    workflow_name: forecast.names.get(entry.workflowId) ?? null,
    priority: entry.priority,
    status: entry.status,
    position: index + 1,
    queue_length: forecast.device.queueLength,
    estimated_wait_seconds: entry.status === 'booked' ? 0 : seconds(run?.start?.p50 ?? null),
    estimated_start_at: run ? startAt(forecast.at, run.start?.p50 ?? null) : time(entry.bookedAt),
    note: entry.note,
    queued_at: entry.queuedAt.toISOString(),
    booked_at: time(entry.bookedAt),
    booking_id: entry.bookingId,
    p90_wait_seconds: entry.status === 'booked' ? 0 : seconds(run?.start?.p90 ?? null),
    estimated_start_p90_at: run ? startAt(forecast.at, run.start?.p90 ?? null) : time(entry.bookedAt),
    estimated_end_at: startAt(forecast.at, run?.end?.p50 ?? null),
    estimated_end_p90_at: startAt(forecast.at, run?.end?.p90 ?? null),
  }
}

export function presentWait(
  { device, at }: Forecast,
  workflowId: string | null,
  priority: Priority,
  wait: WaitAnswer,
): z.infer<typeof waitTimeSchema> {
  return {
    device_id: device.id,
    workflow_id: workflowId,
    priority,
    position: wait.position,
    queue_length: device.queueLength,
    estimated_wait_seconds: seconds(wait.p50),
    p90_wait_seconds: seconds(wait.p90),
    estimated_start_at: startAt(at, wait.p50),
    based_on: wait.basedOn,
    reasons: wait.reasons,
  }
}

/** A completed operation, as whoever waited for it is told. */
export function presentExecuted(log: LogRow): z.infer<typeof executedSchema> {
  return {
    device_id: log.deviceId,
    operation: log.operation,
    status: 'completed',
    executed_at: (log.completedAt ?? log.startedAt).toISOString(),
    log_id: log.id,
    duration_ms: log.durationMs ?? 0,
    result: log.result,
  }
}

export function presentStep(step: StepRow): z.infer<typeof stepSchema> {
  return {
    step_index: step.stepIndex,
    operation: step.operation,
    parameters: step.parameters,
    device_id: step.deviceId,
    hold: step.hold,
    retry: step.retry,
    timeout_seconds: step.timeoutSeconds,
    status: step.status,
    attempts: step.attempts,
    started_at: time(step.startedAt),
    completed_at: time(step.completedAt),
    retry_at: time(step.retryAt),
    error: step.error,
    error_code: step.errorCode,
    note: step.note,
  }
}

export function presentWorkflow(workflow: Workflow): z.infer<typeof workflowSchema> {
  return {
    id: workflow.id,
    name: workflow.name,
    device_id: workflow.deviceId,
    sample_barcodes: workflow.samples.map((sample) => sample.barcode),
    steps: workflow.steps.map(presentStep),
    status: workflow.status,
    priority: workflow.priority,
    auto: workflow.auto ?? false,
    created_at: workflow.createdAt.toISOString(),
    queued_at: time(workflow.queuedAt),
    started_at: time(workflow.startedAt),
    completed_at: time(workflow.completedAt),
    error: workflow.error,
    reasons: whyItWaits(workflow),
  }
}

export function presentSample(sample: Sample): z.infer<typeof sampleSchema> {
  const { plate, well } = sample
  return {
    barcode: sample.barcode,
    name: sample.name,
    type: sample.type,
    location: plate !== null && well !== null ? { plate, well } : null,
    created_at: sample.createdAt.toISOString(),
    updated_at: sample.updatedAt.toISOString(),
  }
}

/** What happened, with what the command said of it beside the common fields. */
export function presentEvent(event: LabEvent): z.infer<typeof eventSchema> {
  return {
    ...event.data,
    id: event.id,
    kind: event.kind,
    at: event.at.toISOString(),
    actor: event.actor,
    operator: event.operator,
    device_id: event.deviceId,
    workflow_id: event.workflowId,
  }
}

function time(instant: Date | null): string | null {
  return instant?.toISOString() ?? null
}

/** Tenths are enough for an expectation. */
function seconds(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10
}

/** Null also when it is further off than a date can be. */
export function startAt(now: Date, wait: number | null): string | null {
  const at = new Date(now.getTime() + (wait ?? Number.NaN) * 1000)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}
