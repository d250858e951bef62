/** What the app around the lab has to say: on standard error, and in logs/shell.log for whoever started it by a click. */

import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { shellLogFile } from './folders.ts'

export function note(message: string, error?: unknown): void {
  const fault = error === undefined ? '' : `: ${error instanceof Error ? error.stack : String(error)}`
  process.stderr.write(`benchkeeper: ${message}${fault}\n`)
  try {
    const file = shellLogFile()
    mkdirSync(dirname(file), { recursive: true })
    appendFileSync(file, `${new Date().toISOString()} ${message}${fault}\n`)
  } catch {
    // A full disk must not take the window along; standard error has it.
  }
}
