/** Runs a TypeScript file as a process of its own, for what only real processes can show: locks, crashes, two programs at once. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'

export type Program = {
  process: ChildProcess
  /** The next message that it sends. Rejects when it ends without one. */
  message(): Promise<unknown>
  /** How it ended: an exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>
  kill(): Promise<void>
}

/**
 * Builds the file before the tests of this describe block, and ends what they left running.
 * @param entry seen from the project's root
 */
export function useProgram(entry: string): (...args: string[]) => Program {
  // Inside node_modules, so that packages are found from there.
  const cache = resolve('node_modules/.cache/benchkeeper')
  const running = new Set<Program>()
  let folder = ''

  beforeAll(async () => {
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'program-'))
    const output = { entryFileNames: 'program.mjs', format: 'es' as const }
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: entry, outDir: folder, emptyOutDir: false, target: 'node20', rolldownOptions: { output } },
    })
  })
  afterAll(async () => {
    await Promise.all([...running].map((program) => program.kill()))
    rmSync(folder, { recursive: true, force: true })
  })

  return (...args) => {
    const program = start(join(folder, 'program.mjs'), args)
    running.add(program)
    void program.ended().then(() => running.delete(program))
    return program
  }
}

function start(path: string, args: string[]): Program {
  const child = fork(path, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const messages: unknown[] = []
  const waiting: ((message: unknown) => void)[] = []
  child.on('message', (message) => {
    const take = waiting.shift()
    if (take) take(message)
    else messages.push(message)
  })
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)

  return {
    process: child,
    message() {
      if (messages.length > 0) return Promise.resolve(messages.shift())
      const next = new Promise<unknown>((resolve) => waiting.push(resolve))
      const end = exit.then((how) => Promise.reject(new Error(`the program ended (${how}) without a message`)))
      return Promise.race([next, end])
    },
    ended: () => exit,
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}
