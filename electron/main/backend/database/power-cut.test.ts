/** A disk that keeps nothing but what was flushed: every acknowledged commit has to be on it, whenever the power goes. */

import {
  copyFileSync,
  cpSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { openEmbeddedStore } from './embedded-store.ts'

let around: string

// A program without power stops its timers; these stores are only left.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }))
afterAll(() => void vi.useRealTimers())
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'benchkeeper-power-'))
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

// The system tells the name of an open file only there.
test.runIf(process.platform === 'linux')('power cuts lose nothing that was acknowledged, and leave no half of anything', async () => {
  const rows: number[] = []
  let disk = join(around, 'disk 0')
  cpSync(inject('templateFolder'), disk, { recursive: true })

  for (let cut = 1; cut <= 4; cut += 1) {
    const seen = join(around, `seen ${cut}`)
    cpSync(disk, seen, { recursive: true })
    // What the program reads and writes is one folder, what the disk keeps of it another.
    const store = await openEmbeddedStore(seen, { flush: (descriptor) => keep(descriptor, seen, disk) })
    if (cut === 1) await store.pool.query('create table notes (id int primary key, text text); create index on notes (text)')
    expect((await store.pool.query('select id from notes order by id')).rows.map(({ id }) => id)).toEqual(rows)
    expect((await store.pool.query(`select count(*)::int as rows from notes where text >= ''`)).rows).toEqual([{ rows: rows.length }])

    for (let commit = 1; commit <= 20; commit += 1) {
      const id = cut * 1000 + commit
      await store.pool.query(`insert into notes values ($1, repeat('x', 2000))`, [id])
      rows.push(id)
      // A checkpoint makes the log before it needless, so from then on all depends on the tables having been flushed.
      if (commit === 10 && cut !== 2) await store.checkpoint()
    }
    await store.pool.query('begin; insert into notes values (0)').catch(() => {})
    const next = join(around, `disk ${cut}`)
    cpSync(disk, next, { recursive: true })
    disk = next
    await store.pool.query('rollback')
    await store.close()
  }
})

/** What a flush brings to the disk: of a file its content, of a folder its names. */
function keep(descriptor: number, seen: string, disk: string): void {
  const path = readlinkSync(`/proc/self/fd/${descriptor}`)
  const kept = join(disk, relative(seen, path))
  if (!fstatSync(descriptor).isDirectory()) {
    // Not yet or no longer there by that name, as long as its folder was not flushed; this disk is kind and makes the name.
    if (existsSync(dirname(kept)) && existsSync(path)) copyFileSync(path, kept)
    return
  }
  mkdirSync(kept, { recursive: true })
  const names = new Set(readdirSync(path))
  for (const name of readdirSync(kept)) if (!names.has(name)) rmSync(join(kept, name), { recursive: true })
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const name = join(kept, entry.name)
    if (existsSync(name)) continue
    if (entry.isDirectory()) mkdirSync(name)
    else writeFileSync(name, '')
  }
}
