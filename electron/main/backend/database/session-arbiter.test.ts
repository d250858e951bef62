/** Two clients of one real session: neither may see, undo or starve the other. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { openSession } from './pglite-session.ts'
import { SessionArbiter } from './session-arbiter.ts'
import type { SessionClient } from './session-client.ts'
import { SessionStream } from './session-stream.ts'
import { queryMessage, summarize } from './wire.ts'

let folder: string
let arbiter: SessionArbiter
let program: Client
const notified = vi.fn()

beforeAll(async () => {
  // The limits are long, and a PostgreSQL that died leaves a timer behind that would look like a leak.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-arbiter-'))
  cpSync(inject('templateFolder'), folder, { recursive: true })
  const open = () => openSession(folder)
  arbiter = new SessionArbiter(await open(), { reopen: open, onNotification: notified, onFree: () => {} })
  program = await connect('program')
  await program.query('create table notes (text text)')
})
beforeEach(async () => {
  await program.query('truncate notes')
})
afterAll(async () => {
  await program.end()
  await arbiter.close()
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

test('a transaction is neither seen nor undone by others, who wait for its end', async () => {
  const guest = await connect('guest')
  await program.query('begin')
  await program.query(`insert into notes values ('acknowledged')`)
  const seen = guest.query('select * from notes')
  const undone = guest.query('rollback')

  expect((await program.query('select * from notes')).rows).toHaveLength(1)
  expect(await isPending(seen)).toBe(true)
  await program.query('commit')

  expect((await seen).rows).toEqual([{ text: 'acknowledged' }])
  await undone
  expect((await program.query('select * from notes')).rows).toHaveLength(1)
  await guest.end()
})

test('who waits is served in order of coming, whoever asks more', async () => {
  const [first, second] = [arbiter.client('first'), arbiter.client('second')]
  const served: string[] = []
  const send = (client: SessionClient, name: string) => client.send(queryMessage('select 1')).then(() => served.push(name))

  const holder = arbiter.client('holder')
  await holder.send(queryMessage('begin'))
  const all = [send(first, 'a1'), send(second, 'b1'), send(first, 'a2'), send(first, 'a3'), send(second, 'b2')]
  await holder.send(queryMessage('commit'))
  await Promise.all([...all, send(holder, 'h1')])
  expect(served).toEqual(['a1', 'b1', 'a2', 'a3', 'b2', 'h1'])
})

test('a failed transaction keeps the session as well, until it is rolled back', async () => {
  const guest = arbiter.client('guest')
  await guest.send(queryMessage('begin'))
  await guest.send(queryMessage('select nonsense'))
  const waiting = program.query('select 1 as one')
  expect(await isPending(waiting)).toBe(true)
  await guest.send(queryMessage('rollback'))
  expect((await waiting).rows).toEqual([{ one: 1 }])
})

test('messages without an end keep the session: a statement is parsed and run by the same client', async () => {
  const guest = arbiter.client('guest')
  const parse = Buffer.from('P\0\0\0\x10\0select 1\0\0\0', 'latin1')
  const sync = Buffer.from('S\0\0\0\x04', 'latin1')
  expect(summarize(await guest.send(parse)).status).toBeUndefined()
  const waiting = program.query('select 1')
  expect(await isPending(waiting)).toBe(true)
  expect(summarize(await guest.send(sync)).status).toBe('I')
  await waiting
})

test('a guest that stays idle in a transaction is rolled back, cut off, and told', async () => {
  const onEnd = vi.fn()
  const guest = arbiter.client('guest', { idleInTransactionLimit: 5000, onEnd })
  await guest.send(queryMessage('begin'))
  await settled()
  vi.advanceTimersByTime(4999)
  await guest.send(queryMessage(`insert into notes values ('never committed')`))
  const waiting = program.query('select * from notes')
  await settled()
  vi.advanceTimersByTime(4999)
  expect(await isPending(waiting)).toBe(true)

  vi.advanceTimersByTime(1)
  expect((await waiting).rows).toEqual([])
  expect(onEnd).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'IdleInTransaction', code: '25P03' }))
  await expect(guest.send(queryMessage('commit'))).rejects.toThrow('idle-in-transaction timeout')
})

test('a guest that comes to its end in time is left alone', async () => {
  const guest = arbiter.client('guest', { idleInTransactionLimit: 5000 })
  await guest.send(queryMessage(`begin; insert into notes values ('kept'); commit`))
  await guest.send(queryMessage('begin'))
  await settled()
  await guest.send(queryMessage('commit'))
  await settled()
  vi.advanceTimersByTime(60_000)
  expect((await program.query('select * from notes')).rows).toEqual([{ text: 'kept' }])
  await guest.send(queryMessage('select 1'))
})

test('a client that leaves in a transaction has it rolled back', async () => {
  const guest = await connect('guest')
  await guest.query('begin')
  await guest.query(`insert into notes values ('never committed')`)
  const waiting = program.query('select * from notes')
  await guest.end()
  expect((await waiting).rows).toEqual([])
})

test('notifications are heard whoever sends them', async () => {
  const guest = arbiter.client('guest')
  await program.query('listen news')
  await guest.send(queryMessage(`notify news, 'déjà vu'; notify news`))
  expect(notified.mock.calls).toEqual([[{ channel: 'news', payload: 'déjà vu' }], [{ channel: 'news', payload: '' }]])
})

test('when PostgreSQL dies everyone is told, and the next message starts it again', async () => {
  await program.query(`insert into notes values ('kept')`)
  const onEnd = vi.fn()
  const guest = arbiter.client('guest', { onEnd })
  const lost = new Promise((resolve) => program.once('error', resolve))

  await expect(guest.send(deadly)).rejects.toMatchObject({ name: 'SessionLost', code: '57P02' })
  expect(onEnd).toHaveBeenCalledOnce()
  expect(await lost).toMatchObject({ name: 'SessionLost' })
  await expect(guest.send(queryMessage('select 1'))).rejects.toThrow('ended unexpectedly')

  program = await connect('program')
  expect((await program.query('select * from notes')).rows).toEqual([{ text: 'kept' }])
})

test('closing answers what is being answered and refuses what waits', async () => {
  await program.query('begin')
  await program.query(`insert into notes values ('never committed')`)
  // A pause for others, which comes after a long turn, would leave the next query waiting as well.
  await settled()
  const guest = arbiter.client('guest')
  const waiting = expect(guest.send(queryMessage('select 1'))).rejects.toThrow('closed')
  const running = program.query('select 1 as one')
  await arbiter.close()
  expect((await running).rows).toEqual([{ one: 1 }])
  await waiting
  await expect(guest.send(queryMessage('select 1'))).rejects.toThrow('closed')
})

/** PostgreSQL in PGlite cannot wait for the data, takes the silence for a lost connection, and exits. */
const deadly = queryMessage('copy notes from stdin')

async function connect(name: string): Promise<Client> {
  const client = new Client({ user: 'postgres', ssl: false, stream: () => new SessionStream(arbiter, name) })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Everything has happened that can happen by itself. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise.then(() => 'done'), settled().then(() => 'pending')])) === 'pending'
}
