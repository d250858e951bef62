/** Looks after the instruments that give signs of life: one that is lost takes its device offline, one that is found again brings it back. */

import type { LabEvent } from '../../../../shared/domain/event.ts'
import { type Driver, DriverError } from '../drivers/driver.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import { type DeviceRow, findDeviceRow, listDeviceRows, tellConnection } from '../services/devices.ts'
import type { Caller, Lab } from '../services/lab.ts'
import type { Operations } from './operation.ts'

export type Connections = {
  /** Begins to reach every instrument; does not wait for them. */
  start(): Promise<void>
  close(): Promise<void>
}

const caller: Caller = { actor: 'driver', operator: null }

/** Signs of life that may be missed in a row before contact counts as lost. */
const missesAllowed = 3
/** Between attempts to record what was found out while the database does not answer. Milliseconds. */
const recordAgainAfter = 1_000

/** One device as it is looked after. */
type Watch = { device: DeviceRow; driver: Driver; over: AbortController; ended: Promise<void>; doubt(): void }

/**
 * Each program on a server looks after every device. One that loses contact takes the device offline, whichever reaches it brings it back; a
 * program tells only what changed for itself, so that two that see different things do not contradict each other for ever.
 */
export function createConnections(lab: Lab, drivers: DriverRegistry, operations: Operations): Connections {
  const watches = new Map<string, Watch>()
  let refreshed: Promise<void> = Promise.resolve()
  let closed = false

  /** One after another, so that the latest settings are those that stay. */
  function refresh(deviceId: string): void {
    refreshed = refreshed
      .then(async () => {
        const device = await findDeviceRow(lab.database.db, deviceId)
        if (device) watch(device)
        else await forget(deviceId)
      })
      .catch((error: unknown) => lab.logger.error({ err: error, device_id: deviceId }, 'a device could not be looked after'))
  }

  async function forget(deviceId: string): Promise<void> {
    watches.get(deviceId)?.over.abort()
    watches.delete(deviceId)
    await drivers.forget(deviceId)
  }

  function watch(device: DeviceRow): void {
    const before = watches.get(device.id)
    const driver = driverOf(device)
    if (closed || (before && before.driver === driver)) return
    before?.over.abort()
    watches.delete(device.id)
    if (!driver) return
    const over = new AbortController()
    const made: Watch = { device, driver, over, ended: Promise.resolve(), doubt: () => undefined }
    watches.set(device.id, made)
    if (driver.heartbeatSeconds !== null) made.ended = keepInTouch(made, driver.heartbeatSeconds).catch((error) => ended(made, error))
  }

  /** Without one there is nothing to look after; whoever wants to use the device is told what is wrong. */
  function driverOf(device: DeviceRow): Driver | undefined {
    try {
      return drivers.driverFor(device)
    } catch (error) {
      lab.logger.warn({ device_id: device.id, reason: sentenceOf(error) }, 'a device has no driver')
      return undefined
    }
  }

  async function keepInTouch(watched: Watch, seconds: number): Promise<void> {
    for (;;) {
      await reach(watched, seconds)
      await tell(watched, 'online', null)
      await untilLost(watched, seconds)
    }
  }

  async function reach(watched: Watch, seconds: number): Promise<void> {
    const { driver, over } = watched
    for (let tried = 1; ; tried += 1) {
      try {
        return await driver.connect(over.signal)
      } catch (error) {
        over.signal.throwIfAborted()
        if (tried === 1) await lose(watched, sentenceOf(error))
      }
      await lab.clock.wait(seconds * 1000, over.signal)
    }
  }

  /** Resolves when contact is lost and that is recorded, or when somebody else found the device lost. */
  async function untilLost(watched: Watch, seconds: number): Promise<void> {
    const { driver, over } = watched
    const doubted = new AbortController()
    const leave = () => doubted.abort()
    over.signal.addEventListener('abort', leave, { once: true })
    watched.doubt = leave
    try {
      for (let missed = 0; missed < missesAllowed; ) {
        await lab.clock.wait(seconds * 1000, doubted.signal).catch(() => undefined)
        over.signal.throwIfAborted()
        if (doubted.signal.aborted) return
        try {
          await driver.heartbeat(over.signal)
          missed = 0
        } catch (error) {
          over.signal.throwIfAborted()
          missed += 1
          if (missed === missesAllowed) await lose(watched, sentenceOf(error))
        }
      }
    } finally {
      watched.doubt = () => undefined
      over.signal.removeEventListener('abort', leave)
    }
  }

  /** What runs there ends as interrupted, and takes the device offline itself. */
  async function lose(watched: Watch, reason: string): Promise<void> {
    lab.logger.warn({ device_id: watched.device.id, reason }, 'contact with an instrument is lost')
    await operations.contactLost(watched.device.id, reason)?.catch(() => undefined)
    await tell(watched, 'offline', reason)
  }

  async function tell({ device, over }: Watch, connection: DeviceRow['connection'], reason: string | null): Promise<void> {
    for (;;) {
      try {
        return await lab.transaction(caller, (tx) => tellConnection(tx, device, connection, reason))
      } catch (error) {
        over.signal.throwIfAborted()
        lab.logger.error({ err: error, device_id: device.id }, 'the connection of a device could not be recorded; trying again')
        await lab.clock.wait(recordAgainAfter, over.signal)
      }
    }
  }

  /** An instrument without signs of life may know when it can be reached again. */
  async function bringBack(watched: Watch): Promise<void> {
    const { driver, over } = watched
    const seconds = driver.secondsUntilBack?.() ?? null
    if (seconds === null) return
    await lab.clock.wait(seconds * 1000, over.signal)
    await driver.connect(over.signal)
    await tell(watched, 'online', null)
  }

  function ended({ over, device }: Watch, error: unknown): void {
    if (!over.signal.aborted) lab.logger.error({ err: error, device_id: device.id }, 'a device is no longer looked after')
  }

  function hear({ kind, deviceId, data }: LabEvent): void {
    if (deviceId === null || closed) return
    if (kind === 'device.created' || kind === 'device.deleted') refresh(deviceId)
    if (kind !== 'device.changed') return
    if ('driver' in data || 'driver_config' in data) refresh(deviceId)
    const watched = watches.get(deviceId)
    if (data.connection !== 'offline' || !watched) return
    watched.doubt()
    if (watched.driver.heartbeatSeconds === null) watched.ended = bringBack(watched).catch((error) => ended(watched, error))
  }

  const unsubscribe = lab.feed.subscribe(hear)
  return {
    async start() {
      for (const device of await listDeviceRows(lab.database.db)) watch(device)
    },
    async close() {
      closed = true
      unsubscribe()
      for (const { over } of watches.values()) over.abort()
      await refreshed
      await Promise.all([...watches.values()].map((watched) => watched.ended))
    },
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof DriverError) return error.message
  return `The driver failed: ${error instanceof Error ? error.message : String(error)}`
}
