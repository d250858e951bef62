/** Setting right at the start what an earlier program could not finish. Nothing is guessed: what ran is interrupted, a person decides. */

import { eq } from 'drizzle-orm'
import { devices } from '../../../../db/schema/devices.ts'
import { executionLogs } from '../../../../db/schema/history.ts'
import { isBookable } from '../../../../shared/domain/device.ts'
import { lockDeviceIfKept } from './devices.ts'
import { bookHead } from './hand-over.ts'
import type { Caller, Lab } from './lab.ts'
import { recordOutcome } from './operations.ts'

const caller: Caller = { actor: 'program', operator: null }

/**
 * Interrupts every operation whose program is gone.
 * @param isAlive tells whether the program with that station number still runs
 * @returns how many were interrupted
 */
export async function interruptLost(lab: Lab, isAlive: (station: number | null) => Promise<boolean>): Promise<number> {
  const running = await lab.database.db.select().from(executionLogs).where(eq(executionLogs.status, 'running'))
  const alive = new Map<number | null, boolean>([[lab.station, true]])
  let interrupted = 0
  for (const log of running) {
    const { station } = log
    if (!alive.has(station)) alive.set(station, await isAlive(station))
    if (alive.get(station)) continue
    await lab.transaction(caller, (tx) =>
      recordOutcome(tx, log.id, { status: 'interrupted', error: `The program ended while "${log.operation}" was running` }),
    )
    interrupted += 1
  }
  return interrupted
}

/** Books the head of a device's queue if somebody left it free with a queue, which no command of this program does. */
export async function moveStalledQueue(lab: Lab, deviceId: string): Promise<void> {
  await lab.transaction(caller, async (tx) => {
    const device = await lockDeviceIfKept(tx, deviceId)
    if (device && isBookable(device)) await bookHead(tx, device)
  })
}

/** The same for all devices. */
export async function moveStalledQueues(lab: Lab): Promise<void> {
  const all = await lab.database.db.select().from(devices)
  for (const device of all) if (device.queueLength > 0 && isBookable(device)) await moveStalledQueue(lab, device.id)
}
