/** What waits for a device: adding, moving and cancelling entries, and the order they stand in. */

import { and, eq, inArray, sql } from 'drizzle-orm'
import { deviceQueue } from '../../../../db/schema/devices.ts'
import { workflows } from '../../../../db/schema/workflows.ts'
import { isBookable } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { byTurn, type MoveTarget, moveEntry, type Priority, rankOfNewcomer } from '../../../../shared/domain/queue.ts'
import { type DeviceRow, lockDevice } from './devices.ts'
import { activeBooking, bookHead, type EntryRow } from './hand-over.ts'
import { appendEvent, type Reader, type Transaction } from './lab.ts'
import { operationOf } from './running-operation.ts'
import { changeStatus, lockWorkflow, requestPause } from './workflow-state.ts'

/** `stepIndex`: the step that waits, where its workflow runs already. */
export type NewEntry = {
  workflowId: string
  priority?: Priority | undefined
  note?: string | null | undefined
  stepIndex?: number | undefined
}

/**
 * Queues a workflow for a device; a bookable device is booked at once.
 * @throws DomainError `device_not_found`, `wrong_device`, `already_queued`, `already_booked`, `invalid_state`
 */
export async function enqueue(tx: Transaction, deviceId: string, entry: NewEntry): Promise<EntryRow> {
  const device = await lockDevice(tx, deviceId)
  const workflow = await lockWorkflow(tx, entry.workflowId)
  if (workflow && workflow.deviceId !== deviceId) {
    throw new DomainError('wrong_device', `This workflow is made for the device "${workflow.deviceId}"`, {
      device_id: workflow.deviceId,
    })
  }
  const booking = await activeBooking(tx, deviceId)
  if (booking?.workflowId === entry.workflowId) {
    throw new DomainError('already_booked', 'This workflow already holds the device', { booking_id: booking.id })
  }
  if (workflow && workflow.status !== 'created' && workflow.status !== 'queued') {
    const hint = workflow.status === 'paused' ? '; resume it instead' : ''
    throw new DomainError('invalid_state', `Workflow cannot be queued while it is ${workflow.status}${hint}`, { status: workflow.status })
  }
  const added = await addEntry(tx, device, entry, 'created')
  if (workflow) await changeStatus(tx, workflow, 'queue', { kind: 'workflow.queued', data: { queue_entry_id: added.id } })
  return bookAtOnce(tx, device, added)
}

/**
 * Adds the waiting entry itself, behind those of its priority. The workflow's state is the caller's to change.
 * @throws DomainError `already_queued`: the index `one_waiting_entry_per_workflow` decides
 */
export async function addEntry(tx: Transaction, device: DeviceRow, entry: NewEntry, cameFrom: 'created' | 'paused'): Promise<EntryRow> {
  const priority = entry.priority ?? 'normal'
  const waiting = device.queueLength > 0 ? await waitingEntries(tx, device.id) : []
  const [added] = await tx
    .insert(deviceQueue)
    .values({
      deviceId: device.id,
      workflowId: entry.workflowId,
      stepIndex: entry.stepIndex ?? null,
      priority,
      rank: rankOfNewcomer(waiting, priority),
      note: entry.note ?? null,
      operator: tx.context.caller.operator,
      cameFrom,
      queuedAt: tx.context.now,
    })
    .onConflictDoNothing()
    .returning()
  if (!added) throw new DomainError('already_queued', 'This workflow already waits for the device', { workflow_id: entry.workflowId })
  appendEvent(tx, {
    kind: 'queue.entry_added',
    deviceId: device.id,
    workflowId: entry.workflowId,
    data: { queue_entry_id: added.id, priority, note: added.note, ...(added.stepIndex === null ? {} : { step_index: added.stepIndex }) },
  })
  return added
}

/** A bookable device has no queue: whoever joins one there is served at once (after those that a hand in the database left waiting). */
export async function bookAtOnce(tx: Transaction, device: DeviceRow, added: EntryRow): Promise<EntryRow> {
  if (!isBookable(device)) return added
  await bookHead(tx, { ...device, queueLength: device.queueLength + 1 })
  return getEntry(tx, device.id, added.id)
}

/** `versions`: those the caller knows the queue at; undefined when any will do. */
export type EntryChange = { target: MoveTarget; versions?: readonly number[] | undefined }

/**
 * Moves a waiting entry by hand: next to another (taking its priority), or behind those of a priority.
 * @throws DomainError `device_not_found`, `queue_entry_not_found`, `not_waiting`, `stale_version`, `invalid_input`
 */
export async function moveQueueEntry(tx: Transaction, deviceId: string, entryId: number, change: EntryChange): Promise<EntryRow> {
  const device = await lockDevice(tx, deviceId)
  const { target } = change
  // Whoever waits is in the list; only one that does not is looked for, to say what became of it.
  const waiting = await waitingEntries(tx, deviceId)
  const find = async (id: number) => waiting.find((each) => each.id === id) ?? getEntry(tx, deviceId, id)
  const entry = await find(entryId)
  const neighbourId = 'before' in target ? target.before : 'after' in target ? target.after : undefined
  const neighbour = neighbourId === undefined ? undefined : await find(neighbourId)
  refuseStale(device, change.versions)
  mustWait(entry)
  if (neighbour) mustWait(neighbour)

  const moved = moveEntry(waiting, entryId, target)
  const place = moved.find(({ id }) => id === entryId)
  if (moved.length > 0) {
    const values = moved.map((place) => sql`(${place.id}::bigint, ${place.priority}::queue_priority, ${place.rank}::integer)`)
    await tx.execute(sql`
      update device_queue set priority = moved.priority, rank = moved.rank
        from (values ${sql.join(values, sql`, `)}) as moved (id, priority, rank)
       where device_queue.id = moved.id`)
    appendEvent(tx, {
      kind: 'queue.entry_moved',
      deviceId,
      workflowId: entry.workflowId,
      data: { queue_entry_id: entryId, ...target, priority: place?.priority ?? entry.priority },
    })
  }
  return place ? { ...entry, priority: place.priority, rank: place.rank } : entry
}

/**
 * Takes an entry out of the queue; its workflow goes back to where it came from. One whose step waited is paused, because it would only
 * queue again: somebody did not want it to wait here, so a person says how it goes on.
 * @throws DomainError `device_not_found`, `queue_entry_not_found`, `not_waiting`, `stale_version`
 */
export async function cancelQueueEntry(
  tx: Transaction,
  deviceId: string,
  entryId: number,
  versions?: readonly number[],
): Promise<EntryRow> {
  const device = await lockDevice(tx, deviceId)
  const entry = await getEntry(tx, deviceId, entryId)
  refuseStale(device, versions)
  mustWait(entry)
  const [cancelled] = await tx
    .update(deviceQueue)
    .set({ status: 'cancelled', cancelledAt: tx.context.now })
    .where(eq(deviceQueue.id, entryId))
    .returning()
  appendEvent(tx, { kind: 'queue.entry_cancelled', deviceId, workflowId: entry.workflowId, data: { queue_entry_id: entryId } })

  const workflow = await lockWorkflow(tx, entry.workflowId)
  if (workflow?.status === 'queued') {
    const back = entry.cameFrom === 'paused' ? 'leave_queue_paused' : 'leave_queue'
    const kind = entry.cameFrom === 'paused' ? 'workflow.paused' : null
    await changeStatus(tx, workflow, back, { kind, set: { queuedAt: null } })
  } else if (workflow?.status === 'running' && entry.stepIndex !== null) {
    const data = { reason: 'The place in the queue of its next step was cancelled', device_released: false }
    if (await operationOf(tx, workflow)) await requestPause(tx, workflow, workflow.pauseRequested ?? 'hold_device')
    else await changeStatus(tx, workflow, 'pause', { kind: 'workflow.paused', data })
  }
  return cancelled ?? entry
}

/** A device's waiting entries in order of turn. */
export async function waitingEntries(db: Reader, deviceId: string): Promise<EntryRow[]> {
  const rows = await db
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.deviceId, deviceId), eq(deviceQueue.status, 'waiting')))
  return rows.sort(byTurn)
}

/** @throws DomainError `queue_entry_not_found` when the device has no entry of that id */
export async function getEntry(db: Reader, deviceId: string, entryId: number): Promise<EntryRow> {
  const [entry] = await db
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.id, entryId), eq(deviceQueue.deviceId, deviceId)))
  if (!entry) throw new DomainError('queue_entry_not_found', 'Queue entry not found', { entry_id: entryId })
  return entry
}

/** Names of the lab's own workflows among these ids. */
export async function workflowNames(db: Reader, workflowIds: readonly string[]): Promise<Map<string, string>> {
  if (workflowIds.length === 0) return new Map()
  const rows = await db
    .select({ id: workflows.id, name: workflows.name })
    .from(workflows)
    .where(inArray(workflows.id, [...new Set(workflowIds)]))
  return new Map(rows.map((row) => [row.id, row.name]))
}

function mustWait(entry: EntryRow): void {
  if (entry.status === 'waiting') return
  throw new DomainError('not_waiting', `This queue entry no longer waits: it is ${entry.status}`, {
    entry_id: entry.id,
    status: entry.status,
  })
}

function refuseStale(device: DeviceRow, versions: readonly number[] | undefined): void {
  if (versions === undefined || versions.includes(device.queueVersion)) return
  throw new DomainError('stale_version', 'The queue has changed since you read it; read it again', { version: device.queueVersion })
}
