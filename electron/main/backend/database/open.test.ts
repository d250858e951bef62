import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { countStatements } from '../../../../tests/support/count-statements.ts'
import { forEachDatabase } from '../../../../tests/support/databases.ts'

forEachDatabase('a database', (database, kind) => {
  test('answers', async () => {
    expect(database().kind).toBe(kind)
    const r = await database().db.execute(sql`select current_setting('TimeZone') as tz, count(*) from devices where id = ${'x'}`)
    expect(r.rows).toEqual([{ tz: 'UTC', count: '0' }])
  })
  test('counts', async () => {
    const { statements, value } = await countStatements(database(), async () => {
      await database().pool.query('select 1')
      return database().db.transaction(async (tx) => (await tx.execute(sql`select 2 as x`)).rows)
    })
    expect(value).toEqual([{ x: 2 }])
    expect(statements).toEqual(['select 1', 'begin', 'select 2 as x', 'commit'])
  })
})
