/** Makes an empty database in a folder (initdb), small enough to be copied often. */

import { PGlite } from '@electric-sql/pglite'
import { DurableNodeFs } from './durable-node-fs.ts'
import { startParams } from './pglite-session.ts'

/** Log files of 1 MB instead of 16: they are flushed and copied whole. */
const initDbStartParams = ['--wal-segsize=1']

/**
 * The two templates for further databases are two thirds of what initdb makes. This program has one database, and no use for them.
 * Freezing at once spares every copy of the folder from doing it later, page by page.
 */
const slimDown = [
  'alter database template0 is_template false',
  'alter database template1 is_template false',
  'drop database template0',
  'drop database template1',
  'vacuum freeze',
  'checkpoint',
]

/** Takes some seconds. The folder is complete, closed in order, but not flushed to the disk. */
export async function makeDatabase(folder: string): Promise<void> {
  const fs = new DurableNodeFs(folder, { isFlushed: false, onFlush: () => {}, flush: () => {} })
  const pglite = await PGlite.create({ fs, startParams: [...startParams, '-c', 'wal_recycle=off'], initDbStartParams })
  try {
    for (const statement of slimDown) await pglite.exec(statement)
  } finally {
    await pglite.close()
  }
}
