/** A clock for worked examples: it stands still, and whoever waits is taken to the end of the wait at once. */

import type { Clock } from '../../electron/main/backend/services/clock.ts'
import { createManualClock } from './clock.ts'

export type JumpingClock = Clock & { advance(seconds: number): void }

/** Milliseconds. Who waits this long waits for something that should not happen, an operation's limit for one, and is not taken there. */
const tooFar = 10_000

export function createJumpingClock(start: string): JumpingClock {
  const clock = createManualClock(new Date(start))
  return {
    now: clock.now,
    async wait(milliseconds, signal) {
      const over = clock.wait(milliseconds, signal)
      if (milliseconds < tooFar) clock.advance(milliseconds)
      await over
    },
    advance: (seconds) => clock.advance(seconds * 1000),
  }
}
