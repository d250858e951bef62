/** The way from an empty folder to one with a database: whole or not at all, from the template or without. */

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { prepareDataFolder } from './data-folder.ts'
import { lockFolder } from './folder-lock.ts'
import { openDatabase } from './open.ts'
import { copyTemplate, makeTemplate } from './template.ts'

const migrationsFolder = join('db', 'migrations')
let around: string
let dataDir: string

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'benchkeeper-folder-'))
  dataDir = join(around, 'lab', 'data')
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

describe('the first start', () => {
  test('makes a new database from the template; the next finds it', async () => {
    const options = { dataDir, templateFolder: inject('templateFolder'), migrationsFolder }
    const first = await openDatabase(options)
    expect(first).toMatchObject({ kind: 'embedded', isNew: true })
    await first.pool.query(`insert into settings values ('kept', '1')`)
    await first.close()

    const second = await openDatabase(options)
    expect(second.isNew).toBe(false)
    expect((await second.pool.query('select key from settings')).rows).toEqual([{ key: 'kept' }])
    await second.close()
    expect(readdirSync(join(around, 'lab'))).toEqual(['data'])
  })

  test('does without a template', async () => {
    const database = await openDatabase({ dataDir, templateFolder: join(around, 'no template'), migrationsFolder })
    expect(database.isNew).toBe(true)
    expect((await database.pool.query('select * from devices')).rows).toEqual([])
    await database.close()
  })

  test('keeps the data to its owner', async () => {
    await prepareDataFolder(emptyFolder(), { templateFolder: inject('templateFolder') })
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  test('begins anew when the one before was cut off', async () => {
    emptyFolder()
    mkdirSync(join(`${dataDir}.part`, 'base'), { recursive: true })
    writeFileSync(join(`${dataDir}.part`, 'base', 'half a file'), '')
    expect(await prepareDataFolder(dataDir, { templateFolder: inject('templateFolder') })).toBe(true)
    expect(existsSync(join(dataDir, 'base', 'half a file'))).toBe(false)
    expect(existsSync(`${dataDir}.part`)).toBe(false)
  })

  test('leaves an empty folder when it fails half-way', async () => {
    emptyFolder()
    const template = join(around, 'broken template')
    mkdirSync(join(template, 'PG_VERSION'), { recursive: true })
    writeFileSync(join(template, 'benchkeeper-template.json'), 'broken')
    await expect(prepareDataFolder(dataDir, { templateFolder: template })).rejects.toThrow()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('lets go of the folder when it fails', async () => {
    const options = { dataDir, templateFolder: inject('templateFolder'), migrationsFolder: join(around, 'none') }
    await expect(openDatabase(options)).rejects.toThrow('no such file')
    lockFolder(dataDir).release()
  })
})

describe('a folder with something else in it', () => {
  test('is left alone', async () => {
    writeFileSync(join(emptyFolder(), 'thesis.doc'), 'years of work')
    const opening = openDatabase({ dataDir, templateFolder: inject('templateFolder'), migrationsFolder })
    await expect(opening).rejects.toMatchObject({ name: 'DataFolderUnusable', message: expect.stringContaining('has other files in it') })
    expect(readdirSync(dataDir)).toEqual(['thesis.doc'])
  })

  test('such as the data of another PostgreSQL is left alone', async () => {
    writeFileSync(join(emptyFolder(), 'PG_VERSION'), '17\n')
    await expect(prepareDataFolder(dataDir, {})).rejects.toThrow(`The data in ${dataDir} is of PostgreSQL 17; this program has version 18.`)
  })

  test('such as a database that is damaged is told, with what PostgreSQL said', async () => {
    const options = { dataDir, templateFolder: inject('templateFolder'), migrationsFolder }
    await (await openDatabase(options)).close()
    writeFileSync(join(dataDir, 'global', 'pg_control'), 'nonsense')
    const sentence = /^The database in .* does not start: could not read file "global\/pg_control"/
    await expect(openDatabase(options)).rejects.toMatchObject({ name: 'DataFolderUnusable', message: expect.stringMatching(sentence) })
  })
})

describe('the template', () => {
  test('is made once, and again when what it is made of changes', async () => {
    const [template, migrations] = [join(around, 'template'), join(around, 'migrations')]
    cpSync(migrationsFolder, migrations, { recursive: true })
    const journal = join(migrations, 'meta', '_journal.json')
    const whole = readFileSync(journal, 'utf8')
    const { entries, ...rest } = JSON.parse(whole)
    writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }))
    expect(await makeTemplate(template, migrations)).toBe(true)
    expect(await makeTemplate(template, migrations)).toBe(false)
    expect(readdirSync(around).sort()).toEqual(['migrations', 'template'])

    // Of an older program it serves as well: what is missing is applied to the copy.
    const database = await openDatabase({ dataDir, templateFolder: template, migrationsFolder })
    expect(database.isNew).toBe(true)
    const { rows } = await database.pool.query('select count(*)::int as count from drizzle.__drizzle_migrations')
    expect(rows).toEqual([{ count: entries.length }])
    await database.close()

    writeFileSync(journal, whole)
    expect(await makeTemplate(template, migrations)).toBe(true)
  })

  test('may have lost its empty folders on the way', async () => {
    const lossy = join(around, 'template')
    cpSync(inject('templateFolder'), lossy, { recursive: true })
    removeEmptyFolders(lossy)
    copyTemplate(lossy, join(around, 'copy'))
    const names = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    expect(names(join(around, 'copy'))).toEqual(names(inject('templateFolder')).filter((name) => name !== 'benchkeeper-template.json'))
  })

  test('may be read-only', async () => {
    const template = join(around, 'template')
    cpSync(inject('templateFolder'), template, { recursive: true })
    for (const name of readdirSync(template, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(template, name)).isFile()) chmodSync(join(template, name), 0o444)
    }
    await prepareDataFolder(emptyFolder(), { templateFolder: template })
    expect(statSync(join(dataDir, 'PG_VERSION')).mode & 0o600).toBe(0o600)
  })
})

function emptyFolder(): string {
  mkdirSync(dataDir, { recursive: true })
  return dataDir
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
