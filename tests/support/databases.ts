/** Databases of its own for a test: a copy of the migrated template, or a new database on the run's server. */

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { type Database, openDatabase } from '../../electron/main/backend/database/open.ts'

export type Place<Options> = {
  options: Options & { migrationsFolder: string }
  remove(): Promise<void>
}

const migrationsFolder = join(import.meta.dirname, '..', '..', 'db', 'migrations')
const kinds = { embedded: newDataFolder, server: newServerDatabase }

/** Runs the suite on the embedded database and on a server. `database` is open from the first test on. */
export function forEachDatabase(name: string, body: (database: () => Database, kind: Database['kind']) => void): void {
  describe.each(['embedded', 'server'] as const)(`${name} (%s)`, (kind) => {
    let place: Place<{ dataDir: string; templateFolder: string }> | Place<{ databaseUrl: string }> | undefined
    let database: Database | undefined

    beforeAll(async () => {
      place = await kinds[kind]()
      database = await openDatabase(place.options)
    })
    afterAll(async () => {
      await database?.close()
      await place?.remove()
    })
    body(() => {
      if (!database) throw new Error('the database is open from the first test on')
      return database
    }, kind)
  })
}

/** A folder that does not exist yet, in one that is removed. */
export async function newDataFolder(): Promise<Place<{ dataDir: string; templateFolder: string }>> {
  const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-data-'))
  return {
    options: { dataDir: join(folder, 'data'), templateFolder: inject('templateFolder'), migrationsFolder },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An empty database. */
export async function newServerDatabase(): Promise<Place<{ databaseUrl: string }>> {
  const serverUrl = inject('serverUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = name
  return {
    options: { databaseUrl: url.toString(), migrationsFolder },
    remove: () => onServer(serverUrl, `drop database ${name} with (force)`),
  }
}

/** One statement on a connection of its own. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
