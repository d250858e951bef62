/** What a guest does to the session it shares: kept for that guest, and never seen by the program or another guest. */

import { beforeAll, expect, test, vi } from 'vitest'
import { useGuests } from '../../../../../tests/support/guests.ts'

const { store, guest } = useGuests()
const program = { query: (text: string, values?: unknown[]) => store().pool.query(text, values) }
/** The program's own prepared statement, which must be there in every round. */
const prepared = { name: 'count_devices', text: 'select count(*)::int as count from devices where id <> $1', values: [''] }
const heard = vi.fn()
const missed = vi.fn()

beforeAll(async () => {
  await program.query(`insert into devices (id, name, type) values ('reader', 'Reader', 'plate_reader')`)
  await program.query('create role nobody')
  await store().listen(['lab_stalled', 'lab_events'], heard, missed)
})

test.each([
  ['settings', `set timezone = 'Asia/Tokyo'; set datestyle = 'German'`, 'show timezone', { TimeZone: 'Asia/Tokyo' }],
  ['the search path', 'create schema if not exists other; set search_path = other', 'show search_path', { search_path: 'other' }],
  ['read only', 'set default_transaction_read_only = on', 'show transaction_read_only', { transaction_read_only: 'on' }],
  [
    'the isolation',
    `set session characteristics as transaction isolation level serializable`,
    'show transaction_isolation',
    { transaction_isolation: 'serializable' },
  ],
  ['the role', 'set role nobody', 'select current_user::text as role', { role: 'nobody' }],
  ['the user', 'set session authorization nobody', 'select session_user::text as name', { name: 'nobody' }],
  [
    'how strings are read',
    'set standard_conforming_strings = off; set escape_string_warning = off',
    `select '\\\\' as text`,
    { text: '\\' },
  ],
  ['the encoding', `set client_encoding = 'LATIN1'`, `show client_encoding`, { client_encoding: 'LATIN1' }],
  ['a function', `select set_config('work_mem', '1234kB', false)`, 'show work_mem', { work_mem: '1234kB' }],
  ['a statement', 'prepare addition (int) as select $1 + 1 as sum', 'execute addition(41)', { sum: 42 }],
  ['a cursor', `declare kept cursor with hold for select generate_series(1, 3) as value`, 'fetch kept', { value: 1 }],
  ['a temporary table', 'create temp table mine as select 7 as value', 'select * from mine', { value: 7 }],
])('%s', async (_name, change, look, seen) => {
  const psql = await guest()
  const other = await guest()
  await psql.query(change)
  expect((await psql.query(look)).rows).toEqual([seen])
  await expectUntouched()

  const { rows } = await other.query(
    `select current_setting('TimeZone') as zone, current_setting('search_path') as path, current_user::text as role`,
  )
  expect(rows).toEqual([{ zone: 'UTC', path: 'public, pg_temp', role: 'postgres' }])
  // It comes back to what it left.
  const again = look.startsWith('fetch') ? { value: 2 } : seen
  expect((await psql.query(look)).rows).toEqual([again])
  await expectUntouched()
})

test('a temporary table with the name of one of ours is not taken for it, neither by the program nor by triggers', async () => {
  const psql = await guest()
  await psql.query('create temp table devices (id int); create temp table device_bookings (like public.device_bookings)')
  await expectUntouched()
  await program.query(`insert into device_bookings (device_id, workflow_id) values ('reader', 'w')`)
  await psql.query(`update devices set status = 'available'`)
  expect((await program.query('select status from devices')).rows).toEqual([{ status: 'busy' }])
  await program.query('delete from device_bookings')
})

test('what a guest leaves behind goes with it', async () => {
  const psql = await guest()
  const other = await guest()
  await other.query('create temp table of_another (id int)')
  await psql.query('create temp table mine (id serial); create temp view seen as select * from mine; select pg_advisory_lock(7)')
  await psql.query('declare kept cursor with hold for select 1; prepare said as select 1')
  await psql.end()
  const leftovers = `
    select relname as name from pg_class where relnamespace = pg_my_temp_schema() and relkind <> 'i' union all select name from pg_cursors
    union all select name from pg_prepared_statements where name <> 'count_devices' union all select 'lock' from pg_locks where locktype = 'advisory'`
  expect((await program.query(leftovers)).rows).toEqual([{ name: 'of_another' }])
})

test('two drivers may give their statements the same name', async () => {
  const [first, second] = [await guest(), await guest()]
  for (let round = 0; round < 3; round += 1) {
    expect((await first.query({ name: 's', text: 'select $1::int + 1 as sum', values: [round] })).rows).toEqual([{ sum: round + 1 }])
    expect((await second.query({ name: 's', text: 'select $1::text as text', values: ['b'] })).rows).toEqual([{ text: 'b' }])
    await expectUntouched()
  }
})

test('a statement of the same name as one of the program', async () => {
  await expectUntouched()
  const psql = await guest()
  await psql.query('deallocate all')
  await psql.query('prepare count_devices as select 0')
  await expectUntouched()
  expect((await psql.query('execute count_devices')).rows).toEqual([{ '?column?': 0 }])
  await expectUntouched()
})

test('DISCARD ALL costs the program neither its statements nor its ears, and it is told that it may have missed something', async () => {
  const psql = await guest()
  await psql.query('discard all')
  await vi.waitFor(() => expect(missed).toHaveBeenCalledOnce(), { timeout: 20_000 })
  await expectUntouched()
  await psql.query('notify lab_stalled')
  expect(heard).toHaveBeenCalledWith('lab_stalled', '')
})

test('LISTEN says that it hears nothing, and keeps nobody else from hearing', async () => {
  const psql = await guest()
  const notices: unknown[] = []
  const notifications: unknown[] = []
  psql.on('notice', (notice) => notices.push(notice.message)).on('notification', (notification) => notifications.push(notification))
  await psql.query('listen lab_stalled; listen news')
  expect(notices).toEqual([expect.stringContaining('hears nothing'), expect.stringContaining('hears nothing')])
  await program.query('notify news')
  heard.mockClear()
  await psql.query(`notify lab_stalled, 'reader'`)
  expect(heard).toHaveBeenCalledExactlyOnceWith('lab_stalled', 'reader')
  expect(notifications).toEqual([])
  await expectUntouched()
  expect((await program.query('select * from pg_listening_channels() as channel')).rows).not.toContainEqual({ channel: 'news' })
})

/** The program sees and does what it always did. */
async function expectUntouched(): Promise<void> {
  expect((await store().pool.query(prepared)).rows).toEqual([{ count: 1 }])
  const { rows } = await program.query(`
    select current_setting('TimeZone') as zone, current_setting('search_path') as path, current_setting('transaction_read_only') as read_only,
           session_user::text as name, current_user::text as role, to_char(timestamptz '2025-01-15 10:00+00', 'HH24:MI') as hour`)
  expect(rows).toEqual([{ zone: 'UTC', path: 'public, pg_temp', read_only: 'off', name: 'postgres', role: 'postgres', hour: '10:00' }])
  const { rowCount } = await program.query(`update devices set name = $1 where id = 'reader'`, ['Lesegerät \\'])
  expect(rowCount).toBe(1)
}
