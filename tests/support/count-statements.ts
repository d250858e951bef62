/** Says which SQL a piece of work sent. */

import type { ClientBase } from 'pg'
import type { Database } from '../../electron/main/backend/database/open.ts'

/** Everything that went through the database's connections meanwhile, `begin` and `commit` included; so nothing else may run at the same time. */
export async function countStatements<T>(database: Database, work: () => Promise<T>): Promise<{ statements: string[]; value: T }> {
  const { pool } = database
  const statements: string[] = []
  const watched = new Map<ClientBase, ClientBase['query']>()

  function watch(client: ClientBase): void {
    const query = client.query
    watched.set(client, query)
    client.query = ((...args: Parameters<typeof query>) => {
      const [statement]: unknown[] = args
      statements.push(typeof statement === 'string' ? statement : String((statement as { text: unknown }).text))
      return query.apply(client, args)
    }) as typeof query // what it was, with all its overloads
  }
  function unwatch(client: ClientBase): void {
    const query = watched.get(client)
    if (query) client.query = query
    watched.delete(client)
  }
  const released = (_error: Error | undefined, client: ClientBase) => unwatch(client)

  pool.on('acquire', watch).on('release', released)
  try {
    return { value: await work(), statements }
  } finally {
    pool.off('acquire', watch).off('release', released)
    for (const client of watched.keys()) unwatch(client)
  }
}
