/** Turns an empty data folder into one with a database, all at once: whenever the power goes, the next start finds all of it or nothing. */

import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { flushFolder, flushTree } from './durable-files.ts'
import { DataFolderUnusable } from './errors.ts'
import { inWords } from './folder-errors.ts'
import { makeDatabase } from './new-database.ts'
import { copyTemplate } from './template.ts'

/** PGlite's. The folder of another version cannot be opened, and PostgreSQL would not say so in a person's words. */
const postgresVersion = '18'

export type FolderOptions = { templateFolder?: string | undefined; logger?: Logger | undefined }

/**
 * @param folder must exist, and be locked by the caller
 * @returns whether the database is new
 * @throws DataFolderUnusable
 */
export async function prepareDataFolder(folder: string, options: FolderOptions): Promise<boolean> {
  try {
    const draft = `${folder}.part`
    rmSync(draft, { recursive: true, force: true })
    if (holdsDatabase(folder)) return false
    await makeInPlace(folder, draft, options)
    return true
  } catch (error) {
    throw inWords(error, folder)
  }
}

/** @throws DataFolderUnusable for what is neither empty nor a database that this program can open */
function holdsDatabase(folder: string): boolean {
  const names = readdirSync(folder)
  if (names.length === 0) return false
  if (!names.includes('PG_VERSION')) {
    throw new DataFolderUnusable(`The folder ${folder} has other files in it and no Benchkeeper data: choose an empty one.`)
  }
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version === postgresVersion) return true
  throw new DataFolderUnusable(`The data in ${folder} is of PostgreSQL ${version}; this program has version ${postgresVersion}.`)
}

async function makeInPlace(folder: string, draft: string, { templateFolder, logger }: FolderOptions): Promise<void> {
  const around = dirname(folder)
  if (statSync(folder).dev !== statSync(around).dev) {
    throw new DataFolderUnusable(`${folder} is a whole volume: choose a folder in it for the data.`)
  }
  const began = performance.now()
  const fromTemplate = templateFolder !== undefined && existsSync(join(templateFolder, 'PG_VERSION'))
  if (fromTemplate) copyTemplate(templateFolder, draft)
  else await makeDatabase(draft)
  chmodSync(draft, 0o700)
  await flushTree(draft)
  // Windows renames nothing onto a folder that exists.
  rmdirSync(folder)
  renameSync(draft, folder)
  await flushFolder(around)
  logger?.info({ fromTemplate, milliseconds: Math.round(performance.now() - began) }, 'a new database was made')
}
