/** Brings the tables to the state that this program knows. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import type { Client, ClientBase, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { NewerSchema } from './errors.ts'
import type { Store } from './store.ts'

export type MigrationResult = {
  /** There was nothing before. */
  isNew: boolean
  /** Tags, in order. */
  applied: string[]
}

/** What drizzle-kit writes beside the migrations. `when` is how Drizzle tells them apart, in milliseconds. */
const journalSchema = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) })

/** Of the advisory locks: "BENC" in ASCII. Held by one program at a time while it migrates. */
const migrationLock = 0x42454e43

/**
 * Idempotent, and safe when several programs start at once on one server.
 * @param client one connection, because the lock belongs to it
 * @throws NewerSchema
 */
export async function migrate(client: Client | PoolClient, migrationsFolder: string, logger?: Logger): Promise<MigrationResult> {
  const known = readJournal(migrationsFolder)
  await client.query('select pg_advisory_lock($1)', [migrationLock])
  try {
    const before = await appliedMigrations(client)
    refuseNewer(before, known)

    const missing = known.filter(({ when }) => !before.includes(when))
    if (missing.length > 0) await applyMigrations(drizzle(client), { migrationsFolder })
    const applied = missing.map(({ tag }) => tag)
    if (applied.length > 0) logger?.info({ applied }, 'the database was brought up to date')
    return { isNew: before.length === 0, applied }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
  }
}

/** The same for a store that was just opened; it is closed when that fails. */
export async function migrateStore(store: Store, migrationsFolder: string, logger?: Logger): Promise<MigrationResult> {
  try {
    const client = await store.pool.connect()
    return await migrate(client, migrationsFolder, logger).finally(() => client.release())
  } catch (error) {
    await store.close()
    throw error
  }
}

type Migration = z.infer<typeof journalSchema>['entries'][number]

function readJournal(folder: string): Migration[] {
  const { entries } = journalSchema.parse(JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')))
  // Drizzle skips, without a word, one that is older than the last applied.
  const misplaced = entries.find(({ when }, index) => when <= (entries[index - 1]?.when ?? 0))
  if (misplaced) throw new Error(`the migration ${misplaced.tag} is not newer than the one before it`)
  return entries
}

/** When each was made, in the order in which they were applied. */
async function appliedMigrations(client: ClientBase): Promise<number[]> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('drizzle.__drizzle_migrations') is not null as there`)
  if (!rows[0]?.there) return []
  const applied = await client.query<{ when: string }>('select created_at as when from drizzle.__drizzle_migrations order by id')
  return applied.rows.map(({ when }) => Number(when))
}

function refuseNewer(applied: number[], known: Migration[]): void {
  if (applied.every((when) => known.some((migration) => migration.when === when))) return
  const [theirs, ours] = [schemaNumber(applied.length), schemaNumber(known.length)]
  throw new NewerSchema(
    `This database was written by a newer Benchkeeper (schema ${theirs}); this program knows up to ${ours}. Install the newer version.`,
  )
}

/** As drizzle-kit numbers them: 0000 is the first. */
function schemaNumber(count: number): string {
  return String(count - 1).padStart(4, '0')
}
