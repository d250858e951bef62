/** Which driver drives which device: one instance for each, made from the device's settings and made anew when they change. */

import type { z } from 'zod'
import type { DeviceType } from '../../../../shared/domain/device.ts'
import { type DriverName, isDriverName } from '../../../../shared/domain/driver-config.ts'
import { httpConfigSchema } from '../../../../shared/domain/http-config.ts'
import { refusalOf } from '../../../../shared/domain/invalid-input.ts'
import type { StoredConfig } from '../../../../shared/domain/secrets.ts'
import { simulatedConfigSchema } from '../../../../shared/domain/simulated-config.ts'
import { type Driver, type DriverClock, DriverError } from './driver.ts'
import { createHttpDriver } from './http/http-driver.ts'
import { createSimulatedDriver } from './simulated.ts'

/** A device as its row has it. */
export type DrivenDevice = { id: string; type: DeviceType; capabilities: readonly string[]; driver: string; driverConfig: StoredConfig }

export type DriverRegistry = {
  /**
   * The device's driver; the one it had is stopped when the settings are others than it was made from.
   * @throws DriverError when this program has no such driver, or the stored config is none of its
   */
  driverFor(device: DrivenDevice): Driver
  /** Stops the driver of a device that is gone or has other settings. */
  forget(deviceId: string): Promise<void>
  /** Stops all of them. */
  close(): Promise<void>
}

type Options = { clock: DriverClock; simSpeed: number; onStopFailed(error: unknown, deviceId: string): void }

export function createDriverRegistry({ clock, simSpeed, onStopFailed }: Options): DriverRegistry {
  // `seen` is the device as it was last asked for: its capabilities may change while its driver goes on.
  const drivers = new Map<string, { settings: string; seen: { device: DrivenDevice }; driver: Driver }>()

  const makers: Readonly<Record<DriverName, (device: () => DrivenDevice) => Driver>> = {
    http: (device) => createHttpDriver({ device, config: configOf(device(), httpConfigSchema), clock }),
    simulated: (device) => createSimulatedDriver({ device, config: configOf(device(), simulatedConfigSchema), clock, speed: simSpeed }),
  }

  async function forget(deviceId: string): Promise<void> {
    const made = drivers.get(deviceId)
    drivers.delete(deviceId)
    await made?.driver.stop().catch((error: unknown) => onStopFailed(error, deviceId))
  }

  return {
    driverFor(device) {
      const settings = JSON.stringify([device.driver, device.driverConfig])
      const made = drivers.get(device.id)
      if (made?.settings === settings) {
        made.seen.device = device
        return made.driver
      }
      void forget(device.id)
      if (!isDriverName(device.driver)) {
        throw new DriverError(`This program has no driver "${device.driver}"; give the device one that it has`, { code: 'unknown_driver' })
      }
      const seen = { device }
      const driver = makers[device.driver](() => seen.device)
      drivers.set(device.id, { settings, seen, driver })
      return driver
    },
    forget,
    async close() {
      await Promise.all([...drivers.keys()].map(forget))
    },
  }
}

/** The stored config; it was looked at when it was set, but whoever writes into the table with psql may have put anything there. */
function configOf<T extends z.ZodType>({ driverConfig }: DrivenDevice, schema: T): z.infer<T> {
  const read = schema.safeParse(driverConfig)
  if (read.success) return read.data
  throw new DriverError(`The driver cannot use its config: ${refusalOf(read.error, 'driver_config').message}`, { code: 'wrong_config' })
}
