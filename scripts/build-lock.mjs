/** One build at a time: several scripts that find the program stale at the same moment shall not write into one another's output. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds. A build takes some seconds; who holds the lock for longer has been replaced by another process of the same number. */
const patience = 120_000
const lookAgainAfter = 100

/**
 * Does the work when nobody else is at it, in this process or another.
 * @template T
 * @param {string} path of the lock file; it holds the number of the process that builds
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(path, work) {
  mkdirSync(dirname(path), { recursive: true })
  const deadline = Date.now() + patience
  while (!take(path)) {
    if (!isHeld(path) || Date.now() > deadline) rmSync(path, { force: true })
    else await setTimeout(lookAgainAfter)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path */
function isHeld(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'))
    // Just made and not written yet: it is held.
    if (!holder) return true
    process.kill(holder, 0)
    return true
  } catch (error) {
    // Another user's process answers with EPERM, and lives.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
