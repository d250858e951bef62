/** What the embedded store promises: durable, isolated from its own past, and a PostgreSQL to node-postgres. */

import { cpSync, fsyncSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { useProgram } from '../../../../tests/support/program.ts'
import { type EmbeddedStore, openEmbeddedStore } from './embedded-store.ts'
import { openDatabase } from './open.ts'

let around: string
let folder: string
let store: EmbeddedStore
const flush = vi.fn<(descriptor: number) => void>()
const logged: string[] = []
const logger = pino({ level: 'debug', base: null }, { write: (line) => logged.push(line) })

beforeAll(async () => {
  // A PostgreSQL that died leaves a timer behind that would look like a leak.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  around = mkdtempSync(join(tmpdir(), 'benchkeeper-store-'))
  folder = join(around, 'data')
  cpSync(inject('templateFolder'), folder, { recursive: true })
  flush.mockImplementation((descriptor) => fsyncSync(descriptor))
  store = await openEmbeddedStore(folder, { flush, logger })
  await store.pool.query('create table notes (id int primary key, text text)')
})
beforeEach(async () => {
  await store.pool.query('truncate notes')
  logged.length = 0
})
afterAll(async () => {
  await store.close()
  vi.useRealTimers()
  rmSync(around, { recursive: true, force: true })
})

describe('durability', () => {
  const program = useProgram('tests/support/programs/write-until-killed.ts')

  test('every commit is flushed to the disk before it is acknowledged', async () => {
    for (let id = 1; id <= 50; id += 1) {
      const before = flush.mock.calls.length
      await store.pool.query('insert into notes values ($1)', [id])
      expect(flush.mock.calls.length).toBeGreaterThan(before)
    }
  })

  test('what is read or rolled back is not', async () => {
    await store.pool.query('insert into notes values (1)')
    const before = flush.mock.calls.length
    await store.pool.query('select * from notes')
    await store.pool.query('begin; insert into notes values (2); rollback')
    expect(flush.mock.calls).toHaveLength(before)
  })

  test('a commit that could not be flushed is refused, and the database starts again by itself', async () => {
    await store.pool.query('insert into notes values (1)')
    flush.mockImplementationOnce(() => {
      throw Object.assign(new Error('broken disk'), { code: 'EIO' })
    })
    await expect(store.pool.query('insert into notes values (2)')).rejects.toThrow()
    await store.pool.query('insert into notes values (3)')
    expect((await store.pool.query('select id from notes where id <> 2')).rows).toEqual([{ id: 1 }, { id: 3 }])
    expect(logged.join('')).toContain('could not fsync file')
  })

  test('a start after a crash flushes what it finds, all at once, and then only what it writes', async () => {
    const crashed = join(around, 'crashed')
    await store.pool.query('insert into notes values (1)')
    cpSync(folder, crashed, { recursive: true })
    flush.mockClear()
    const recovered = await openEmbeddedStore(crashed, { flush })
    expect((await recovered.pool.query('select id from notes')).rows).toEqual([{ id: 1 }])
    // PostgreSQL alone would flush each file twice.
    const files = readdirSync(crashed, { recursive: true }).length
    expect(flush.mock.calls.length).toBeGreaterThan(10)
    expect(flush.mock.calls.length).toBeLessThan(files / 2)
    await recovered.close()
  })

  test('all that was acknowledged is there after the program was killed', async () => {
    const place = join(around, 'killed')
    const writer = program(place, inject('templateFolder'))
    let acknowledged: unknown
    do acknowledged = await writer.message()
    while (acknowledged !== 200)
    await writer.kill()

    const database = await openDatabase({ dataDir: place, migrationsFolder: join('db', 'migrations') })
    const { rows } = await database.pool.query('select count(*)::int as rows, max(number) as last from promises')
    await database.close()
    expect(rows[0].last).toBeGreaterThanOrEqual(200)
    expect(rows[0].rows).toBe(rows[0].last)
  })
})

describe('connections', () => {
  test('one that is given back broken leaves nothing behind', async () => {
    const client = await store.pool.connect()
    await client.query(`set time zone 'Asia/Kolkata'`)
    await client.query('select pg_advisory_lock(1)')
    await client.query({ name: 'same name', text: 'select 1' })
    await client.query('begin')
    await client.query('insert into notes values (1)')
    client.release(true)

    const { rows } = await store.pool.query(
      `select current_setting('TimeZone') as zone, (select count(*) from pg_locks where locktype = 'advisory') as locks`,
    )
    expect(rows).toEqual([{ zone: 'UTC', locks: '0' }])
    expect((await store.pool.query({ name: 'same name', text: 'select 2 as two' })).rows).toEqual([{ two: 2 }])
    expect((await store.pool.query('select * from notes')).rows).toEqual([])
  })

  test('a statement that fails costs no other its prepared one', async () => {
    const prepared = { name: 'count', text: 'select count(*)::int as count from notes where id > $1', values: [0] }
    for (let round = 0; round < 3; round += 1) {
      expect((await store.pool.query(prepared)).rows).toEqual([{ count: 0 }])
      await expect(store.pool.query('select nonsense from notes where id = $1', [1])).rejects.toMatchObject({ code: '42703' })
    }
    const both = [store.pool.query('select nonsense').catch(() => 'failed'), store.pool.query(prepared)]
    expect(await Promise.all(both)).toMatchObject(['failed', { rows: [{ count: 0 }] }])
  })

  test('an error in a transaction spoils it until the rollback, as on a server', async () => {
    const client = await store.pool.connect()
    await client.query('begin')
    await client.query('insert into notes values ($1)', [1])
    await expect(client.query('insert into notes values ($1)', [1])).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' })
    await expect(client.query('select $1::int', [1])).rejects.toMatchObject({ code: '25P02' })
    await client.query('rollback')
    expect((await client.query('select * from notes')).rows).toEqual([])
    client.release()
  })

  test('a hundred that want the one session at once are all served', async () => {
    const insert = async (id: number) => {
      const client = await store.pool.connect()
      await client.query('begin')
      await client.query('insert into notes values ($1)', [id])
      await client.query('commit')
      client.release()
    }
    await Promise.all(Array.from({ length: 100 }, (_, id) => insert(id)))
    expect((await store.pool.query('select count(*)::int as count from notes')).rows).toEqual([{ count: 100 }])
  })

  test('a long row of queries lets the rest of the program have its turns', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    for (let query = 0; query < 5000 && turns < 5; query += 1) await store.pool.query('select 1')
    clearInterval(timer)
    expect(turns).toBeGreaterThanOrEqual(5)
  })

  test('large answers come whole', async () => {
    const { rows } = await store.pool.query(`select g as id, repeat('x', 100) as text from generate_series(1, $1::int) g`, [50_000])
    expect(rows).toHaveLength(50_000)
    expect(rows.at(-1)).toEqual({ id: 50_000, text: 'x'.repeat(100) })
  })

  test('closing waits for the one in use, and may be asked for again', async () => {
    const client = await store.pool.connect()
    const closing = store.close()
    await client.query('insert into notes values (1)')
    client.release()
    await Promise.all([closing, store.close()])
    store = await openEmbeddedStore(folder, { flush, logger })
    expect((await store.pool.query('select id from notes')).rows).toEqual([{ id: 1 }])
  })
})

describe('copy from stdin', () => {
  test('loads what the client sends, in as many pieces as it likes', async () => {
    const client = await store.pool.connect()
    await copy((submittable) => client.query(submittable), ['1\tone\n2\tt', 'wo\n', '3\tthree\n'])
    expect((await client.query('select * from notes order by id')).rows.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
    client.release()
  })

  test('is refused as a whole when a row is wrong', async () => {
    const client = await store.pool.connect()
    await expect(copy((submittable) => client.query(submittable), ['1\tone\n', '1\tagain\n'])).rejects.toMatchObject({ code: '23505' })
    expect((await client.query('select * from notes')).rows).toEqual([])
    client.release()
  })

  test('without data only fails', async () => {
    await expect(store.pool.query('copy notes from stdin')).rejects.toThrow('No source stream defined')
    expect((await store.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('in a way that PGlite dies of, is survived', async () => {
    await store.pool.query('insert into notes values (1)')
    const extended = { text: 'copy notes from stdin', queryMode: 'extended' }
    await expect(store.pool.query(extended)).rejects.toThrow()
    expect((await store.pool.query('select id from notes')).rows).toEqual([{ id: 1 }])
  })
})

describe('listening', () => {
  test('hears what is notified, after the commit, until told otherwise', async () => {
    const heard = vi.fn()
    const stop = await store.listen(['lab_events', 'lab_stop'], heard)
    await store.pool.query(`begin; notify lab_events, '1'; rollback`)
    await store.pool.query(`select pg_notify('lab_events', $1)`, ['2'])
    await store.pool.query('notify lab_stop; notify lab_other')
    expect(heard.mock.calls).toEqual([
      ['lab_events', '2'],
      ['lab_stop', ''],
    ])
    await stop()
    await store.pool.query('notify lab_stop')
    expect(heard).toHaveBeenCalledTimes(2)
  })

  test('goes on after PostgreSQL died, and says that something may have been missed', async () => {
    const [heard, reconnected] = [vi.fn(), vi.fn()]
    await store.listen(['lab_events'], heard, reconnected)
    await store.pool.query({ text: 'copy notes from stdin', queryMode: 'extended' } as { text: string }).catch(() => {})
    expect(reconnected).not.toHaveBeenCalled()
    await store.pool.query('notify lab_events')
    expect(reconnected).toHaveBeenCalledOnce()
    expect(heard).toHaveBeenCalledOnce()
  })
})

describe('maintenance', () => {
  const walFiles = () => readdirSync(join(folder, 'pg_wal')).filter((name) => name.length === 24).length
  const toReplay = async () =>
    Number((await store.pool.query('select pg_current_wal_lsn() - redo_lsn as bytes from pg_control_checkpoint()')).rows[0].bytes)

  test('a checkpoint follows when there is much to replay, so neither the log nor the next start grows with the work', async () => {
    let most = 0
    for (let round = 0; round < 60; round += 1) {
      await store.pool.query(`insert into notes select g, repeat('x', 1000) from generate_series($1::int, $1::int + 1999) g`, [
        round * 2_000,
      ])
      most = Math.max(most, await toReplay())
    }
    expect(most).toBeGreaterThan(30 * 2 ** 20)
    expect(most).toBeLessThan(50 * 2 ** 20)
    expect(walFiles()).toBeLessThan(70)
    expect(logged.filter((line) => line.includes('checkpoint of')).length).toBeGreaterThan(1)
  })

  test('a checkpoint can be asked for', async () => {
    await store.pool.query(`insert into notes select g, 'x' from generate_series(1, 10000) g`)
    expect(await toReplay()).toBeGreaterThan(1_000_000)
    await store.checkpoint()
    expect(await toReplay()).toBeLessThan(10_000)
  })

  test('tables that changed much are analyzed, and those with dead rows vacuumed', async () => {
    await store.pool.query(`insert into notes select g, 'x' from generate_series(1, 2000) g`)
    await store.pool.query(`update notes set text = 'y'`)
    await store.tidy()
    const { rows } = await store.pool.query(`
      select c.reltuples, s.n_dead_tup, s.n_mod_since_analyze, s.last_vacuum is not null as vacuumed
        from pg_class c join pg_stat_user_tables s on s.relid = c.oid where c.relname = 'notes'`)
    expect(rows).toEqual([{ reltuples: 2000, n_dead_tup: '0', n_mod_since_analyze: '0', vacuumed: true }])
  })

  test('does not disturb the statements that the program has prepared', async () => {
    const prepared = { name: 'p', text: 'select 1 as one' }
    await store.pool.query(prepared)
    await store.checkpoint()
    expect((await store.pool.query(prepared)).rows).toEqual([{ one: 1 }])
  })
})

/** What pg-copy-streams does, in short. */
function copy(query: (submittable: { submit(connection: Connection): void }) => unknown, pieces: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    query({
      submit: (connection: Connection) => connection.query('copy notes from stdin'),
      handleCopyInResponse(connection: Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }) {
        for (const piece of pieces) connection.sendCopyFromChunk(Buffer.from(piece))
        connection.endCopyFrom()
      },
      handleCommandComplete() {},
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    } as { submit(connection: Connection): void })
  })
}
