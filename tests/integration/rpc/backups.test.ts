/** Backups while the lab runs, putting one back, and starting over: the data of now are kept each time. */

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { keepLab } from '../../../electron/main/backend/keep-lab.ts'
import type { RunningLab } from '../../../electron/main/backend/start.ts'
import { contract } from '../../../shared/contract/contract.ts'
import { createClient } from '../../support/client.ts'
import { useLab } from '../../support/lab.ts'
import { defaults } from '../../support/lab-defaults.ts'
import { openRpc, type RpcClient } from '../../support/rpc-client.ts'

let folder: string
let running: RunningLab
let page: RpcClient

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-backups-'))
  running = await keepLab(
    {
      ...defaults,
      dataDir: join(folder, 'lab'),
      version: '0.0.0-test',
      logger: pino({ level: 'silent' }),
      folders: { migrations: join('db', 'migrations'), template: inject('templateFolder'), pages: join('out', 'renderer') },
    },
    () => {},
    (error) => {
      throw error
    },
  )
  await running.ready
  page = await openRpc(running.urls.ui)
})

afterEach(async () => {
  await page.close()
  await running.close()
  rmSync(folder, { recursive: true, force: true })
})

it('makes a backup while bookings go on, and gives back what was there then', async () => {
  const device = createClient(running.urls.device)
  await device.post('/devices/incubator-1/book', { workflow_id: 'before' })
  const making = page.ask('backups.create', { note: 'Before the audit' })
  const meanwhile = await device.post('/devices/incubator-2/book', { workflow_id: 'meanwhile' })
  expect(meanwhile.status).toBe(200)
  const made = await making
  expect(contract['backups.create'].output.parse(made)).toEqual(made)
  expect(made).toMatchObject({ note: 'Before the audit', version: '0.0.0-test' })
  expect(await page.ask('backups.list', {})).toMatchObject({ backups: [{ name: made.name }] })

  await device.post('/devices/incubator-1/release', { workflow_id: 'before' })
  const { keptAt } = await page.ask('backups.restore', { name: made.name })
  await page.closed
  await opened()
  expect((await device.get('/devices/incubator-1')).body).toMatchObject({ status: 'busy', workflow_id: 'before' })
  expect(existsSync(join(keptAt, 'PG_VERSION'))).toBe(true)
  // The same addresses as before, and it can be backed up and changed again.
  page = await openRpc(running.urls.ui)
  expect(await page.ask('lab.status', {})).toMatchObject({ dataDir: join(folder, 'lab') })
  expect((await device.post('/devices/incubator-1/release', { workflow_id: 'before' })).status).toBe(200)
})

it('refuses a backup that is damaged, and changes nothing', async () => {
  const { name, path } = await page.ask('backups.create', {})
  const bytes = readFileSync(path)
  const middle = Math.floor(bytes.length / 2)
  bytes.fill(0, middle, middle + 64)
  writeFileSync(path, bytes)
  expect(await page.call('backups.restore', { name })).toMatchObject({ ok: false, error: { code: 'backup_failed' } })
  appendFileSync(join(folder, 'lab-backups', 'x.benchkeeper-backup'), 'no backup')
  expect(await page.call('backups.restore', { name: 'x.benchkeeper-backup' })).toMatchObject({
    ok: false,
    error: { code: 'backup_failed' },
  })
  expect(await page.call('backups.restore', { name: '../lab/PG_VERSION' })).toMatchObject({
    ok: false,
    error: { code: 'backup_not_found' },
  })
  expect((await createClient(running.urls.device).get('/devices')).body).toHaveLength(5)
})

it('can be cancelled, and leaves nothing behind', async () => {
  const making = page.call('backups.create', {})
  await page.ask('backups.cancel', {})
  expect(await making).toMatchObject({ ok: false, error: { code: 'backup_failed' } })
  expect(await page.ask('backups.list', {})).toMatchObject({ backups: [] })
})

it('starts over with an empty lab, and keeps the data of before', async () => {
  const { keptAt } = await page.ask('lab.startOver', { demo: false })
  await page.closed
  await opened()
  expect((await createClient(running.urls.device).get('/devices')).body).toEqual([])
  expect(existsSync(join(keptAt, 'PG_VERSION'))).toBe(true)
  page = await openRpc(running.urls.ui)
  expect(await page.ask('devices.list', {})).toEqual([])
})

const server = useLab('server')

it('says where to turn when the data are on a server', async () => {
  const other = await openRpc(server().running.urls.ui)
  expect(await other.ask('backups.list', {})).toEqual({ folder: null, backups: [] })
  expect(await other.call('backups.create', {})).toMatchObject({ ok: false, error: { code: 'invalid_state', message: /pg_dump/ } })
  expect(await other.call('lab.startOver', { demo: false })).toMatchObject({ ok: false, error: { code: 'invalid_state' } })
  await other.close()
})

/** The gate says when the lab is open again. */
function opened(): Promise<void> {
  return new Promise((resolve) => {
    if (running.rpc.gate() === 'open') return resolve()
    const off = running.rpc.onGate((gate) => {
      if (gate !== 'open') return
      off()
      resolve()
    })
  })
}
