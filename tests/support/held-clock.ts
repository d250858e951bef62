/** The computer's clock, but a test can hold whoever waits: what takes time then ends when the test says so. */

import { EventEmitter, once } from 'node:events'
import { type Clock, systemClock } from '../../electron/main/backend/services/clock.ts'

export type HeldClock = Clock & {
  /** From now on nobody's wait ends. */
  hold(): void
  letGo(): void
}

export function createHeldClock(): HeldClock {
  const gate = new EventEmitter().setMaxListeners(0)
  let held = false
  return {
    now: systemClock.now,
    async wait(milliseconds, signal) {
      await systemClock.wait(milliseconds, signal)
      while (held) await once(gate, 'open', signal ? { signal } : {})
    },
    hold() {
      held = true
    },
    letGo() {
      held = false
      gate.emit('open')
    },
  }
}
