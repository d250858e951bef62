/** Devices, as the screens ask for them. */

import type { deviceMethods } from '../../../../shared/contract/devices.ts'
import { changeDevice, createDevice, deleteDevice, getDevice, listDevices } from '../services/devices.ts'
import type { Handlers } from './handlers.ts'
import { iso, presentDevice, presentOperation } from './present.ts'

export const deviceHandlers: Handlers<keyof typeof deviceMethods> = {
  'devices.list': async (_, { lab }) => (await listDevices(lab.database.db)).map(presentDevice),
  'devices.get': async ({ deviceId }, { lab }) => presentDevice(await getDevice(lab.database.db, deviceId)),
  'devices.create': async (values, { lab, caller }) => presentDevice(await lab.transaction(caller, (tx) => createDevice(tx, values))),
  'devices.change': async ({ deviceId, reason, ...change }, { lab, caller }) =>
    presentDevice(await lab.transaction(caller, (tx) => changeDevice(tx, deviceId, change, reason))),
  'devices.delete': async ({ deviceId }, { lab, caller }) => {
    await lab.transaction(caller, (tx) => deleteDevice(tx, deviceId))
    return {}
  },
  'devices.operations': async ({ deviceId }, { engine }) => (await engine.describe(deviceId)).operations.map(presentOperation),
  'devices.release': async ({ deviceId, ...options }, { engine, caller }) => {
    const { releasedAt, next } = await engine.release(caller, deviceId, { ...options, onlyFrom: options.workflowId })
    return { deviceId, releasedAt: iso(releasedAt), next: next && { ...next, bookedAt: next.bookedAt.toISOString() } }
  },
}
