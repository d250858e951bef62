/** What an instrument is, and when it may be booked. */

import { DomainError } from './errors.ts'

export const deviceTypes = ['liquid_handler', 'incubator', 'plate_reader', 'other'] as const
export type DeviceType = (typeof deviceTypes)[number]

/** The booking: `busy` exactly when an active booking exists. */
export const deviceStatuses = ['available', 'busy'] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

/** The person's choice. */
export const deviceModes = ['processing', 'maintenance'] as const
export type DeviceMode = (typeof deviceModes)[number]

/** The driver's word. */
export const deviceConnections = ['online', 'offline'] as const
export type DeviceConnection = (typeof deviceConnections)[number]

/** A lower-case name that can stand in a path: 1 to 63 characters. */
export const deviceIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Ids that a route of the device service already uses. */
export const reservedDeviceIds: readonly string[] = ['search']

export type DeviceState = { status: DeviceStatus; mode: DeviceMode; connection: DeviceConnection }

/** In service: neither in maintenance nor offline, whoever holds it. */
export function inService(device: Omit<DeviceState, 'status'>): boolean {
  return device.mode === 'processing' && device.connection === 'online'
}

/** Free and in service. A bookable device never has a queue. */
export function isBookable(device: DeviceState): boolean {
  return device.status === 'available' && inService(device)
}

/** The refusal that fits a device which cannot be booked now; the sentence is part of the REST contract. */
export function deviceNotAvailable(device: DeviceState & { id: string }): DomainError {
  const code = inService(device) ? 'device_busy' : 'device_unavailable'
  return new DomainError(code, 'Device is not available', {
    device_id: device.id,
    status: device.status,
    mode: device.mode,
    connection: device.connection,
  })
}
