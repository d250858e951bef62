/** Says which SQL a piece of work sent. */

import type { ClientBase, Pool } from 'pg'
import type { Database } from '../../electron/main/backend/database/open.ts'

export type Statement = { text: string; values: readonly unknown[] }

/** Everything that went through the database's connections meanwhile, `begin` and `commit` included; so nothing else may run at the same time. */
export async function countStatements<T>(database: Database, work: () => Promise<T>): Promise<{ statements: string[]; value: T }> {
  const { statements, value } = await recordStatements(database.pool, work)
  return { statements: statements.map(({ text }) => text), value }
}

/** The same, with what was sent for their parameters. */
export async function recordStatements<T>(pool: Pool, work: () => Promise<T>): Promise<{ statements: Statement[]; value: T }> {
  const statements: Statement[] = []
  const watched = new Map<ClientBase, ClientBase['query']>()

  function watch(client: ClientBase): void {
    const query = client.query
    watched.set(client, query)
    client.query = ((...args: Parameters<typeof query>) => {
      const [statement, values]: unknown[] = args
      const { text, values: own } =
        typeof statement === 'string' ? { text: statement } : (statement as { text: string; values?: unknown[] })
      statements.push({ text, values: Array.isArray(values) ? values : (own ?? []) })
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
