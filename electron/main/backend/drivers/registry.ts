/** Which driver drives which device. */

import { type Driver, DriverError } from './driver.ts'

export type DriverRegistry = {
  /** @throws DriverError when no driver of that name is built in */
  driverFor(device: { id: string; driver: string }): Driver
}

export function createDriverRegistry(drivers: Readonly<Record<string, Driver>>): DriverRegistry {
  return {
    driverFor({ id, driver }) {
      const found = Object.hasOwn(drivers, driver) ? drivers[driver] : undefined
      if (!found) throw new DriverError(`Device "${id}" names the driver "${driver}", which this program does not have`)
      return found
    },
  }
}
