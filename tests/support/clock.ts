/** A clock that a test moves: it stands still until it is told. */

import type { Clock } from '../../electron/main/backend/services/clock.ts'

export type ManualClock = Clock & {
  advance(milliseconds: number): void
  /** Milliseconds until the next of those who wait is woken; infinite when nobody waits. */
  untilNext(): number
}

export function createManualClock(start = new Date('2026-01-01T00:00:00Z')): ManualClock {
  let now = start.getTime()
  const sleepers = new Set<{ at: number; wake: () => void }>()

  return {
    now: () => new Date(now),
    wait(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (milliseconds <= 0) return resolve()
        const giveUp = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const wake = () => {
          signal?.removeEventListener('abort', giveUp)
          resolve()
        }
        const sleeper = { at: now + milliseconds, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', giveUp, { once: true })
      })
    },
    advance(milliseconds) {
      now += milliseconds
      for (const sleeper of [...sleepers].filter(({ at }) => at <= now)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
    untilNext: () => Math.min(...[...sleepers].map(({ at }) => at)) - now,
  }
}
