/** Runs a script of the project as a person would, and says how it ended. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type ScriptEnd = { code: number | NodeJS.Signals; out: string; err: string }

const root = join(import.meta.dirname, '..', '..')

/** Nobody sits at its terminal, and what this computer is set up for does not count. */
export function startScript(program: string, args: string[], environment: Record<string, string> = {}) {
  const ours = Object.entries(process.env).filter(([name]) => !/^(LAB_|DATABASE_URL|DEVICE_URL|WORKFLOW_URL|npm_|INIT_CWD)/.test(name))
  const child = spawn(program, args, { cwd: root, env: { ...Object.fromEntries(ours), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  const ended = once(child, 'close').then(([code, signal]): ScriptEnd => ({ code: code ?? signal, out, err }))
  return { child, ended }
}

export function runScript(program: string, args: string[], environment?: Record<string, string>): Promise<ScriptEnd> {
  return startScript(program, args, environment).ended
}

/** What an end looks like without the line that says that something had to be built. */
export function withoutBuilding({ err, ...end }: ScriptEnd): ScriptEnd {
  return { ...end, err: err.replace(/^Building what has changed …\n/, '') }
}
