/** This program among those on the same server: a lock that the server itself lets go of when the program is gone. */

import type { PoolClient } from 'pg'
import type { Lab } from './lab.ts'

/** First key of the advisory locks that stations hold; the second is the station's number. */
const stationLocks = 5003
/** Before the lock is taken again after the server dropped the connection. Milliseconds. */
const againAfter = 1_000

export type Station = { close(): Promise<void> }

/** Holds the station's lock on a connection of its own for as long as the program runs. The embedded database has one program anyway. */
export async function keepStationAlive(lab: Lab): Promise<Station> {
  const over = new AbortController()
  let client: PoolClient | undefined
  let closed = false

  async function hold(): Promise<void> {
    const held = await lab.database.pool.connect()
    if (closed) return held.release(true)
    client = held
    // Stays on, because a connection that is being ended may still fail.
    held.on('error', () => {
      if (client !== held) return
      client = undefined
      held.release(true)
      if (!closed) holdAgain()
    })
    await held.query('select pg_advisory_lock($1, $2)', [stationLocks, lab.station])
  }

  function holdAgain(): void {
    lab.clock
      .wait(againAfter, over.signal)
      .then(hold)
      .catch((error: unknown) => {
        if (closed) return
        lab.logger.warn({ err: error }, 'the station lock could not be taken again yet')
        holdAgain()
      })
  }

  if (lab.database.kind === 'server') await hold()
  return {
    async close() {
      closed = true
      over.abort()
      const held = client
      client = undefined
      // Ending the connection lets go of the lock.
      held?.release(true)
    },
  }
}

/** A program whose line to the server was cut has its lock back within this time, if the server answers. Milliseconds. */
const grace = 3 * againAfter

/** Whether the program with that number still runs. Its lock has to be free twice, as it loses it when its line to the server is cut. */
export async function isStationAlive(lab: Lab, station: number | null, signal?: AbortSignal): Promise<boolean> {
  if (station === null || lab.database.kind === 'embedded') return false
  if (await isLocked(lab, station)) return true
  await lab.clock.wait(grace, signal)
  return isLocked(lab, station)
}

async function isLocked(lab: Lab, station: number): Promise<boolean> {
  // The lock, if it is free, is taken for the length of this statement only.
  const { rows } = await lab.database.pool.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1, $2) as free', [
    stationLocks,
    station,
  ])
  return rows[0]?.free === false
}
