/** The command-line client as a process: its arguments, environment, streams, signals and exit code. */

import packageJson from '../package.json' with { type: 'json' }
import { runCli } from './run.ts'

const stopped = new AbortController()
// Once: whoever presses Ctrl+C again does not want to wait.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

// Whoever read the output has had enough (`… | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  out: process.stdout,
  err: process.stderr,
  stopped: stopped.signal,
  version: packageJson.version,
})
