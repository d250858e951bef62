/** What a device can do, in its driver's words. */

import { DomainError } from '../../../../shared/domain/errors.ts'
import type { DriverDescription } from '../drivers/driver.ts'
import { DriverError } from '../drivers/driver.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import { getDeviceRow } from '../services/devices.ts'
import type { Lab } from '../services/lab.ts'

/** @throws DomainError `device_not_found`, `device_unavailable` when the driver cannot say */
export async function describeDevice(lab: Lab, drivers: DriverRegistry, deviceId: string): Promise<DriverDescription> {
  const device = await getDeviceRow(lab.database.db, deviceId)
  try {
    return await drivers.driverFor(device).describe()
  } catch (error) {
    if (error instanceof DriverError) throw new DomainError('device_unavailable', error.message, { device_id: deviceId })
    throw error
  }
}
