/** The real psql, as a person at the bench types into it. */

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** Without the settings of whoever runs the tests. */
const flags = ['--no-psqlrc', '--no-password', '--pset=pager=off']

/** What a person would see of one psql that was given these lines, until it ended. */
export async function runPsql(
  url: string,
  input: string,
  ...more: string[]
): Promise<{ output: string; errors: string; code: number | null }> {
  const psql = startPsql(url, ...more)
  psql.process.stdin.end(input)
  const code = await psql.ended
  return { output: psql.output(), errors: psql.errors(), code }
}

export type Psql = {
  process: ChildProcessWithoutNullStreams
  output(): string
  errors(): string
  ended: Promise<number | null>
}

export function startPsql(url: string, ...more: string[]): Psql {
  requirePsql()
  const child = spawn('psql', [...flags, ...more, url], { env: { PATH: process.env.PATH, PGCONNECT_TIMEOUT: '20' } })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { process: child, output: () => output, errors: () => errors, ended }
}

function requirePsql(): void {
  if (spawnSync('psql', ['--version']).status === 0) return
  throw new Error("these tests need psql: install PostgreSQL's client (Debian: apt-get install postgresql-client), as .ci/run does")
}
