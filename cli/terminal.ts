/** What a command reads and writes besides the lab: streams and environment, so that a test can bring its own. */

import { once } from 'node:events'
import type { Writable } from 'node:stream'

export type Terminal = {
  environment: Readonly<Record<string, string | undefined>>
  /** Answers, for people or for the next program in a pipe. */
  out: Writable
  /** Refusals, progress, everything that is no answer. */
  err: Writable & { isTTY?: boolean }
  /** Aborted when the person wants to stop (Ctrl+C). */
  stopped: AbortSignal
  version: string
}

/** One line; waits when whoever reads is slower. */
export async function say(to: Writable, line: string): Promise<void> {
  if (!to.write(`${line}\n`)) await once(to, 'drain')
}

/** Names and sentences come from anywhere: what would move a terminal's cursor or colour it is shown as a sign of its own. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD')
}
