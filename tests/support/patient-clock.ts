/** The computer's clock for tests whose operations hang for as long as the machine likes: none of them ever comes to its limit. */

import { once } from 'node:events'
import { type Clock, systemClock } from '../../electron/main/backend/services/clock.ts'

/** Milliseconds: the shortest limit that an operation's history gives it. */
const shortestLimit = 30_000

export const patientClock: Clock = {
  now: systemClock.now,
  async wait(milliseconds, signal) {
    if (milliseconds < shortestLimit || !signal) return systemClock.wait(milliseconds, signal)
    signal.throwIfAborted()
    await once(signal, 'abort')
    signal.throwIfAborted()
  },
}
