/** A statement of a guest that would keep everybody waiting. */

import { expect, test } from 'vitest'
import { useGuests } from '../../../../../tests/support/guests.ts'

/** For every statement, so also for those that shall be carried out. Milliseconds. */
const limit = 1_500
const { store, guest } = useGuests({ guestLimits: { statementLimit: limit, idleInTransactionLimit: 5_000, othersWaitAtMost: 5_000 } })

test.each([
  ['sleeps', 'select pg_sleep(20)'],
  ['writes more than memory holds', 'select count(*) from generate_series(1, 100000000)'],
  ['sorts on disk', 'select count(distinct g * 7) from generate_series(1, 100000000) g'],
  [
    'catches the cancellation and goes on',
    `do $$ begin perform pg_sleep(20); exception when query_canceled then perform pg_sleep(20); end $$`,
  ],
])('one that %s is cancelled, and says why', async (_name, statement) => {
  const psql = await guest()
  const began = performance.now()
  await expect(psql.query(statement)).rejects.toMatchObject({ code: '57014', message: expect.stringContaining('due to statement timeout') })
  expect(performance.now() - began).toBeLessThan(15_000)
  expect((await psql.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect((await store().pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('its transaction has failed, and is rolled back as any other', async () => {
  const psql = await guest()
  await store().pool.query('create table notes (text text)')
  await psql.query('begin')
  await psql.query(`insert into notes values ('never committed')`)
  await expect(psql.query('select pg_sleep(20)')).rejects.toMatchObject({ code: '57014' })
  await expect(psql.query('select 1')).rejects.toMatchObject({ code: '25P02' })
  await psql.query('commit')
  expect((await store().pool.query('select * from notes')).rows).toEqual([])
})

test('the program has no such limit', async () => {
  const began = performance.now()
  await store().pool.query('select pg_sleep(2)')
  expect(performance.now() - began).toBeGreaterThan(limit)
})
