/**
 * Builds the program into out/, and knows whether that is still to be done.
 * `npm run build` always builds; `npm start` only when something is newer than the last build that came to its end.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alone } from './build-lock.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

const sources = ['shared', 'db', 'electron', 'cli', 'renderer', 'resources']
const settings = ['electron.vite.config.ts', 'tsconfig.base.json', 'package.json', 'package-lock.json', 'scripts/build.mjs']
const stamp = join(root, 'out', 'built')
const lock = join(root, 'out', 'building')

/** Whether something that the program is made of changed since the last complete build began. */
export function isStale() {
  if (!existsSync(stamp)) return true
  const began = Number(readFileSync(stamp, 'utf8'))
  return [...sources, ...settings].some((name) => newest(join(root, name)) > began)
}

/**
 * Everything the steps say goes to standard error: on standard output others wait for the program's ready line.
 * @param {{ quiet?: boolean }} [options] quiet: it is only shown when something goes wrong
 */
export function build(options) {
  return alone(lock, () => runSteps(options))
}

/** @param {{ quiet?: boolean }} [options] as of `build` */
export async function buildWhenStale(options) {
  if (!isStale()) return
  await alone(lock, async () => {
    // Somebody else may have built it meanwhile.
    if (isStale()) await runSteps(options)
  })
}

/** @param {{ quiet?: boolean }} [options] */
async function runSteps({ quiet = false } = {}) {
  const began = Date.now()
  if (quiet) console.error('Building what has changed …')
  rmSync(stamp, { force: true })
  await run(quiet, 'node_modules/electron-vite/bin/electron-vite.js', 'build')
  await run(quiet, 'out/main/make-template.js')
  writeFileSync(stamp, String(began))
}

/**
 * Folders count as well: the time of theirs tells of a file that was deleted. Tests are no part of the program.
 * @param {string} path
 * @returns {number} milliseconds since 1970; 0 when there is nothing
 */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats || path.endsWith('.test.ts')) return 0
  const below = stats.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : []
  return Math.max(stats.mtimeMs, ...below)
}

/**
 * @param {boolean} quiet
 * @param {string} script
 * @param {string[]} args
 */
async function run(quiet, script, ...args) {
  const output = quiet ? 'pipe' : process.stderr
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', output, output] })
  /** @type {Buffer[]} */
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))

  // Who is told to stop while building takes the build along, and then ends as it was told.
  /** @type {NodeJS.Signals | undefined} */
  let stopped
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    stopped = signal
    child.kill(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const [code] = await once(child, 'close')
  process.off('SIGINT', stop).off('SIGTERM', stop)

  if (stopped) process.kill(process.pid, stopped)
  if (code === 0) return
  process.stderr.write(Buffer.concat(said))
  throw new Error(`the build stopped at ${script}; what went wrong is above`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
