/** The one face of both databases: what holds on the one has to hold on the other. */

import { EventEmitter, once } from 'node:events'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { devices } from '../../../../db/schema/devices.ts'
import { settings } from '../../../../db/schema/settings.ts'
import { countStatements } from '../../../../tests/support/count-statements.ts'
import { forEachDatabase } from '../../../../tests/support/databases.ts'

forEachDatabase('an open database', (database, kind) => {
  test('says what it is', () => {
    expect(database()).toMatchObject({ kind, isNew: true })
  })

  test('is in UTC', async () => {
    const { rows } = await database().db.execute(
      sql`select current_setting('TimeZone') as zone, ${'2025-01-13 09:30'}::timestamptz::text as time`,
    )
    expect(rows).toEqual([{ zone: 'UTC', time: '2025-01-13 09:30:00+00' }])
  })

  test('has the tables, and takes prepared statements and parameters of every kind', async () => {
    const { db } = database()
    const value = { text: `it's "quoted" \\ ü 🧪`, list: [1, null, { deep: true }], nothing: null }
    await db.insert(settings).values({ key: 'parameters', value })
    const byKey = db
      .select()
      .from(settings)
      .where(eq(settings.key, sql.placeholder('key')))
      .prepare('settings_by_key')
    for (let round = 0; round < 3; round += 1) expect(await byKey.execute({ key: 'parameters' })).toMatchObject([{ value }])
    expect(await byKey.execute({ key: 'unknown' })).toEqual([])
    expect(await db.query.devices.findMany({ where: eq(devices.id, 'unknown') })).toEqual([])
  })

  test('commits or rolls back a transaction as a whole, savepoints included', async () => {
    const { db } = database()
    await db.transaction(async (tx) => {
      await tx.insert(settings).values({ key: 'outer', value: 1 })
      const inner = tx.transaction(async (nested) => {
        await nested.insert(settings).values({ key: 'inner', value: 2 })
        await nested.insert(settings).values({ key: 'outer', value: 3 })
      })
      await expect(inner).rejects.toThrow()
    })
    const failing = db.transaction(async (tx) => {
      await tx.insert(settings).values({ key: 'failing', value: 4 })
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    const kept = await db.select({ key: settings.key }).from(settings)
    expect(kept.map(({ key }) => key)).toContain('outer')
    expect(kept.map(({ key }) => key)).not.toContain('inner')
    expect(kept.map(({ key }) => key)).not.toContain('failing')
  })

  test('tells what is notified, to each who listens, until told otherwise', async () => {
    const { pool } = database()
    const [one, other] = [await newListener(['lab_events']), await newListener(['lab_stop', 'lab_events'])]
    await pool.query(`select pg_notify('lab_events', $1)`, ['1'])
    await pool.query(`begin; notify lab_events, 'never'; rollback`)
    await pool.query(`notify lab_stop, 'other'; notify lab_events, 'both'; notify lab_unheard`)

    expect(await one.until('both')).toEqual(['lab_events 1', 'lab_events both'])
    expect(await other.until('both')).toEqual(['lab_events 1', 'lab_stop other', 'lab_events both'])
    await one.stop()
    await pool.query(`notify lab_events, 'last'`)
    expect((await other.until('last')).at(-1)).toBe('lab_events last')
    expect(await one.until('both')).toHaveLength(2)
    await other.stop()
  })

  test('refuses a channel that would need quotes', async () => {
    await expect(database().listen(['lab_events; drop table devices'], () => {})).rejects.toThrow('not a plain channel name')
  })

  test('has its statements counted', async () => {
    const { statements, value } = await countStatements(database(), async () => {
      await database().pool.query('select 1')
      await database().db.execute(sql`select ${2}`)
      await database().pool.query({ text: 'select 3' })
      return database().db.transaction(async (tx) => (await tx.execute(sql`select 4 as four`)).rows)
    })
    expect(value).toEqual([{ four: 4 }])
    expect(statements).toEqual(['select 1', 'select $1', 'select 3', 'begin', 'select 4 as four', 'commit'])
    await database().pool.query('select 5')
    expect(statements).toHaveLength(6)
  })

  test('takes a checkpoint', async () => {
    await database().checkpoint()
  })

  async function newListener(channels: string[]) {
    const heard: string[] = []
    const arrived = new EventEmitter()
    const stop = await database().listen(channels, (channel, payload) => {
      heard.push(`${channel} ${payload}`)
      arrived.emit('one')
    })
    return {
      stop,
      /** All that was heard, as soon as this payload was among it. */
      async until(payload: string) {
        while (!heard.some((each) => each.endsWith(` ${payload}`))) await once(arrived, 'one')
        return heard
      },
    }
  }
})
