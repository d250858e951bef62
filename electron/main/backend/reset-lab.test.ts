/** A reset gives a whole new lab or leaves the old one, and deletes nothing that is not Benchkeeper's. */

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newDataFolder, type Place } from '../../../tests/support/databases.ts'
import { DataFolderLocked, DataFolderUnusable } from './database/errors.ts'
import { lockFolder } from './database/folder-lock.ts'
import { openDatabase } from './database/open.ts'
import { type ResetOptions, resetLab } from './reset-lab.ts'

// Each makes several databases.
vi.setConfig({ testTimeout: 60_000 })

let place: Place<{ dataDir: string; templateFolder: string }>
beforeAll(async () => {
  place = await newDataFolder()
})
afterAll(() => place.remove())

let folders = 0
/** A folder that no other test knows; it does not exist yet. */
function newFolder(): string {
  folders += 1
  const around = join(dirname(place.options.dataDir), String(folders))
  mkdirSync(around)
  return join(around, 'lab')
}

function reset(dataDir: string, options: Partial<ResetOptions> = {}): Promise<'reset' | 'kept'> {
  const { migrationsFolder: migrations, templateFolder: template } = place.options
  const logger = pino({ level: 'silent' })
  return resetLab({ dataDir, demo: false, demoLogs: 0, folders: { migrations, template }, logger, mayDelete: async () => true, ...options })
}

/** A lab that can be told from a new one. */
async function makeUsedLab(dataDir: string): Promise<void> {
  const database = await openDatabase({ ...place.options, dataDir })
  await database.pool.query("insert into settings (key, value, updated_at) values ('used', 'true', now())")
  await database.close()
}

/** `devices` tells a demo lab from an empty one. */
async function contentOf(dataDir: string): Promise<{ used: boolean; devices: number }> {
  const database = await openDatabase({ ...place.options, dataDir })
  const { rows } = await database.pool.query(
    "select exists (select 1 from settings where key = 'used') as used, (select count(*) from devices)::int as devices",
  )
  await database.close()
  return rows[0]
}

test('what was there is gone, and there is a new demo lab, or an empty one', async () => {
  const dataDir = newFolder()
  await makeUsedLab(dataDir)
  expect(await reset(dataDir, { demo: undefined, demoLogs: 20 })).toBe('reset')
  expect(await contentOf(dataDir)).toEqual({ used: false, devices: 5 })
  expect(await reset(dataDir, { demo: false })).toBe('reset')
  expect(await contentOf(dataDir)).toEqual({ used: false, devices: 0 })
  expect(readdirSync(dirname(dataDir))).toEqual([basename(dataDir)])
})

test('the person is told what it is about, and no lab starts meanwhile; whoever says no keeps everything', async () => {
  const dataDir = newFolder()
  await makeUsedLab(dataDir)
  const asked: unknown[] = []
  const mayDelete: ResetOptions['mayDelete'] = async (data) => {
    expect(() => lockFolder(dataDir)).toThrow(DataFolderLocked)
    asked.push(data)
    return false
  }
  expect(await reset(dataDir, { mayDelete })).toBe('kept')
  expect(asked).toEqual([{ bytes: expect.any(Number), lastChange: expect.any(Date) }])
  expect(await contentOf(dataDir)).toEqual({ used: true, devices: 0 })

  // Where there is nothing to delete there is nothing to ask.
  expect(await reset(newFolder(), { mayDelete })).toBe('reset')
  expect(asked).toHaveLength(1)
})

test('while a lab runs on it nothing is changed', async () => {
  const dataDir = newFolder()
  await makeUsedLab(dataDir)
  const database = await openDatabase({ ...place.options, dataDir })
  await expect(reset(dataDir)).rejects.toThrow(DataFolderLocked)
  expect((await database.pool.query('select key from settings')).rows).toEqual([{ key: 'used' }])
  await database.close()
})

test('when no new lab can be made, the old one is there as it was', async () => {
  const dataDir = newFolder()
  await makeUsedLab(dataDir)
  const noMigrations = { migrations: join(dirname(dataDir), 'nowhere'), template: place.options.templateFolder }
  await expect(reset(dataDir, { folders: noMigrations })).rejects.toThrow()
  expect(await contentOf(dataDir)).toEqual({ used: true, devices: 0 })
  expect(existsSync(`${dataDir}.before-reset`)).toBe(false)
})

test('a link leads to the folder, and stays one', async () => {
  const [dataDir, link] = [newFolder(), newFolder()]
  await makeUsedLab(dataDir)
  symlinkSync(dataDir, link, 'junction')
  expect(await reset(link)).toBe('reset')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(await contentOf(dataDir)).toEqual({ used: false, devices: 0 })
})

test.each<[string, (folder: string) => void]>([
  ['with somebody’s own files', (folder) => writeFileSync(join(folder, 'thesis.docx'), 'years of work')],
  [
    'with a database and somebody’s own files',
    (folder) => {
      makeDatabase(folder)
      writeFileSync(join(folder, 'notes.txt'), 'mine')
    },
  ],
  [
    'of a PostgreSQL server',
    (folder) => {
      makeDatabase(folder)
      mkdirSync(join(folder, 'base', '1'))
    },
  ],
  [
    'of a PostgreSQL server that ran',
    (folder) => {
      makeDatabase(folder)
      writeFileSync(join(folder, 'postmaster.opts'), '/usr/lib/postgresql/18/bin/postgres')
    },
  ],
  ['that only begins like a database', (folder) => mkdirSync(join(folder, 'base'))],
])('a folder %s is left alone', async (_, fill) => {
  const folder = newFolder()
  mkdirSync(folder)
  fill(folder)
  const before = contentsOf(folder)
  const refused = await reset(folder).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(DataFolderUnusable)
  expect((refused as DataFolderUnusable).message).toMatch(/is not a Benchkeeper data folder: .*\. Nothing was deleted\.$/)
  expect(contentsOf(folder)).toEqual(before)
})

function makeDatabase(folder: string): void {
  for (const name of ['base', 'base/5', 'global', 'pg_wal']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'PG_VERSION'), '18\n')
}

function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files.map((file) => [join(file.parentPath, file.name), file.isFile() ? readFileSync(join(file.parentPath, file.name), 'utf8') : '']),
  )
}
