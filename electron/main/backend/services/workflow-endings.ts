/** How a workflow ends or lets go of its device: state, steps, queue entries, release and hand-over in one transaction. */

import { and, eq } from 'drizzle-orm'
import { deviceQueue } from '../../../../db/schema/devices.ts'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import { bookingsOf, endBooking } from './hand-over.ts'
import { appendEvent, type Transaction } from './lab.ts'
import type { Locked } from './workflow-lock.ts'
import { changeStatus, type WorkflowRow } from './workflow-state.ts'

/** Completed: steps that did not run are skipped, its devices go to the next in line. */
export async function completeNow(tx: Transaction, locked: Locked): Promise<void> {
  const { workflow } = locked
  await leaveQueue(tx, workflow)
  await skipRest(tx, workflow)
  await changeStatus(tx, workflow, 'complete', { kind: 'workflow.completed' })
  await letGo(tx, locked)
}

/** Cancelled: waiting entries go, a running step is aborted, its devices go to the next in line. */
export async function cancelNow(tx: Transaction, locked: Locked, data: Record<string, unknown>): Promise<void> {
  const { workflow } = locked
  await leaveQueue(tx, workflow)
  await abortRunning(tx, workflow)
  await skipRest(tx, workflow)
  await changeStatus(tx, workflow, 'cancel', { kind: 'workflow.cancelled', data })
  await letGo(tx, locked)
}

/** Given up after a failure. */
export async function failNow(tx: Transaction, locked: Locked, data: Record<string, unknown>): Promise<void> {
  const { workflow } = locked
  await skipRest(tx, workflow)
  await changeStatus(tx, workflow, 'give_up', { kind: 'workflow.failed', set: { error: workflow.error }, data })
  await letGo(tx, locked)
}

/** Paused: its devices are kept, or released to the next in line. A step that waits for one stops waiting: who does nothing, wants nothing. */
export async function pauseNow(tx: Transaction, locked: Locked, releases: boolean): Promise<void> {
  const { workflow } = locked
  await leaveQueue(tx, workflow)
  await changeStatus(tx, workflow, 'pause', { kind: 'workflow.paused', data: { device_released: releases } })
  if (releases) await letGo(tx, locked)
}

/** Releases what is booked for this workflow. */
export async function letGo(tx: Transaction, { workflow, devices }: Locked): Promise<void> {
  for (const booking of await bookingsOf(tx, workflow)) {
    const device = devices.get(booking.deviceId)
    if (device) await endBooking(tx, device, booking)
  }
}

/** It waits no more, neither for its own device nor for a step's. The devices it may wait for are locked. */
export async function leaveQueue(tx: Transaction, workflow: Pick<WorkflowRow, 'id'>): Promise<void> {
  const entries = await tx
    .update(deviceQueue)
    .set({ status: 'cancelled', cancelledAt: tx.context.now })
    .where(and(eq(deviceQueue.workflowId, workflow.id), eq(deviceQueue.status, 'waiting')))
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
  step: Pick<typeof workflowSteps.$inferSelect, 'stepIndex' | 'operation' | 'deviceId'>,
  data: Record<string, unknown> = {},
): void {
  appendEvent(tx, {
    kind,
    deviceId: step.deviceId ?? workflow.deviceId,
    workflowId: workflow.id,
    data: { step_index: step.stepIndex, operation: step.operation, ...data },
  })
}
