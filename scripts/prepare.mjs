/**
 * What every script does before it runs the built program: the packages are those that package.json names, and nothing in out/ is stale.
 * Run by itself (`node scripts/prepare.mjs`) it does just that and says what is wrong.
 */

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildWhenStale, isStale, root } from './build.mjs'

/**
 * Prepares, and runs an entry of the built program in this very process, so that signals, flags, standard output and the exit code are
 * the program's own.
 * @param {string} name of the entry in out/main
 * @param {{ quiet?: boolean }} [options]
 */
export async function runBuilt(name, options) {
  await prepare(options)
  const entry = join(root, 'out', 'main', `${name}.js`)
  // The program takes its flags from behind its own name.
  process.argv[1] = entry
  await import(pathToFileURL(entry).href)
}

/**
 * Ends the process with a sentence when the program cannot be made ready.
 * @param {{ quiet?: boolean }} [options] quiet: what the build says is only shown when it fails
 */
export async function prepare(options) {
  const missing = missingPackages(isStale())
  if (missing.length > 0) giveUp(`Run "npm ci" first: ${list(missing)} not installed.`)
  await buildWhenStale(options).catch((error) => giveUp(error.message))
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

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await prepare({ quiet: true })
