/** The lab's time. Nothing else in the program asks what time it is or waits, so that a test or a simulation can run its own. */

import { setTimeout as delay } from 'node:timers/promises'

export type Clock = {
  now(): Date
  /** Resolves after that many milliseconds of the clock; rejects with the signal's reason when it aborts first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** `setTimeout` fires at once beyond this many milliseconds (2³¹ − 1). */
const longestTimer = 2_147_483_647

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async wait(milliseconds, signal) {
    for (let left = milliseconds; left > 0; left -= longestTimer) {
      await delay(Math.min(left, longestTimer), undefined, signal ? { signal } : {})
    }
  },
}
