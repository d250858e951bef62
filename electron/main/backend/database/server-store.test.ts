/** A server that is away, says no, or goes away in the middle. */

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { newServerDatabase, onServer } from '../../../../tests/support/databases.ts'
import { type Database, openDatabase } from './open.ts'

const migrationsFolder = 'db/migrations'
let place: Awaited<ReturnType<typeof newServerDatabase>>

beforeEach(async () => {
  place = await newServerDatabase()
})
afterEach(() => place.remove())

describe('opening', () => {
  test('a server that does not answer may be tried again; the password is not told', async () => {
    const port = await closedPort()
    const opening = openDatabase({ databaseUrl: `postgres://lab:secret@127.0.0.1:${port}/lab`, migrationsFolder })
    const sentence = `The database lab on 127.0.0.1:${port} does not answer: connect ECONNREFUSED 127.0.0.1:${port}.`
    await expect(opening).rejects.toMatchObject({ name: 'DatabaseUnreachable', message: sentence })
  })

  test('so may one that hangs up, and a name that nobody knows', async () => {
    const server = createServer((socket: Socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await expect(openDatabase({ databaseUrl: `postgres://lab@127.0.0.1:${port}/lab`, migrationsFolder })).rejects.toThrow('does not answer')
    server.close()
    await expect(openDatabase({ databaseUrl: 'postgres://lab@nowhere.invalid/lab', migrationsFolder })).rejects.toMatchObject({
      name: 'DatabaseUnreachable',
    })
  })

  test('what a person must set right is told apart', async () => {
    const refused = (change: (url: URL) => unknown) => {
      const url = new URL(place.options.databaseUrl)
      change(url)
      return expect(openDatabase({ databaseUrl: url.toString(), migrationsFolder })).rejects
    }
    await refused((url) => (url.password = 'wrong')).toMatchObject({
      name: 'DatabaseRefused',
      message: expect.stringContaining('password authentication failed'),
    })
    await refused((url) => (url.pathname = 'nowhere')).toMatchObject({
      name: 'DatabaseRefused',
      message: expect.stringContaining('"nowhere" does not exist'),
    })
    await refused((url) => url.searchParams.set('ssl', 'true')).toMatchObject({
      name: 'DatabaseRefused',
      message: expect.stringContaining('does not support SSL'),
    })
  })
})

describe('a connection', () => {
  let database: Database
  beforeEach(async () => {
    database = await openDatabase({ ...place.options, poolSize: 2 })
  })
  afterEach(() => database.close())

  test('is in UTC, whatever the server thinks', async () => {
    const zones = await Promise.all([1, 2, 3].map(() => database.pool.query(`select current_setting('TimeZone') as zone`)))
    expect(zones.map(({ rows }) => rows[0].zone)).toEqual(['UTC', 'UTC', 'UTC'])
  })

  test('that the server drops is replaced: an idle one, and one in use', async () => {
    const client = await database.pool.connect()
    await database.pool.query('select 1')
    const { promise: removed, resolve: remove } = deferred<unknown>()
    database.pool.once('remove', remove)
    await dropAll()
    await removed
    await expect(client.query('select 1')).rejects.toThrow()
    client.release(true)
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('that listens comes back by itself, and says so', async () => {
    const heard = vi.fn()
    const { promise: back, resolve: reconnect } = deferred<void>()
    const { promise: again, resolve: hearAgain } = deferred<string>()
    const hear = (channel: string, payload: string) => (payload === 'again' ? hearAgain(channel) : heard(channel, payload))
    const stop = await database.listen(['lab_events', 'lab_stop'], hear, reconnect)
    await dropAll()
    await back
    await database.pool.query(`notify lab_stop, 'again'`)
    expect(await again).toBe('lab_stop')
    expect(heard).not.toHaveBeenCalled()
    await stop()
  })

  test('that listens hears other programs', async () => {
    const { promise, resolve } = deferred<string>()
    const stop = await database.listen(['lab_events'], (_channel, payload) => resolve(payload))
    await onServer(place.options.databaseUrl, `notify lab_events, '42'`)
    expect(await promise).toBe('42')
    await stop()
  })

  /** As when the server restarts. */
  function dropAll(): Promise<void> {
    return onServer(
      place.options.databaseUrl,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
  }
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
