/** Devices that steps run on beside their workflow's own: booked for the step, waited for, kept, given back; and nobody waits in a circle. */

import { and, eq, sql } from 'drizzle-orm'
import { deviceQueue } from '../../../../db/schema/devices.ts'
import { workflows } from '../../../../db/schema/workflows.ts'
import { deviceNotAvailable, inService } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { type DeviceRow, deviceNotFound } from './devices.ts'
import { activeBooking, bookHead, bookingsOf, type EntryRow, endBooking, insertBooking } from './hand-over.ts'
import type { Transaction } from './lab.ts'
import { addEntry } from './queue.ts'
import type { Locked, StepRow } from './workflow-lock.ts'
import type { WorkflowRow } from './workflow-state.ts'

export type OnBusy = 'fail' | 'queue'

/** Where a step runs. */
export function deviceIdOf(workflow: Pick<WorkflowRow, 'deviceId'>, step: Pick<StepRow, 'deviceId'>): string {
  return step.deviceId ?? workflow.deviceId
}

/** Whether its own device is there for it: held, or given up only for as long as a step elsewhere needs. */
export async function hasOwnDevice(tx: Transaction, { workflow, devices }: Locked): Promise<boolean> {
  if (workflow.gaveWay) return true
  return devices.has(workflow.deviceId) && (await activeBooking(tx, workflow.deviceId))?.workflowId === workflow.id
}

/** The device is the workflow's, or it waits for it under this entry. */
export type StepDevice = { kind: 'held'; device: DeviceRow } | { kind: 'queued'; entry: EntryRow }

/**
 * The device a step runs on: the booking there is, a new one, or a place in its queue by the workflow's priority.
 * @throws DomainError `not_your_booking` (its own device was released by somebody), `device_not_found`, `device_busy`,
 * `device_unavailable`, `already_queued` (it waits for another device)
 */
export async function obtainStepDevice(tx: Transaction, locked: Locked, step: StepRow, onBusy: OnBusy): Promise<StepDevice> {
  const { workflow, devices } = locked
  const id = deviceIdOf(workflow, step)
  const isOwn = id === workflow.deviceId
  const device = devices.get(id)
  const booking = device && (await activeBooking(tx, id))
  if (device && booking?.workflowId === workflow.id) return { kind: 'held', device }
  if (isOwn && !workflow.gaveWay) throw notBooked()
  if (!device) throw deviceNotFound(id)

  // A free device with a queue is left for a moment when somebody deletes a booking by hand: nobody may jump that queue.
  if (device.status === 'available') await bookHead(tx, device)
  if (inService(device) && (await insertBooking(tx, id, workflow.id, isOwn ? null : step.stepIndex))) {
    if (isOwn) await rememberGivingWay(tx, workflow, false)
    return { kind: 'held', device }
  }
  if (onBusy === 'fail') throw deviceNotAvailable(inService(device) ? { ...device, status: 'busy' } : device)

  const waiting = await waitingEntryOf(tx, workflow.id)
  if (waiting?.deviceId === id) return { kind: 'queued', entry: waiting }
  if (waiting) {
    const where = { device_id: waiting.deviceId, entry_id: waiting.id }
    throw new DomainError('already_queued', 'Another step of this workflow already waits for its device', where)
  }
  await giveWay(tx, locked, device)
  const { stepIndex } = step
  return {
    kind: 'queued',
    entry: await addEntry(tx, device, { workflowId: workflow.id, priority: workflow.priority, stepIndex }, 'created'),
  }
}

/** The step is over: its device goes to the next in line, unless the step holds it for a later one. */
export async function returnStepDevice(tx: Transaction, { workflow, devices }: Locked, step: StepRow): Promise<void> {
  const id = deviceIdOf(workflow, step)
  const device = devices.get(id)
  if (!device || id === workflow.deviceId || step.hold) return
  const booking = await activeBooking(tx, id)
  // What a script booked in its name is the script's to release.
  if (booking?.workflowId === workflow.id && booking.stepIndex !== null) await endBooking(tx, device, booking)
}

/** The one device a workflow waits for. */
export async function waitingEntryOf(tx: Transaction, workflowId: string): Promise<EntryRow | undefined> {
  const [entry] = await tx
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.workflowId, workflowId), eq(deviceQueue.status, 'waiting')))
  return entry
}

/** Advisory lock of those who begin to wait while they hold something; the second key of the event lock is 5002. */
const waitingLock = sql`select pg_advisory_xact_lock(5001, 5001)`

/**
 * Before a workflow that holds devices begins to wait for another: whichever of them closes a circle of waiting goes to who waits for it.
 *
 * Everybody waits for one device at most, so whoever waits for whom is a chain: from the wanted device to its holder, to the device that one
 * waits for, and so on. If it comes back to this workflow, the device it comes back to is given up: its next holder waits for nothing, so the
 * chain ends there. A hand-over closes no circle (who is booked waits no more), and no other wait begins meanwhile, because of the lock. So
 * there is never a circle, at the end of every chain is somebody who can go on, and every step waits once: everything finishes.
 */
export async function giveWay(tx: Transaction, { workflow, devices }: Locked, wanted: DeviceRow): Promise<void> {
  const held = await bookingsOf(tx, workflow)
  if (held.length === 0) return
  await tx.execute(waitingLock)
  const { rows } = await tx.execute<{ device_id: string }>(sql`
    with recursive chain(device_id, holder) as (
      select device_id, workflow_id from device_bookings where device_id = ${wanted.id} and status = 'active'
      union
      select b.device_id, b.workflow_id
        from chain
        join device_queue q on q.workflow_id = chain.holder and q.status = 'waiting'
        join device_bookings b on b.device_id = q.device_id and b.status = 'active'
       where chain.holder <> ${workflow.id})
    select device_id from chain where holder = ${workflow.id}`)
  const inCircle = new Set(rows.map((row) => row.device_id))
  for (const booking of held) {
    const device = devices.get(booking.deviceId)
    if (!device || !inCircle.has(device.id)) continue
    if (device.id === workflow.deviceId) await rememberGivingWay(tx, workflow, true)
    await endBooking(tx, device, booking, { gave_way_for: wanted.id })
  }
}

async function rememberGivingWay(tx: Transaction, workflow: WorkflowRow, gaveWay: boolean): Promise<void> {
  await tx.update(workflows).set({ gaveWay }).where(eq(workflows.id, workflow.id))
}

export function notBooked(): DomainError {
  return new DomainError('not_your_booking', 'Device not booked by this workflow')
}
