/** Which drivers there are, and what each has to be told of its instrument. */

import { DomainError } from './errors.ts'
import type { JsonObject } from './execution-log.ts'
import { httpConfigSchema } from './http-config.ts'
import { refusalOf } from './invalid-input.ts'
import { keepSecrets } from './secrets.ts'
import { simulatedConfigSchema } from './simulated-config.ts'

export const driverNames = ['simulated', 'http'] as const
export type DriverName = (typeof driverNames)[number]

const schemas = { simulated: simulatedConfigSchema, http: httpConfigSchema } as const

/** Names of drivers and their configs as they are stored, in wire names. */
export type DriverSettings = { driver: string; driverConfig: JsonObject }

export function isDriverName(name: string): name is DriverName {
  return driverNames.some((known) => known === name)
}

/**
 * The settings after a person's change; without a config another driver begins with none, and what is hidden in a config stays as stored.
 * @throws DomainError `invalid_input`: the sentence names the field
 */
export function changeSettings(
  stored: DriverSettings,
  change: { driver?: string | undefined; driverConfig?: JsonObject | undefined },
): DriverSettings {
  // What is stored may have been written by psql; who changes something else need not set it right.
  if (change.driver === undefined && change.driverConfig === undefined) return stored
  const driver = change.driver ?? stored.driver
  if (!isDriverName(driver)) {
    throw new DomainError('invalid_input', `driver must be ${driverNames.join(' or ')}`, { field: 'driver' })
  }
  const given = change.driverConfig ?? (driver === stored.driver ? stored.driverConfig : {})
  const driverConfig = keepSecrets(given, stored.driverConfig)
  const read = schemas[driver].safeParse(driverConfig)
  if (!read.success) throw refusalOf(read.error, 'driver_config')
  return { driver, driverConfig }
}

/** Whether the driver itself finds out if its instrument is there; of any other a person says so. */
export function tellsConnection({ driver, driverConfig }: DriverSettings): boolean {
  return driver === 'http' && driverConfig.heartbeat_seconds !== null
}
