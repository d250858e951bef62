/** Booking and releasing a device on a script's or a person's word. */

import { and, asc, eq, gt } from 'drizzle-orm'
import { deviceBookings, deviceQueue } from '../../../../db/schema/devices.ts'
import { deviceNotAvailable, inService } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { type DeviceRow, deviceNotFound, lockDevice, lockDevices } from './devices.ts'
import { activeBooking, type Booking, bookHead, endBooking, insertBooking, type NextBooking } from './hand-over.ts'
import { type Reader, type Transaction, TryAgain } from './lab.ts'
import { operationOf, operationRunning, requestStop, runningOperation } from './running-operation.ts'
import { leaveQueue } from './workflow-endings.ts'
import { deviceIdsOf } from './workflow-lock.ts'
import { changeStatus, lockWorkflow, requestPause } from './workflow-state.ts'

/**
 * Books the device for the workflow, or refuses. The state of a workflow of this lab stays as it is.
 * @throws DomainError `device_not_found`, `device_unavailable`, `device_busy`
 */
export async function bookDevice(tx: Transaction, deviceId: string, workflowId: string): Promise<Booking> {
  const device = await lockDevice(tx, deviceId)
  if (!inService(device)) throw deviceNotAvailable(device)
  // A free device with a queue is left for a moment when somebody deletes a booking by hand: nobody may jump that queue.
  if (device.status === 'available') await bookHead(tx, device)
  const booking = await insertBooking(tx, deviceId, workflowId)
  if (!booking) throw deviceNotAvailable({ ...device, status: 'busy' })
  return booking
}

export type Release = { deviceId: string; booking: Booking | null; releasedAt: Date | null; next: NextBooking | null }

/** Either the release, or the operation that must be stopped before it can be forced; `asked` as `requestStop` gives it. */
export type ReleaseResult = { kind: 'released'; release: Release } | { kind: 'stopping'; logId: number; asked: boolean; booking: Booking }

export type ReleaseOptions = {
  workflowId?: string | undefined
  force?: boolean | undefined
  reason?: string | undefined
  /** Refuse, forced too, when another has it by now than the one that whoever asks saw. */
  onlyFrom?: string | undefined
}

/**
 * Releases the device and books the next in line, in one transaction. Already free is no error.
 * Forced: whoever holds it loses it; a running operation is asked to stop, and its end releases the device.
 * @throws DomainError `device_not_found`, `invalid_input`, `not_your_booking`, `operation_running`
 */
export async function releaseDevice(tx: Transaction, deviceId: string, options: ReleaseOptions): Promise<ReleaseResult> {
  const { workflowId, force = false, reason, onlyFrom } = options
  if (force && !reason) throw new DomainError('invalid_input', 'reason is required to force a release', { field: 'reason' })
  if (!force && workflowId === undefined) throw new DomainError('invalid_input', 'workflow_id is required', { field: 'workflow_id' })

  const { devices, booking } = force ? await lockWithHolders(tx, deviceId) : await lockAlone(tx, deviceId)
  const device = devices.get(deviceId)
  if (!device) throw deviceNotFound(deviceId)
  if (!booking) return { kind: 'released', release: { deviceId, booking: null, releasedAt: null, next: null } }
  const expected = force ? (onlyFrom ?? booking.workflowId) : workflowId
  if (booking.workflowId !== expected) {
    throw new DomainError('not_your_booking', 'Device is booked by another workflow', { booked_by: booking.workflowId })
  }

  const running = await runningOperation(tx, deviceId)
  if (running && !force) throw operationRunning(running)
  if (running) {
    return { kind: 'stopping', logId: running.id, asked: await requestStop(tx, running, 'force_release', reason ?? null), booking }
  }
  const next = force ? await endForced(tx, devices, booking, reason ?? null) : await endBooking(tx, device, booking)
  return { kind: 'released', release: { deviceId, booking, releasedAt: tx.context.now, next } }
}

/**
 * Takes the device from its holder: a running workflow of this lab is paused, then the next in line is booked.
 * @param devices the device, and those its holder may wait for, locked
 */
export async function endForced(
  tx: Transaction,
  devices: ReadonlyMap<string, DeviceRow>,
  booking: Booking,
  reason: string | null,
): Promise<NextBooking | null> {
  const device = devices.get(booking.deviceId)
  if (!device) throw deviceNotFound(booking.deviceId)
  const workflow = await lockWorkflow(tx, booking.workflowId)
  if (workflow?.status === 'running') {
    // One whose operation runs on another device pauses as any does: after that.
    if (await operationOf(tx, workflow)) await requestPause(tx, workflow, workflow.pauseRequested ?? 'hold_device')
    else {
      await leaveQueue(tx, workflow)
      await changeStatus(tx, workflow, 'pause', { kind: 'workflow.paused', data: { reason, device_released: true } })
    }
  }
  return endBooking(tx, device, booking, { forced: true, reason })
}

type LockedBooking = { devices: ReadonlyMap<string, DeviceRow>; booking: Booking | undefined }

async function lockAlone(tx: Transaction, deviceId: string): Promise<LockedBooking> {
  const devices = new Map([[deviceId, await lockDevice(tx, deviceId)]])
  return { devices, booking: await activeBooking(tx, deviceId) }
}

/** With the devices that its holder may wait for. Who holds it is known for sure only behind the lock. */
async function lockWithHolders(tx: Transaction, deviceId: string): Promise<LockedBooking> {
  const seen = await activeBooking(tx, deviceId)
  const ids = [deviceId, ...(seen ? await deviceIdsOf(tx, seen.workflowId) : [])]
  const devices = await lockDevices(tx, ids)
  const booking = await activeBooking(tx, deviceId)
  if (booking && booking.workflowId !== seen?.workflowId) {
    const needed = await deviceIdsOf(tx, booking.workflowId)
    if (needed.some((id) => !ids.includes(id))) throw new TryAgain(`device ${deviceId} has a new holder`)
  }
  return { devices, booking }
}

/**
 * What became of a booking that was released in another transaction, and who has the device since then.
 * @param now stands for the time of the release when the device has been deleted since
 */
export async function readRelease(db: Reader, deviceId: string, bookingId: number, now: Date): Promise<Release> {
  const [booking] = await db.select().from(deviceBookings).where(eq(deviceBookings.id, bookingId))
  const [next] = await db
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.deviceId, deviceId), gt(deviceQueue.bookingId, bookingId)))
    .orderBy(asc(deviceQueue.bookingId))
    .limit(1)
  const releasedAt = booking ? booking.releasedAt : now
  // One transaction releases and hands over, so both carry its time; a later booking from the queue does not.
  const handedOver =
    next?.bookingId && next.bookedAt && next.bookedAt.getTime() === releasedAt?.getTime()
      ? { queueEntryId: next.id, workflowId: next.workflowId, bookingId: next.bookingId, bookedAt: next.bookedAt }
      : null
  return { deviceId, booking: booking ?? null, releasedAt, next: handedOver }
}
