/** The built program without a window, as a process of its own, in a temporary folder and on free ports. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../../support/client.ts'

export type LabSettings = {
  /** How much faster than nominal the simulated devices run. 0 = no waiting. */
  simSpeed?: number
  demo?: boolean
  demoLogs?: number
  /** Further flags of the program. */
  flags?: string[]
}

export type HeadlessLab = {
  urls: { device: string; workflow: string; ui: string }
  /** The REST services, as a script uses them. */
  device: Client
  workflow: Client
  /** Ends the program as a power cut would. */
  kill(): Promise<void>
  /** Starts it again after `kill`: on the same folder and the same ports. */
  start(): Promise<void>
  /** Ends the program in order and removes its folder. */
  close(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')

/** Resolves when the program is ready. */
export async function startHeadlessLab({ simSpeed = 10, demo = true, demoLogs = 200, flags = [] }: LabSettings = {}): Promise<HeadlessLab> {
  const folder = await mkdtemp(join(tmpdir(), 'benchkeeper-e2e-'))
  let ports = { device: '0', workflow: '0', ui: '0' }
  let child: ChildProcess | undefined

  async function start() {
    const lab = [
      '--data-dir',
      join(folder, 'lab'),
      demo ? '--demo' : '--no-demo',
      '--demo-logs',
      String(demoLogs),
      '--sim-speed',
      String(simSpeed),
    ]
    const at = ['--device-port', ports.device, '--workflow-port', ports.workflow, '--ui-port', ports.ui]
    const started = spawn(process.execPath, [join(root, 'out', 'main', 'headless.js'), ...lab, ...at, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LAB_LOG_LEVEL: 'warn' },
    })
    child = started
    const urls = await readyUrls(started)
    ports = { device: new URL(urls.device).port, workflow: new URL(urls.workflow).port, ui: new URL(urls.ui).port }
    return urls
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
  }

  const urls = await start()
  return {
    urls,
    device: createClient(urls.device),
    workflow: createClient(urls.workflow),
    kill: () => end('SIGKILL'),
    async start() {
      await start()
    },
    async close() {
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What it says on standard error is shown when it does not come up. */
function readyUrls(child: ChildProcess): Promise<HeadlessLab['urls']> {
  return new Promise((resolve, reject) => {
    let output = ''
    let complaints = ''
    child.stderr?.on('data', (chunk) => {
      complaints += chunk
    })
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const [, device, workflow, ui] = /^ready device=(\S+) workflow=(\S+) ui=(\S+)$/m.exec(output) ?? []
      if (device && workflow && ui) resolve({ device, workflow, ui })
    })
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it was ready: ${complaints}`)))
  })
}
