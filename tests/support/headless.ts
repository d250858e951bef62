/** The built program as a process, as it runs as a service: started, killed, started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from './client.ts'
import { runScript } from './script.ts'

export type Headless = {
  process: ChildProcess
  /** Rejects with what it said when it ends before it is ready. */
  ready: Promise<{ device: Client; workflow: Client; uiUrl: string; psqlPort: number }>
  /** Without a word, and returns when it is dead. */
  kill(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')

/** Builds what is stale. */
export async function buildProgram(): Promise<void> {
  const { code, err } = await runScript(process.execPath, ['scripts/prepare.mjs'])
  if (code !== 0) throw new Error(`the program could not be built: ${err}`)
}

/** On free ports; `psql` may connect. @param flags further ones */
export function startHeadless(dataDir: string, flags: string[]): Headless {
  const ports = ['--device-port', '0', '--workflow-port', '0', '--ui-port', '0', '--psql-port', '0']
  const child = spawn(process.execPath, ['out/main/headless.js', '--data-dir', dataDir, ...ports, ...flags], {
    cwd: root,
    env: { PATH: process.env.PATH, LAB_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ready = new Promise<Awaited<Headless['ready']>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, device, workflow, uiUrl] = /^ready device=(\S+) workflow=(\S+) ui=(\S+)/.exec(line) ?? []
      const psqlPort = Number(/postgresql:\/\/[^"]*:(\d+)\//.exec(said)?.[1])
      if (device && workflow && uiUrl) resolve({ device: createClient(device), workflow: createClient(workflow), uiUrl, psqlPort })
    })
    exited.then(
      () => reject(new Error(`the program ended before it was ready: ${said}`)),
      () => undefined,
    )
  })
  // Whoever kills it during its start does not look at this.
  ready.catch(() => undefined)
  return {
    process: child,
    ready,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
