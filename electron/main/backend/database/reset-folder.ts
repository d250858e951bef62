/** Takes a lab's data out of its folder and, when no new lab comes of it, puts it back. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { flushFolder } from './durable-files.ts'
import { DataFolderUnusable } from './errors.ts'
import { inWords } from './folder-errors.ts'

export type LabData = { bytes: number; lastChange: Date }

/**
 * What a reset of this folder would delete; undefined when it is empty.
 * @param folder must be locked by the caller
 * @throws DataFolderUnusable when something in it is not Benchkeeper's
 */
export function findLabData(folder: string): LabData | undefined {
  try {
    const names = readdirSync(folder)
    if (names.length === 0) return undefined
    refuseOthers(folder, names)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
    return {
      bytes: files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0),
      lastChange: new Date(Math.max(...files.map(({ mtimeMs }) => mtimeMs))),
    }
  } catch (error) {
    throw inWords(error, folder)
  }
}

/**
 * Leaves the folder empty, its data beside it.
 * @param folder must be locked by the caller
 */
export async function setAside(folder: string): Promise<void> {
  try {
    // What a reset left that a power cut ended: it was to be deleted then.
    forget(folder)
    renameSync(folder, asideOf(folder))
    mkdirSync(folder, { mode: 0o700 })
    await flushFolder(join(folder, '..'))
  } catch (error) {
    putBack(folder)
    throw inWords(error, folder)
  }
}

/**
 * The data is as it was, whatever has come into its place.
 * @param folder must be locked by the caller
 */
export function putBack(folder: string): void {
  if (!existsSync(asideOf(folder))) return
  rmSync(folder, { recursive: true, force: true })
  renameSync(asideOf(folder), folder)
}

/** Deletes what was set aside. */
export function forget(folder: string): void {
  rmSync(asideOf(folder), { recursive: true, force: true })
}

function asideOf(folder: string): string {
  return `${folder}.before-reset`
}

/** What PostgreSQL keeps in its folder, and what this program may come to keep there. */
const ours = /^(PG_VERSION|base|global|pg_\w+(\.conf)?|postgresql(\.auto)?\.conf|postmaster\.(pid|opts)|benchkeeper[\w.-]*)$/

/**
 * A server's folder looks much the same, and nobody gets it back. But a server has the two template databases (1 and 4), which
 * makeDatabase drops, and writes down how it was started.
 */
function refuseOthers(folder: string, names: readonly string[]): void {
  const foreign = names.find((name) => !ours.test(name))
  if (foreign !== undefined) {
    throw new DataFolderUnusable(`${folder} is not a Benchkeeper data folder: "${foreign}" is in it. Nothing was deleted.`)
  }
  const isDatabase = ['PG_VERSION', 'global', 'base'].every((name) => names.includes(name))
  const isServers = names.includes('postmaster.opts') || ['1', '4'].some((template) => existsSync(join(folder, 'base', template)))
  if (!isDatabase || isServers) {
    const what = isServers ? 'it belongs to a PostgreSQL server' : 'there is no lab in it'
    throw new DataFolderUnusable(`${folder} is not a Benchkeeper data folder: ${what}. Nothing was deleted.`)
  }
}
