/**
 * Builds the program into out/, and knows whether that is still to be done.
 * `npm run build` always builds; `npm start` only when something is newer than the last build that came to its end.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const sources = ['shared', 'db', 'electron', 'renderer', 'resources']
const settings = ['electron.vite.config.ts', 'tsconfig.base.json', 'package.json', 'package-lock.json', 'scripts/build.mjs']
const stamp = join(root, 'out', 'built')

/** Whether something that the program is made of changed since the last complete build began. */
export function isStale() {
  if (!existsSync(stamp)) return true
  const began = Number(readFileSync(stamp, 'utf8'))
  return [...sources, ...settings].some((name) => newest(join(root, name)) > began)
}

/** Everything the steps say goes to standard error: on standard output others wait for the program's ready line. */
export async function build() {
  const began = Date.now()
  rmSync(stamp, { force: true })
  await run('node_modules/electron-vite/bin/electron-vite.js', 'build')
  await run('out/main/make-template.js')
  writeFileSync(stamp, String(began))
}

/**
 * Folders count as well: the time of theirs tells of a file that was deleted.
 * @param {string} path
 * @returns {number} milliseconds since 1970; 0 when there is nothing
 */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  const below = stats.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : []
  return Math.max(stats.mtimeMs, ...below)
}

/**
 * @param {string} script
 * @param {string[]} args
 */
async function run(script, ...args) {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', process.stderr, process.stderr] })

  // Who is told to stop while building takes the build along, and then ends as it was told.
  /** @type {NodeJS.Signals | undefined} */
  let stopped
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    stopped = signal
    child.kill(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const [code] = await once(child, 'exit')
  process.off('SIGINT', stop).off('SIGTERM', stop)

  if (stopped) process.kill(process.pid, stopped)
  if (code !== 0) throw new Error(`the build stopped at ${script}; what went wrong is above`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
