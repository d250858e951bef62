/** How a workflow ends or lets go of its device: state, steps, queue entries, release and hand-over in one transaction. */

import { and, eq } from 'drizzle-orm'
import { deviceBookings, deviceQueue } from '../../../../db/schema/devices.ts'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import type { DeviceRow } from './devices.ts'
import { endBooking, type NextBooking } from './hand-over.ts'
import { appendEvent, type Transaction } from './lab.ts'
import { changeStatus, type WorkflowRow } from './workflow-state.ts'

/** Completed: steps that did not run are skipped, the device goes to the next in line. */
export async function completeNow(tx: Transaction, device: DeviceRow | undefined, workflow: WorkflowRow): Promise<WorkflowRow> {
  await skipRest(tx, workflow)
  const changed = await changeStatus(tx, workflow, 'complete', { kind: 'workflow.completed' })
  await letGo(tx, device, workflow)
  return changed
}

/** Cancelled: waiting entries go, a running step is aborted, the device goes to the next in line. */
export async function cancelNow(
  tx: Transaction,
  device: DeviceRow | undefined,
  workflow: WorkflowRow,
  data: Record<string, unknown>,
): Promise<WorkflowRow> {
  await leaveQueue(tx, workflow)
  await abortRunning(tx, workflow)
  await skipRest(tx, workflow)
  const changed = await changeStatus(tx, workflow, 'cancel', { kind: 'workflow.cancelled', data })
  await letGo(tx, device, workflow)
  return changed
}

/** Given up after a failure. */
export async function failNow(
  tx: Transaction,
  device: DeviceRow | undefined,
  workflow: WorkflowRow,
  data: Record<string, unknown>,
): Promise<WorkflowRow> {
  await skipRest(tx, workflow)
  const changed = await changeStatus(tx, workflow, 'give_up', { kind: 'workflow.failed', set: { error: workflow.error }, data })
  await letGo(tx, device, workflow)
  return changed
}

/** Paused: the device is kept, or released to the next in line. */
export async function pauseNow(
  tx: Transaction,
  device: DeviceRow | undefined,
  workflow: WorkflowRow,
  releases: boolean,
): Promise<WorkflowRow> {
  const changed = await changeStatus(tx, workflow, 'pause', { kind: 'workflow.paused', data: { device_released: releases } })
  if (releases) await letGo(tx, device, workflow)
  return changed
}

/** Releases the device if this workflow holds it. */
export async function letGo(
  tx: Transaction,
  device: DeviceRow | undefined,
  workflow: Pick<WorkflowRow, 'id'>,
): Promise<NextBooking | null> {
  if (!device) return null
  const [booking] = await tx
    .select()
    .from(deviceBookings)
    .where(and(eq(deviceBookings.deviceId, device.id), eq(deviceBookings.workflowId, workflow.id), eq(deviceBookings.status, 'active')))
  return booking ? endBooking(tx, device, booking) : null
}

async function leaveQueue(tx: Transaction, workflow: WorkflowRow): Promise<void> {
  const entries = await tx
    .update(deviceQueue)
    .set({ status: 'cancelled', cancelledAt: tx.context.now })
    .where(and(eq(deviceQueue.workflowId, workflow.id), eq(deviceQueue.deviceId, workflow.deviceId), eq(deviceQueue.status, 'waiting')))
    .returning()
  for (const entry of entries) {
    appendEvent(tx, {
      kind: 'queue.entry_cancelled',
      deviceId: entry.deviceId,
      workflowId: entry.workflowId,
      data: { queue_entry_id: entry.id },
    })
  }
}

async function abortRunning(tx: Transaction, workflow: WorkflowRow): Promise<void> {
  const aborted = await tx
    .update(workflowSteps)
    .set({ status: 'aborted', completedAt: tx.context.now })
    .where(and(eq(workflowSteps.workflowId, workflow.id), eq(workflowSteps.status, 'running')))
    .returning()
  for (const step of aborted) tellStep(tx, 'step.aborted', workflow, step)
}

async function skipRest(tx: Transaction, workflow: WorkflowRow): Promise<void> {
  const skipped = await tx
    .update(workflowSteps)
    .set({ status: 'skipped', retryAt: null })
    .where(and(eq(workflowSteps.workflowId, workflow.id), eq(workflowSteps.status, 'pending')))
    .returning()
  for (const step of skipped) tellStep(tx, 'step.skipped', workflow, step)
}

/** Says what became of a step. */
export function tellStep(
  tx: Transaction,
  kind: 'step.started' | 'step.completed' | 'step.failed' | 'step.skipped' | 'step.aborted' | 'step.interrupted',
  workflow: Pick<WorkflowRow, 'id' | 'deviceId'>,
  step: Pick<typeof workflowSteps.$inferSelect, 'stepIndex' | 'operation'>,
  data: Record<string, unknown> = {},
): void {
  appendEvent(tx, {
    kind,
    deviceId: workflow.deviceId,
    workflowId: workflow.id,
    data: { step_index: step.stepIndex, operation: step.operation, ...data },
  })
}
