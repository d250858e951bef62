/** The instruments of the lab: what there is, and what people change about it. */

import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import { deviceBookings, devices } from '../../../../db/schema/devices.ts'
import {
  type DeviceConnection,
  type DeviceMode,
  type DeviceType,
  deviceIdPattern,
  isBookable,
  reservedDeviceIds,
} from '../../../../shared/domain/device.ts'
import { changeSettings, tellsConnection } from '../../../../shared/domain/driver-config.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { hideSecrets, type ShownConfig } from '../../../../shared/domain/secrets.ts'
import { bookHead } from './hand-over.ts'
import { appendEvent, type Reader, type Transaction } from './lab.ts'
import { operationRunning, runningOperation } from './running-operation.ts'

export type DeviceRow = typeof devices.$inferSelect

/**
 * A device with its active booking, if it has one; `stepIndex` where that is for a step of a workflow that is not made for it.
 * The secrets in its driver's config are hidden.
 */
export type Device = Omit<DeviceRow, 'driverConfig'> & {
  driverConfig: ShownConfig
  workflowId: string | null
  bookedAt: Date | null
  stepIndex: number | null
}

/** All devices, ordered by id. */
export async function listDevices(db: Reader): Promise<Device[]> {
  return (await selectDevices(db).orderBy(sql`${devices.id} collate "C"`)).map(shown)
}

/** Those of these ids that there are, ordered by id. */
export async function devicesAmong(db: Reader, ids: readonly string[]): Promise<Device[]> {
  return (
    await selectDevices(db)
      .where(inArray(devices.id, [...ids]))
      .orderBy(sql`${devices.id} collate "C"`)
  ).map(shown)
}

/** @throws DomainError `device_not_found` */
export async function getDevice(db: Reader, deviceId: string): Promise<Device> {
  const [device] = deviceIdPattern.test(deviceId) ? await selectDevices(db).where(eq(devices.id, deviceId)) : []
  if (!device) throw deviceNotFound(deviceId)
  return shown(device)
}

/** As it is stored, secrets and all: for whoever drives it. @throws DomainError `device_not_found` */
export async function getDeviceRow(db: Reader, deviceId: string): Promise<DeviceRow> {
  const device = await findDeviceRow(db, deviceId)
  if (!device) throw deviceNotFound(deviceId)
  return device
}

/** As `getDeviceRow`, for a device that may be gone. */
export async function findDeviceRow(db: Reader, deviceId: string): Promise<DeviceRow | undefined> {
  const [device] = deviceIdPattern.test(deviceId) ? await db.select().from(devices).where(eq(devices.id, deviceId)) : []
  return device
}

/** As `getDeviceRow`, all of them. */
export async function listDeviceRows(db: Reader): Promise<DeviceRow[]> {
  return db.select().from(devices)
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

/** Several devices' rows, locked in the order of their ids as every command does; one that does not exist is not among them. */
export async function lockDevices(tx: Transaction, deviceIds: readonly string[]): Promise<Map<string, DeviceRow>> {
  const rows = await tx
    .select()
    .from(devices)
    .where(inArray(devices.id, [...deviceIds]))
    .orderBy(sql`${devices.id} collate "C"`)
    .for('update')
  tx.context.now = tx.context.clock.now()
  return new Map(rows.map((device) => [device.id, device]))
}

/** As `lockDevice`, for a workflow whose device may have been deleted meanwhile. */
export async function lockDeviceIfKept(tx: Transaction, deviceId: string): Promise<DeviceRow | undefined> {
  const [device] = deviceIdPattern.test(deviceId) ? await tx.select().from(devices).where(eq(devices.id, deviceId)).for('update') : []
  tx.context.now = tx.context.clock.now()
  return device
}

export type NewDevice = {
  id: string
  name: string
  type: DeviceType
  capabilities: string[]
  driver?: string | undefined
  driverConfig?: JsonObject | undefined
}

/** @throws DomainError `invalid_input` (a reserved id, settings that are none of the driver's), `device_exists` */
export async function createDevice(tx: Transaction, { driver, driverConfig, ...values }: NewDevice): Promise<Device> {
  if (reservedDeviceIds.includes(values.id)) {
    throw new DomainError('invalid_input', `id "${values.id}" is reserved; choose another`, { field: 'id' })
  }
  const settings = changeSettings({ driver: 'simulated', driverConfig: {} }, { driver, driverConfig })
  const [device] = await tx
    .insert(devices)
    .values({ ...values, ...settings, createdAt: tx.context.now })
    .onConflictDoNothing()
    .returning()
  if (!device) throw new DomainError('device_exists', `A device with the id "${values.id}" already exists`, { field: 'id' })
  appendEvent(tx, { kind: 'device.created', deviceId: device.id, data: { name: device.name, type: device.type } })
  return shown({ ...device, workflowId: null, bookedAt: null, stepIndex: null })
}

export type DeviceChange = {
  name?: string | undefined
  capabilities?: string[] | undefined
  mode?: DeviceMode | undefined
  connection?: DeviceConnection | undefined
  driver?: string | undefined
  /** The whole of it; secrets that read as they are shown stay as they are. */
  driverConfig?: JsonObject | undefined
}

/**
 * Changes a device as a person asks for it; one that becomes bookable books the head of its queue at once. The reason is kept while the
 * device is out of service.
 * @throws DomainError `device_not_found`, `invalid_input` (settings that are none of the driver's), `invalid_state` (the connection of a
 * device whose driver finds it out), `operation_running` (other settings while one runs)
 */
export async function changeDevice(tx: Transaction, deviceId: string, change: DeviceChange, reason?: string | null): Promise<Device> {
  const before = await lockDevice(tx, deviceId)
  const settings = changeSettings(before, change)
  const hasOtherSettings = settings.driver !== before.driver || !same(settings.driverConfig, before.driverConfig)
  if (hasOtherSettings) {
    const running = await runningOperation(tx, deviceId)
    if (running) throw operationRunning(running)
  }
  if (change.connection !== undefined && change.connection !== before.connection && tellsConnection(settings)) {
    throw new DomainError('invalid_state', 'The driver of this device finds out its connection; set its mode to maintenance instead')
  }
  // A device that nobody will find online any more is so until a person says otherwise.
  const isLeftOffline = before.connection === 'offline' && tellsConnection(before) && !tellsConnection(settings)
  const connection = change.connection ?? (isLeftOffline ? 'online' : undefined)
  await applyChange(
    tx,
    before,
    { ...change, ...(hasOtherSettings ? settings : { driver: undefined, driverConfig: undefined }), connection },
    reason,
  )
  return getDevice(tx, deviceId)
}

/** What the driver found out of the connection; a device that is gone or has other settings by now is left alone. */
export async function tellConnection(
  tx: Transaction,
  found: DeviceRow,
  connection: DeviceConnection,
  reason: string | null,
): Promise<void> {
  const device = await lockDeviceIfKept(tx, found.id)
  if (device?.driver !== found.driver || !same(device.driverConfig, found.driverConfig)) return
  if (device.connection !== connection) await applyChange(tx, device, { connection }, reason)
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
    .select({
      ...getTableColumns(devices),
      workflowId: deviceBookings.workflowId,
      bookedAt: deviceBookings.bookedAt,
      stepIndex: deviceBookings.stepIndex,
    })
    .from(devices)
    .leftJoin(deviceBookings, and(eq(deviceBookings.deviceId, devices.id), eq(deviceBookings.status, 'active')))
    .$dynamic()
}

async function applyChange(tx: Transaction, before: DeviceRow, change: DeviceChange, reason: string | null | undefined): Promise<void> {
  const given: Partial<DeviceRow> = { ...change, ...reasonsOf(before, change, reason ?? null) }
  const changed = Object.entries(given).filter(([key, value]) => value !== undefined && !same(value, before[key as keyof DeviceRow]))
  if (changed.length === 0) return
  const [after] = await tx.update(devices).set(Object.fromEntries(changed)).where(eq(devices.id, before.id)).returning()
  const told = Object.fromEntries(changed.filter(([key]) => wireNames[key]).map(([key, value]) => [wireNames[key], value]))
  if (told.driver_config) told.driver_config = hideSecrets(told.driver_config)
  appendEvent(tx, { kind: 'device.changed', deviceId: before.id, data: { ...told, ...(reason ? { reason } : {}) } })
  if (after && isBookable(after)) await bookHead(tx, after)
}

/** In events; what is not here is told by `reason`. */
const wireNames: Readonly<Record<string, string>> = {
  name: 'name',
  capabilities: 'capabilities',
  mode: 'mode',
  connection: 'connection',
  driver: 'driver',
  driverConfig: 'driver_config',
}

/** Why it is out of service, for as long as it is. */
function reasonsOf(before: DeviceRow, { mode, connection }: DeviceChange, reason: string | null): Partial<DeviceRow> {
  return {
    // Whoever puts a device back to work says that its failures are over.
    ...(mode === 'processing' && before.mode === 'maintenance' && { failuresInRow: 0, lastFailedWorkflow: null }),
    ...(mode && { modeReason: mode === 'processing' ? null : (reason ?? (mode === before.mode ? before.modeReason : null)) }),
    ...(connection && {
      connectionReason: connection === 'online' ? null : (reason ?? (connection === before.connection ? before.connectionReason : null)),
    }),
  }
}

function shown<T extends DeviceRow>(device: T) {
  return { ...device, driverConfig: hideSecrets(device.driverConfig) }
}

/** Values are JSON, or a date that nobody changes. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
