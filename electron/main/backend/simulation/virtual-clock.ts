/** Time that passes only while everybody waits: it jumps to the next sleeper whenever the program has come to rest. */

import type { Clock } from '../services/clock.ts'

export type VirtualClock = Clock & {
  /**
   * Lets time pass until `isOver`, looked at whenever the program rests.
   * @param isBusy whether something is under way that ends without the clock: a statement, a file
   * @throws Error when nothing is under way and nobody waits for the clock, although it is not over
   */
  run(isBusy: () => boolean, isOver: () => boolean): Promise<void>
}

type Sleeper = { at: number; wake: () => void }

/** So many turns of the event loop without anything under way mean rest: promises, ticks and immediates that follow each other are through. */
const turnsOfRest = 3

/** One sleeper at a time, those of the same moment in the order they came: so the same program takes the same course again. */
export function createVirtualClock(start: Date): VirtualClock {
  let time = start.getTime()
  const sleepers = new Set<Sleeper>()

  function next(): Sleeper | undefined {
    let earliest: Sleeper | undefined
    for (const sleeper of sleepers) if (!earliest || sleeper.at < earliest.at) earliest = sleeper
    return earliest
  }

  return {
    now: () => new Date(time),
    wait(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper = { at: time + Math.max(0, milliseconds), wake }
        function wake(): void {
          leave()
          resolve()
        }
        function giveUp(): void {
          leave()
          reject(signal?.reason)
        }
        function leave(): void {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', giveUp)
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', giveUp)
      })
    },
    async run(isBusy, isOver) {
      for (;;) {
        await rest(isBusy)
        if (isOver()) return
        const sleeper = next()
        if (!sleeper) throw new Error(`At ${new Date(time).toISOString()} nothing is left that would ever go on, and it is not over`)
        time = sleeper.at
        sleeper.wake()
      }
    },
  }
}

async function rest(isBusy: () => boolean): Promise<void> {
  for (let turns = 0; turns < turnsOfRest; turns = isBusy() ? 0 : turns + 1) await new Promise(setImmediate)
}
