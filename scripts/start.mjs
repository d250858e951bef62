/**
 * `npm start`: builds what is stale and runs the lab headless in this very process, so that signals, flags, standard output
 * and the exit code are the program's own. (The desktop app comes later; `--headless` is the program's flag already.)
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale, root } from './build.mjs'

const headless = join(root, 'out', 'main', 'headless.js')

stopWithShell()

const stale = isStale()
const missing = missingPackages(stale)
if (missing.length > 0) giveUp(`Run "npm ci" first: ${list(missing)} not installed.`)
if (stale) await build().catch((error) => giveUp(error.message))

// The program takes its flags from behind its own name.
process.argv[1] = headless
await import(pathToFileURL(headless).href)

/**
 * npm runs this through a shell. Told to stop, npm tells the shell, which ends without a word to us: losing the parent is that word.
 * Windows has no such signals.
 */
function stopWithShell() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

/**
 * Not there, or of another version than package.json pins (after an update without "npm ci").
 * @param {boolean} toBuild whether the packages that only the build needs are needed
 * @returns {string[]}
 */
function missingPackages(toBuild) {
  const { dependencies, devDependencies } = readJson(join(root, 'package.json'))
  return Object.entries({ ...dependencies, ...(toBuild ? devDependencies : {}) })
    .filter(([name, wanted]) => {
      const installed = join(root, 'node_modules', name, 'package.json')
      return !existsSync(installed) || (/^\d/.test(wanted) && readJson(installed).version !== wanted)
    })
    .map(([name, wanted]) => `${name} ${wanted}`)
}

/** @param {string[]} names */
function list(names) {
  const [first, ...others] = names
  return others.length > 0 ? `${first} and ${others.length} more packages are` : `${first} is`
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function giveUp(sentence) {
  console.error(sentence)
  process.exit(1)
}
