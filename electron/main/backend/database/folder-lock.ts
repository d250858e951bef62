/**
 * One opener per data folder, for as long as it lives: a lock file beside the folder names the process that holds it.
 *
 * The file appears whole or not at all, so nobody takes a half-written one for a stale one. Whoever finds the holder dead must first
 * lock that very holder's file name (`<lock>.<nonce>.claim`, by the same rules), so two that find it at once never both take over.
 */

import { randomUUID } from 'node:crypto'
import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { hasCode } from './codes.ts'
import { writeFileDurably } from './durable-files.ts'
import { DataFolderLocked, DataFolderUnusable } from './errors.ts'
import { inWords } from './folder-errors.ts'
import { isRunning, markOfThisProcess } from './process-mark.ts'

export type FolderLock = {
  /** The folder by its real name: no links, no `..`. */
  folder: string
  /** May be called again. */
  release(): void
}

/** What a lock file says. The nonce is a UUID because it becomes part of a file name. */
const holderSchema = z.object({
  pid: z.int().positive(),
  processStart: z.string(),
  host: z.string(),
  nonce: z.uuid(),
  since: z.string(),
})
type Holder = z.infer<typeof holderSchema>

/**
 * Makes the folder if there is none, and holds it until released or until this process ends, however it ends.
 * @throws DataFolderLocked, DataFolderUnusable
 */
export function lockFolder(folder: string): FolderLock {
  try {
    return lock(realFolder(folder))
  } catch (error) {
    throw inWords(error, folder)
  }
}

function lock(folder: string): FolderLock {
  const path = `${folder}.lock`
  const mine = take(path, folder)

  function release(): void {
    process.off('exit', release)
    // Only its own: a person may have deleted it, and another program taken its place.
    if (readHolder(path, folder)?.nonce === mine.nonce) rmSync(path, { force: true })
  }
  // A worker thread that breaks leaves its process alive, and a new one must be able to open the folder.
  process.once('exit', release)
  return { folder, release }
}

function take(path: string, folder: string): Holder {
  const { pid, start } = markOfThisProcess()
  const mine: Holder = { pid, processStart: start, host: hostname(), nonce: randomUUID(), since: new Date().toISOString() }
  const draft = `${path}.${mine.nonce}`
  writeFileDurably(draft, `${JSON.stringify(mine)}\n`)
  try {
    for (;;) {
      if (appear(draft, path)) return mine
      const holder = readHolder(path, folder)
      if (!holder) continue
      if (isHeld(holder)) throw heldBy(holder, folder, path)
      if (replaceStale(draft, path, holder, folder)) return mine
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** @returns false when somebody else has replaced it before */
function replaceStale(draft: string, path: string, stale: Holder, folder: string): boolean {
  const claim = `${path}.${stale.nonce}.claim`
  take(claim, folder)
  try {
    if (readHolder(path, folder)?.nonce !== stale.nonce) return false
    renameSync(draft, path)
    return true
  } finally {
    rmSync(claim, { force: true })
  }
}

/** @returns false when there is one already */
function appear(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
  }
  // A file system without hard links. Who reads the copy before it is whole finds it unreadable, and that counts as held.
  try {
    copyFileSync(draft, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Of another computer's processes nothing is known, so it holds what it holds. */
function isHeld({ host, pid, processStart }: Holder): boolean {
  return host !== hostname() || isRunning({ pid, start: processStart })
}

function heldBy({ pid, host }: Holder, folder: string, path: string): DataFolderLocked {
  if (pid === process.pid && host === hostname())
    return new DataFolderLocked(`This program has the data folder ${folder} open already.`, { pid, host })
  if (host === hostname())
    return new DataFolderLocked(`The data folder ${folder} is in use by another Benchkeeper (process ${pid}).`, { pid, host })
  const advice = `If that program is gone, delete the file ${path} and start again.`
  return new DataFolderLocked(`The data folder ${folder} is in use by a Benchkeeper on the computer ${host} (process ${pid}). ${advice}`, {
    pid,
    host,
  })
}

/** @returns undefined when there is no such file */
function readHolder(path: string, folder: string): Holder | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    const advice = `If no Benchkeeper is running, delete the file ${path} and start again.`
    throw new DataFolderLocked(`The data folder ${folder} is locked by a file that cannot be read. ${advice}`)
  }
}

/** The system's own spelling, so that all ways of writing the folder end at one lock file. */
function realFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const real = realpathSync.native(folder)
  if (dirname(real) === real) throw new DataFolderUnusable(`${real} is a whole drive: choose a folder in it for the data.`)
  return real
}
