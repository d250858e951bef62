/** Finds an order of single commands that gives exactly the answers and the state that racing ones gave (linearizability). */

import { isDeepStrictEqual } from 'node:util'
import { type Command, deviceNames } from './commands.ts'
import { apply, canFinish, finish, type View, view } from './reference.ts'
import type { Lab, Reply } from './state.ts'

/** A command with its answer; the two ticks say which commands were answered before others were sent. */
export type Answered = { command: Command; reply: Reply; sentAt: number; answeredAt: number }

/** @returns the model's lab after the first such order, or undefined when there is none */
export function explain(before: Lab, history: readonly Answered[], seen: Readonly<Record<string, View>>): Lab | undefined {
  /** `begun` holds the commands that have begun; an operation that runs may end at any later point of the order. */
  function search(lab: Lab, begun: ReadonlySet<Answered>): Lab | undefined {
    const stillRuns = deviceNames.some((name) => lab.devices[name]?.operation)
    if (begun.size === history.length && !stillRuns) return fits(lab) ? lab : undefined

    for (const next of history) {
      if (begun.has(next) || !mayBegin(next, lab)) continue
      const found = tryEvent(lab, (after) => apply(after, next.command), new Set([...begun, next]))
      if (found) return found
    }
    for (const name of deviceNames) {
      const found = canFinish(lab, name) && tryEvent(lab, (after) => finish(after, name), begun)
      if (found) return found
    }
    return undefined
  }

  function tryEvent(lab: Lab, happen: (after: Lab) => void, begun: ReadonlySet<Answered>): Lab | undefined {
    const after = structuredClone(lab)
    happen(after)
    const told = history.filter(({ command }) => after.replies[command.ref] && !lab.replies[command.ref])
    return told.every(({ command, reply }) => isDeepStrictEqual(after.replies[command.ref], reply)) ? search(after, begun) : undefined
  }

  function mayBegin(next: Answered, lab: Lab): boolean {
    return history.every((other) => other.answeredAt > next.sentAt || lab.replies[other.command.ref])
  }

  function fits(lab: Lab): boolean {
    return deviceNames.every((name) => isDeepStrictEqual(view(lab, name), seen[name]))
  }

  return search(before, new Set())
}
