/** The instruments of the lab: what there is, and what people change about it. */

import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { deviceBookings, devices } from '../../../../db/schema/devices.ts'
import {
  type DeviceConnection,
  type DeviceMode,
  type DeviceType,
  deviceIdPattern,
  isBookable,
  reservedDeviceIds,
} from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { bookHead } from './hand-over.ts'
import { appendEvent, type Reader, type Transaction } from './lab.ts'

export type DeviceRow = typeof devices.$inferSelect

/** A device with its active booking, if it has one. */
export type Device = DeviceRow & { workflowId: string | null; bookedAt: Date | null }

/** All devices, ordered by id. */
export async function listDevices(db: Reader): Promise<Device[]> {
  return selectDevices(db).orderBy(sql`${devices.id} collate "C"`)
}

/** @throws DomainError `device_not_found` */
export async function getDevice(db: Reader, deviceId: string): Promise<Device> {
  const [device] = deviceIdPattern.test(deviceId) ? await selectDevices(db).where(eq(devices.id, deviceId)) : []
  if (!device) throw deviceNotFound(deviceId)
  return device
}

/**
 * The device's row, locked until the transaction ends: every command on a device begins here. Time is read anew behind the lock, so that
 * times follow the order of the commands.
 * @throws DomainError `device_not_found`
 */
export async function lockDevice(tx: Transaction, deviceId: string): Promise<DeviceRow> {
  const device = await lockDeviceIfKept(tx, deviceId)
  if (!device) throw deviceNotFound(deviceId)
  return device
}

/** As `lockDevice`, for a workflow whose device may have been deleted meanwhile. */
export async function lockDeviceIfKept(tx: Transaction, deviceId: string): Promise<DeviceRow | undefined> {
  const [device] = deviceIdPattern.test(deviceId) ? await tx.select().from(devices).where(eq(devices.id, deviceId)).for('update') : []
  tx.context.now = tx.context.clock.now()
  return device
}

export type NewDevice = { id: string; name: string; type: DeviceType; capabilities: string[] }

/** @throws DomainError `invalid_input` (a reserved id), `device_exists` */
export async function createDevice(tx: Transaction, values: NewDevice): Promise<Device> {
  if (reservedDeviceIds.includes(values.id)) {
    throw new DomainError('invalid_input', `id "${values.id}" is reserved; choose another`, { field: 'id' })
  }
  const [device] = await tx
    .insert(devices)
    .values({ ...values, createdAt: tx.context.now })
    .onConflictDoNothing()
    .returning()
  if (!device) throw new DomainError('device_exists', `A device with the id "${values.id}" already exists`, { field: 'id' })
  appendEvent(tx, { kind: 'device.created', deviceId: device.id, data: { name: device.name, type: device.type } })
  return { ...device, workflowId: null, bookedAt: null }
}

export type DeviceChange = {
  name?: string | undefined
  capabilities?: string[] | undefined
  mode?: DeviceMode | undefined
  connection?: DeviceConnection | undefined
}

/**
 * Changes a device; one that becomes bookable books the head of its queue at once.
 * @throws DomainError `device_not_found`
 */
export async function changeDevice(tx: Transaction, deviceId: string, change: DeviceChange, reason?: string): Promise<Device> {
  const before = await lockDevice(tx, deviceId)
  const changed = Object.fromEntries(
    Object.entries(change).filter(([key, value]) => value !== undefined && !same(value, before[key as keyof DeviceChange])),
  )
  if (Object.keys(changed).length > 0) {
    const [after] = await tx.update(devices).set(changed).where(eq(devices.id, deviceId)).returning()
    appendEvent(tx, { kind: 'device.changed', deviceId, data: { ...changed, ...(reason ? { reason } : {}) } })
    if (after && isBookable(after)) await bookHead(tx, after)
  }
  return getDevice(tx, deviceId)
}

/** @throws DomainError `device_not_found`, `device_in_use` while it is booked or queued for */
export async function deleteDevice(tx: Transaction, deviceId: string): Promise<void> {
  const device = await lockDevice(tx, deviceId)
  if (device.status === 'busy') throw new DomainError('device_in_use', 'Device is booked; release it before deleting it')
  if (device.queueLength > 0) throw new DomainError('device_in_use', 'Device has a queue; empty it before deleting it')
  await tx.delete(devices).where(eq(devices.id, deviceId))
  appendEvent(tx, { kind: 'device.deleted', deviceId, data: { name: device.name } })
}

export function deviceNotFound(deviceId: string): DomainError {
  return new DomainError('device_not_found', 'Device not found', { device_id: deviceId })
}

function selectDevices(db: Reader) {
  return db
    .select({ ...getTableColumns(devices), workflowId: deviceBookings.workflowId, bookedAt: deviceBookings.bookedAt })
    .from(devices)
    .leftJoin(deviceBookings, and(eq(deviceBookings.deviceId, devices.id), eq(deviceBookings.status, 'active')))
    .$dynamic()
}

/** Values are strings or lists of strings. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
