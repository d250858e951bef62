/** Migrations on both databases, with real concurrency where there can be some. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newDataFolder, newServerDatabase } from '../../../../tests/support/databases.ts'
import { makeDatabase } from './new-database.ts'
import { openDatabase } from './open.ts'

const tags: string[] = JSON.parse(readFileSync('db/migrations/meta/_journal.json', 'utf8')).entries.map(({ tag }: { tag: string }) => tag)

let bareDatabase: string

beforeAll(async () => {
  bareDatabase = join(mkdtempSync(join(tmpdir(), 'benchkeeper-bare-')), 'data')
  await makeDatabase(bareDatabase)
})
afterAll(() => rmSync(dirname(bareDatabase), { recursive: true }))

describe.each(['embedded', 'server'] as const)('migrating (%s)', (kind) => {
  let place: Awaited<ReturnType<typeof newPlace>>
  let folder: string

  beforeEach(async () => {
    place = await newPlace()
    folder = mkdtempSync(join(tmpdir(), 'benchkeeper-migrations-'))
    cpSync('db/migrations', folder, { recursive: true })
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await place.remove()
  })

  test('happens once, and is told', async () => {
    const logged: string[] = []
    const logger = pino({ base: null }, { write: (line) => logged.push(line) })
    const options = { ...place.options, logger }
    const first = await openDatabase(options)
    await first.close()
    expect(first.isNew).toBe(true)
    expect(logged.filter((line) => line.includes('up to date')).map((line) => JSON.parse(line).applied)).toEqual([tags])

    logged.length = 0
    const second = await openDatabase(options)
    await second.close()
    expect(second.isNew).toBe(false)
    expect(logged).toEqual([])
  })

  test('a database of a newer program is refused in one clear line', async () => {
    await (await openDatabase(place.options)).close()
    changeJournal((entries) => entries.slice(0, 1))
    const sentence = `This database was written by a newer Benchkeeper (schema ${schema(tags.length)}); this program knows up to 0000. Install the newer version.`
    await expect(openDatabase({ ...place.options, migrationsFolder: folder })).rejects.toMatchObject({
      name: 'NewerSchema',
      message: sentence,
    })
    // And everything is let go of.
    await (await openDatabase(place.options)).close()
  })

  test('one that would be skipped because of its date is an error, not a surprise', async () => {
    changeJournal((entries) => entries.toReversed())
    await expect(openDatabase({ ...place.options, migrationsFolder: folder })).rejects.toThrow('is not newer than the one before it')
  })

  test('that fails changes nothing', async () => {
    writeFileSync(join(folder, `${tags.at(-1)}.sql`), 'create table half_way (id int);\n--> statement-breakpoint\nselect nonsense')
    await expect(openDatabase({ ...place.options, migrationsFolder: folder })).rejects.toThrow('nonsense')
    const database = await openDatabase(place.options)
    expect(database.isNew).toBe(true)
    expect((await database.pool.query(`select to_regclass('half_way') as there`)).rows).toEqual([{ there: null }])
    await database.close()
  })

  test('of what never began, nobody has been asked how its steps run; of the others it stays as it was', async () => {
    changeJournal((entries) => entries.filter(({ tag }) => tag < '0007'))
    const before = await openDatabase({ ...place.options, migrationsFolder: folder })
    await before.pool.query(`insert into workflows (id, name, device_id, status, auto, queued_at) values
      ('never', 'w', 'd', 'created', false, null), ('left', 'w', 'd', 'created', false, now()), ('own', 'w', 'd', 'created', true, null),
      ('ended', 'w', 'd', 'completed', false, null)`)
    await before.close()
    const database = await openDatabase(place.options)
    const { rows } = await database.pool.query('select id, auto from workflows order by id')
    await database.close()
    expect(rows).toEqual([
      { id: 'ended', auto: false },
      { id: 'left', auto: false },
      { id: 'never', auto: null },
      { id: 'own', auto: true },
    ])
  })

  /** Where no migration has been applied yet. */
  async function newPlace() {
    if (kind === 'server') return newServerDatabase()
    const place = await newDataFolder()
    return { ...place, options: { ...place.options, templateFolder: bareDatabase } }
  }

  type Entry = { when: number; tag: string }
  function changeJournal(change: (entries: Entry[]) => Entry[]): void {
    const path = join(folder, 'meta', '_journal.json')
    const journal = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...journal, entries: change(journal.entries) }))
  }
})

test('five programs that start at once on an empty server migrate it once, and one of them calls it new', async () => {
  const place = await newServerDatabase()
  const databases = await Promise.all(Array.from({ length: 5 }, () => openDatabase(place.options)))
  expect(databases.filter(({ isNew }) => isNew)).toHaveLength(1)
  for (const { pool } of databases) {
    expect((await pool.query('select count(*)::int as count from drizzle.__drizzle_migrations')).rows).toEqual([{ count: tags.length }])
  }
  await Promise.all(databases.map((database) => database.close()))
  await place.remove()
})

function schema(count: number): string {
  return String(count - 1).padStart(4, '0')
}
