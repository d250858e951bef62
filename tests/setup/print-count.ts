/** How every suite's run ends. */

import { stripVTControlCharacters } from 'node:util'

export interface Failure {
  /** File and test. */
  where: string
  message: string
}

/** Characters of a message in its line: the whole of it stands above, where the test failed. */
const MESSAGE_CHARS = 600

type Count = {
  passed: number
  failures: Failure[]
  skipped: number
  /** How a test failed that passed when it was tried again; it counts as passed. */
  unsteady?: Failure[]
}

/**
 * Prints a line `failed: WHERE: MESSAGE` for each failure, for whoever sees only the end of a long output,
 * `unsteady: …` for what passed at the second try only, and `N passed, M failed`.
 */
export function printCount({ passed, failures, skipped, unsteady = [] }: Count): void {
  const line = (word: string) => (failure: Failure) => `${word}: ${failure.where}: ${inOneLine(failure.message)}`
  const lines = [...unsteady.map(line('unsteady')), ...failures.map(line('failed'))]
  lines.push(`${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function inOneLine(message: string): string {
  return stripVTControlCharacters(message).replace(/\s+/g, ' ').trim().slice(0, MESSAGE_CHARS)
}
