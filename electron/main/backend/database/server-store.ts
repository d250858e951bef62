/** A PostgreSQL server that others may use as well. */

import { Client, type ClientBase, Pool } from 'pg'
import type { Logger } from 'pino'
import { codeOf } from './codes.ts'
import { CannotOpenDatabase, DatabaseRefused, DatabaseUnreachable } from './errors.ts'
import { listenOnServer } from './server-listener.ts'
import { hearErrors, type Store, waitAWhile } from './store.ts'

export type ServerStoreOptions = {
  databaseUrl: string
  /** Connections at most. Default 10. */
  poolSize?: number | undefined
  logger?: Logger | undefined
}

/** Milliseconds. */
const connectionTimeoutMillis = 10_000

/**
 * Times are in UTC; and a program that stops in the middle of a transaction (a laptop that is closed) keeps its locks from the others
 * for no longer than this.
 */
const sessionSettings = `set time zone 'UTC'; set idle_in_transaction_session_timeout = '30s'`

/** What only a person can set right: wrong password or user (28), no such database (3D), no rights (42501), not PostgreSQL's language (08P01). */
const refusals = /^(28|3D|42501|08P01)/

/** Does not connect yet. */
export function createServerStore({ databaseUrl, poolSize = 10, logger }: ServerStoreOptions): Store {
  const pool = new Pool({ ...connectionConfig(databaseUrl), max: poolSize, onConnect: settle as (client: ClientBase) => void })
  hearErrors(pool, logger)

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    if (!(await waitAWhile(pool.end()))) logger?.error('a database connection was never given back')
  }

  return {
    pool,
    listen: (channels, onNotification, onReconnected, onGone) =>
      listenOnServer(() => connectToServer(databaseUrl), { channels, onNotification, onReconnected, onGone, logger }),
    // Its checkpointer does.
    checkpoint: async () => {},
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/**
 * One connection of its own.
 * @throws DatabaseUnreachable, DatabaseRefused
 */
export async function connectToServer(databaseUrl: string): Promise<Client> {
  const client = newClient(databaseUrl)
  // Who uses it sees the failure in the query that fails; without a listener the program would end.
  client.on('error', () => {})
  try {
    await client.connect()
    await settle(client)
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw inWords(error, databaseUrl)
  }
}

/** Tells apart what may pass by waiting from what a person must set right. Anything else comes back as it was. */
export function inWords(error: unknown, databaseUrl: string): unknown {
  if (error instanceof CannotOpenDatabase || !(error instanceof Error)) return error
  const reason = error.message || (error instanceof AggregateError ? String(error.errors[0]?.message) : error.name)
  const place = placeOf(databaseUrl)
  if (refusals.test(codeOf(error) ?? '') || /\b(SSL|TLS|certificate|SASL)\b/.test(reason))
    return new DatabaseRefused(`The database ${place} cannot be used: ${reason}.`, { cause: error })
  if (isConnectionError(error)) return new DatabaseUnreachable(`The database ${place} does not answer: ${reason}.`, { cause: error })
  return error
}

/** Node's network errors; PostgreSQL's classes 08 (connection), 53300 (too many connections), 57P (stopping, crashed, starting); pg's own words. */
function isConnectionError(error: Error): boolean {
  const code = codeOf(error) ?? ''
  return (
    /^(08|53300|57P0|E[A-Z_]+$)/.test(code) ||
    /^(Connection terminated|timeout expired|Client has encountered a connection error)/.test(error.message)
  )
}

function newClient(databaseUrl: string): Client {
  try {
    return new Client(connectionConfig(databaseUrl))
  } catch (error) {
    throw new DatabaseRefused(
      'The address of the database cannot be read: it must look like postgres://user:password@host:5432/database.',
      { cause: error },
    )
  }
}

function connectionConfig(databaseUrl: string) {
  return {
    connectionString: databaseUrl,
    application_name: 'benchkeeper',
    connectionTimeoutMillis,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

async function settle(client: ClientBase): Promise<void> {
  await client.query(sessionSettings)
}

/** Without user and password. */
function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl)
  return `${decodeURIComponent(pathname.slice(1)) || 'postgres'} on ${host || 'this computer'}`
}
