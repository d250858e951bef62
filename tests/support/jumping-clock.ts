/** A clock for worked examples: it stands still, and whoever waits is taken to the end of the wait at once. */

import type { Clock } from '../../electron/main/backend/services/clock.ts'

export type JumpingClock = Clock & { advance(seconds: number): void }

export function createJumpingClock(start: string): JumpingClock {
  let time = Date.parse(start)
  return {
    now: () => new Date(time),
    async wait(milliseconds, signal) {
      signal?.throwIfAborted()
      time += milliseconds
    },
    advance(seconds) {
      time += seconds * 1000
    },
  }
}
