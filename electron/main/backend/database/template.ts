/** A migrated, empty database as a folder: copying it takes a tenth of a second where making one takes seconds. */

import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { openEmbeddedStore } from './embedded-store.ts'
import { migrateStore } from './migrate.ts'
import { makeDatabase } from './new-database.ts'

/** To be raised when makeDatabase changes. */
const format = 1

const stampFile = 'benchkeeper-template.json'
const stampSchema = z.object({
  /** Of everything the template is made from. */
  fingerprint: z.string(),
  /** Installers and archives lose empty folders, and PostgreSQL does not start without them. */
  folders: z.array(z.string()),
})

/**
 * Leaves one alone that is up to date. Written aside and renamed, so that there is a complete one or none.
 * @param migrationsFolder default: the project's, seen from its root
 * @returns whether it was made
 */
export async function makeTemplate(folder: string, migrationsFolder = join('db', 'migrations')): Promise<boolean> {
  const fingerprint = fingerprintOf(migrationsFolder)
  if (readStamp(folder)?.fingerprint === fingerprint) return false

  const draft = `${folder}.part`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  await makeDatabase(draft)
  const store = await openEmbeddedStore(draft, { flush: () => {} })
  await migrateStore(store, migrationsFolder)
  await store.close()

  const folders = readdirSync(draft, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory())
  const stamp = { fingerprint, folders: folders.map((entry) => relative(draft, join(entry.parentPath, entry.name))) }
  writeFileSync(join(draft, stampFile), JSON.stringify(stamp satisfies z.infer<typeof stampSchema>))
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
  return true
}

/** For its owner only, and not flushed to the disk yet. */
export function copyTemplate(template: string, folder: string): void {
  cpSync(template, folder, { recursive: true })
  for (const name of readStamp(folder)?.folders ?? []) mkdirSync(join(folder, name), { recursive: true })
  rmSync(join(folder, stampFile), { force: true })
  // An installed program may be read-only.
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600)
  }
}

function readStamp(folder: string): z.infer<typeof stampSchema> | undefined {
  const path = join(folder, stampFile)
  return existsSync(path) ? stampSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

function fingerprintOf(migrationsFolder: string): string {
  const hash = createHash('sha256').update(`${format} ${pgliteVersion()}`)
  for (const name of readdirSync(migrationsFolder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(sql|json)$/.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(migrationsFolder, name)))
  }
  return hash.digest('hex')
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { version: string }
  return version
}
