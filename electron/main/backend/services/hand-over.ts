/** Who holds a device next: the only code that writes bookings. */

import { and, asc, eq, isNotNull, or } from 'drizzle-orm'
import { deviceBookings, deviceQueue } from '../../../../db/schema/devices.ts'
import { workflows } from '../../../../db/schema/workflows.ts'
import { inService } from '../../../../shared/domain/device.ts'
import type { DeviceRow } from './devices.ts'
import { appendEvent, type Transaction } from './lab.ts'
import { changeStatus, lockWorkflow, type WorkflowRow } from './workflow-state.ts'

export type Booking = typeof deviceBookings.$inferSelect
export type EntryRow = typeof deviceQueue.$inferSelect

/** Whom a released device went to. */
export type NextBooking = { queueEntryId: number; workflowId: string; bookingId: number; bookedAt: Date }

type FreeDevice = Pick<DeviceRow, 'id' | 'mode' | 'connection' | 'queueLength'>

/** The device's active booking. */
export async function activeBooking(tx: Transaction, deviceId: string): Promise<Booking | undefined> {
  const [booking] = await tx
    .select()
    .from(deviceBookings)
    .where(and(eq(deviceBookings.deviceId, deviceId), eq(deviceBookings.status, 'active')))
  return booking
}

/**
 * Books the device unless somebody holds it: the index `one_active_booking_per_device` decides, not a look before.
 * @param stepIndex the step it is booked for, where that is not on the workflow's own device
 * @returns undefined when it is held
 */
export async function insertBooking(
  tx: Transaction,
  deviceId: string,
  workflowId: string,
  stepIndex: number | null = null,
): Promise<Booking | undefined> {
  const [booking] = await tx
    .insert(deviceBookings)
    .values({ deviceId, workflowId, stepIndex, bookedAt: tx.context.now })
    .onConflictDoNothing()
    .returning()
  const forStep = stepIndex === null ? {} : { step_index: stepIndex }
  if (booking) appendEvent(tx, { kind: 'device.booked', deviceId, workflowId, data: { booking_id: booking.id, ...forStep } })
  return booking
}

/** What is booked for a workflow: its own device, and those of its steps. What a script booked in its name elsewhere is the script's. */
export async function bookingsOf(tx: Transaction, workflow: Pick<WorkflowRow, 'id' | 'deviceId'>): Promise<Booking[]> {
  return tx
    .select()
    .from(deviceBookings)
    .where(
      and(
        eq(deviceBookings.workflowId, workflow.id),
        eq(deviceBookings.status, 'active'),
        or(eq(deviceBookings.deviceId, workflow.deviceId), isNotNull(deviceBookings.stepIndex)),
      ),
    )
    .orderBy(asc(deviceBookings.id))
}

/** Ends a booking and books the head of the queue, all in the caller's transaction. */
export async function endBooking(
  tx: Transaction,
  device: FreeDevice,
  booking: Booking,
  data: Record<string, unknown> = {},
): Promise<NextBooking | null> {
  await tx.update(deviceBookings).set({ status: 'released', releasedAt: tx.context.now }).where(eq(deviceBookings.id, booking.id))
  appendEvent(tx, {
    kind: 'device.released',
    deviceId: device.id,
    workflowId: booking.workflowId,
    data: { booking_id: booking.id, ...data },
  })
  return bookHead(tx, device)
}

/**
 * Gives a free device to the first in its queue. Nobody, when it is out of service or nothing waits.
 * A workflow of this lab runs from then on; a workflow id that a script brought is only booked.
 */
export async function bookHead(tx: Transaction, device: FreeDevice): Promise<NextBooking | null> {
  if (!inService(device) || device.queueLength === 0) return null
  const [head] = await tx
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.deviceId, device.id), eq(deviceQueue.status, 'waiting')))
    .orderBy(asc(deviceQueue.priority), asc(deviceQueue.rank), asc(deviceQueue.id))
    .limit(1)
  if (!head) return null
  const workflow = await lockWorkflow(tx, head.workflowId)
  const booking = await insertBooking(tx, device.id, head.workflowId, workflow?.deviceId === device.id ? null : head.stepIndex)
  if (!booking) return null
  await bookEntry(tx, head, booking, workflow)
  return { queueEntryId: head.id, workflowId: head.workflowId, bookingId: booking.id, bookedAt: booking.bookedAt }
}

/** The entry has its device: its workflow runs, or goes on with the step that waited. */
async function bookEntry(tx: Transaction, entry: EntryRow, booking: Booking, workflow: WorkflowRow | undefined): Promise<void> {
  await tx
    .update(deviceQueue)
    .set({ status: 'booked', bookedAt: booking.bookedAt, bookingId: booking.id })
    .where(eq(deviceQueue.id, entry.id))
  appendEvent(tx, {
    kind: 'queue.entry_booked',
    deviceId: entry.deviceId,
    workflowId: entry.workflowId,
    data: { queue_entry_id: entry.id, booking_id: booking.id, priority: entry.priority },
  })
  if (workflow?.status === 'queued') {
    const kind = entry.cameFrom === 'paused' ? 'workflow.resumed' : 'workflow.started'
    await changeStatus(tx, workflow, 'start', { kind, set: { gaveWay: false } })
  } else if (workflow?.gaveWay && workflow.deviceId === entry.deviceId) {
    await tx.update(workflows).set({ gaveWay: false }).where(eq(workflows.id, workflow.id))
  }
}
