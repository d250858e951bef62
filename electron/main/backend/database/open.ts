/** Opens the lab's database, whichever it is, and hands out one face for both. */

import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Logger } from 'pino'
import * as schema from '../../../../db/schema/schema.ts'
import { prepareDataFolder } from './data-folder.ts'
import { type EmbeddedStore, openEmbeddedStore } from './embedded-store.ts'
import { lockFolder } from './folder-lock.ts'
import { migrate, migrateStore } from './migrate.ts'
import { connectToServer, createServerStore, inWords } from './server-store.ts'
import type { Store } from './store.ts'

export { CannotOpenDatabase, DatabaseUnreachable } from './errors.ts'

export type Database = Store & {
  /** Lets psql in; only the embedded database does, a server has a port of its own. */
  admitGuest?: EmbeddedStore['admitGuest']
  /** Only the embedded database can be copied as a folder; a server has its own ways. */
  embedded?: { folder: string; holdStill: EmbeddedStore['holdStill'] }
  db: NodePgDatabase<typeof schema>
  kind: 'embedded' | 'server'
  /** This opening made it. */
  isNew: boolean
}

type CommonOptions = { migrationsFolder: string; logger?: Logger }
export type EmbeddedOptions = CommonOptions & {
  dataDir: string
  /** What `makeTemplate` wrote. Without it a first start takes some seconds longer. */
  templateFolder?: string
  /** False: nothing is flushed to the disk, for a database that nobody will miss. */
  durable?: boolean
}
export type ServerOptions = CommonOptions & {
  databaseUrl: string
  /** Connections at most. Default 10. */
  poolSize?: number
}

/**
 * Migrated, in UTC, ready.
 * @throws DatabaseUnreachable when trying again later may help; any other CannotOpenDatabase when a person has to do something
 */
export async function openDatabase(options: EmbeddedOptions | ServerOptions): Promise<Database> {
  return 'databaseUrl' in options ? openServer(options) : openEmbedded(options)
}

async function openEmbedded({ dataDir, templateFolder, migrationsFolder, logger, durable = true }: EmbeddedOptions): Promise<Database> {
  const lock = lockFolder(dataDir)
  try {
    const isNewFolder = await prepareDataFolder(lock.folder, { templateFolder, logger })
    // Here goes the start-up check: page checksums do not notice a file that became empty, so sizes have to be compared with what was written.
    const store = await openEmbeddedStore(lock.folder, { logger, ...(durable ? {} : { flush: () => {} }) })
    const { isNew } = await migrateStore(store, migrationsFolder, logger)
    const close = () => store.close().finally(lock.release)
    const embedded = { folder: lock.folder, holdStill: store.holdStill }
    return { ...store, embedded, db: drizzle({ client: store.pool, schema }), kind: 'embedded', isNew: isNewFolder || isNew, close }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openServer({ databaseUrl, poolSize, migrationsFolder, logger }: ServerOptions): Promise<Database> {
  const client = await connectToServer(databaseUrl)
  try {
    const { isNew } = await migrate(client, migrationsFolder, logger)
    const store = createServerStore({ databaseUrl, poolSize, logger })
    return { ...store, db: drizzle({ client: store.pool, schema }), kind: 'server', isNew }
  } catch (error) {
    throw inWords(error, databaseUrl)
  } finally {
    await client.end()
  }
}
