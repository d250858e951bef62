/** What whoever started the program in a terminal is told: the same lines with a window as without. */

import type { LabState } from './lab-host.ts'
import { note } from './shell-log.ts'

export function tellTerminal(state: LabState): void {
  if (state.kind === 'running')
    process.stdout.write(`ready device=${state.urls.device} workflow=${state.urls.workflow} ui=${state.urls.ui}\n`)
  if (state.kind === 'failed') note(state.failure.message.replaceAll(/\s*\n\s*/g, ' '))
  if (state.kind === 'died') note(`the lab has stopped: ${state.reason}`)
}

/** 2: a flag or variable is wrong; 1: there was no lab in the end; 0: all was well. */
export function exitCodeOf(state: LabState): 0 | 1 | 2 {
  if (state.kind === 'failed') return state.failure.cause === 'option' ? 2 : 1
  return state.kind === 'died' ? 1 : 0
}
