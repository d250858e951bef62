/** Guests and the program on the one session: neither sees, undoes or holds up what the other does. */

import type { Client } from 'pg'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { message, startupPacket, useGuests } from '../../../../../tests/support/guests.ts'

// The limits are long.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
const { store, guest, bare } = useGuests()
const program = { query: (text: string) => store().pool.query(text) }

beforeAll(() => program.query('create table notes (text text)'))
beforeEach(() => program.query('truncate notes'))
afterEach(() => vi.clearAllTimers())

test('a transaction of a guest is not seen by the program, which waits for its end', async () => {
  const psql = await guest()
  await psql.query('begin')
  await psql.query(`insert into notes values ('of psql')`)
  const seen = program.query('select * from notes')
  expect(await isPending(seen)).toBe(true)
  await psql.query('rollback')
  expect((await seen).rows).toEqual([])
})

test('a rollback of a guest undoes nothing of the program', async () => {
  const psql = await guest()
  const client = await store().pool.connect()
  await client.query('begin')
  await client.query(`insert into notes values ('acknowledged')`)
  const rolledBack = psql.query('rollback')
  await client.query('commit')
  client.release()
  await rolledBack
  expect((await psql.query('select * from notes')).rows).toEqual([{ text: 'acknowledged' }])
})

test('the program comes before guests that wait as well', async () => {
  const [first, second, third] = [await guest(), await guest(), await guest()]
  await first.query('begin')
  const waiting = [second, third].map((psql) => psql.query(`insert into notes values ('of a guest')`))
  expect(await isPending(Promise.all(waiting))).toBe(true)
  const seen = program.query('select * from notes')
  expect(await isPending(seen)).toBe(true)
  await first.query('commit')
  expect((await seen).rows).toEqual([])
  await Promise.all(waiting)
  expect((await program.query('select * from notes')).rows).toHaveLength(2)
})

test('several guests have their transactions one after the other', async () => {
  const guests = await Promise.all([guest(), guest(), guest()])
  await program.query(`insert into notes values ('0')`)
  const raise = async (psql: Client) => {
    await psql.query('begin')
    const { rows } = await psql.query('select text::int as value from notes')
    await psql.query(`update notes set text = $1`, [String(rows[0].value + 1)])
    await psql.query('commit')
  }
  const raiseOften = async (psql: Client) => {
    for (let round = 0; round < 10; round += 1) await raise(psql)
  }
  await Promise.all(guests.map(raiseOften))
  expect((await program.query('select text from notes')).rows).toEqual([{ text: '30' }])
})

test.each([
  ['idle', undefined],
  ['failed', 'select nonsense'],
])('a guest that stays %s in a transaction for 5 s is rolled back, told so, and cut off', async (_state, statement) => {
  const psql = await guest()
  const told = ending(psql)
  await psql.query('begin')
  await psql.query(`insert into notes values ('never committed')`)
  if (statement) await expect(psql.query(statement)).rejects.toThrow()
  const waiting = program.query('select * from notes')
  vi.advanceTimersByTime(4_999)
  expect(await isPending(waiting)).toBe(true)
  vi.advanceTimersByTime(1)
  expect((await waiting).rows).toEqual([])
  expect(await told).toMatchObject({
    severity: 'FATAL',
    code: '25P03',
    message: 'terminating connection due to idle-in-transaction timeout',
  })
})

test('a transaction that goes on and on is cut off when somebody has waited for 5 s', async () => {
  const psql = await guest()
  const told = ending(psql)
  await psql.query('begin')
  await psql.query(`insert into notes values ('never committed')`)
  for (let second = 0; second < 20; second += 1) {
    await psql.query('select 1')
    vi.advanceTimersByTime(1_000)
  }
  const waiting = program.query('select * from notes')
  for (let second = 0; second < 4; second += 1) {
    await psql.query('select 1')
    vi.advanceTimersByTime(1_000)
  }
  expect(await isPending(waiting)).toBe(true)
  vi.advanceTimersByTime(1_000)
  expect((await waiting).rows).toEqual([])
  expect(await told).toMatchObject({ severity: 'FATAL', code: '25P04' })
})

test('a guest in no transaction may idle as long as it likes', async () => {
  const psql = await guest()
  await psql.query(`begin; insert into notes values ('kept'); commit`)
  vi.advanceTimersByTime(60_000)
  expect((await psql.query('select * from notes')).rows).toEqual([{ text: 'kept' }])
})

test('statements that were sent without a Sync hold up nobody for longer either', async () => {
  const psql = bare()
  psql.socket.write(startupPacket())
  await psql.hear('Z')
  // After an error PostgreSQL skips everything up to a Sync.
  psql.socket.write(Buffer.concat([message('P', '\0select nonsense\0\0\0'), message('H')]))
  await psql.hear('E')
  const waiting = program.query('select 1')
  expect(await isPending(waiting)).toBe(true)
  vi.advanceTimersByTime(5_000)
  await waiting
  await psql.closed
  expect(psql.bytes().toString()).toContain('terminating connection due to idle-in-transaction timeout')
})

test('a guest that vanishes in a transaction has it rolled back at once', async () => {
  const psql = await guest()
  await psql.query('begin')
  await psql.query(`insert into notes values ('never committed')`)
  const waiting = program.query('select * from notes')
  expect(await isPending(waiting)).toBe(true)
  ;(psql as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  expect((await waiting).rows).toEqual([])
})

/** The last error that the connection is told. */
function ending(client: Client): Promise<Error> {
  return new Promise((resolve) => client.once('error', resolve))
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  // A socket takes some turns of the event loop, more than any answer from within the program.
  const turns = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
    return 'pending'
  }
  return (await Promise.race([promise.then(() => 'done'), turns()])) === 'pending'
}
