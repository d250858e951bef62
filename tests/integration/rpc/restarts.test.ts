/** A restart that the lab was asked for and that does not come to its end: there is the lab of before, or a word that there is none. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { keepLab } from '../../../electron/main/backend/keep-lab.ts'
import { serveConnection } from '../../../electron/main/backend/rpc/connection.ts'
import { systemClock } from '../../../electron/main/backend/services/clock.ts'
import type { Gate, OpenLab } from '../../../electron/main/backend/services/open-lab.ts'
import type { RunningLab } from '../../../electron/main/backend/start.ts'
import type { ServerMessage } from '../../../shared/contract/messages.ts'
import { buildProgram, startHeadless } from '../../support/headless.ts'
import { defaults } from '../../support/lab-defaults.ts'
import { openRpc } from '../../support/rpc-client.ts'

/** It stands still, so that a test knows where the data of before are to be kept. */
const now = new Date('2025-03-01T12:00:00Z')

let folder: string
let dataDir: string
let migrations: string
/** What the lab's log says, line by line. */
let logged: (line: string) => void = () => {}
let running: RunningLab
let opened: OpenLab[]
/** Resolves when there is no lab. */
let gone: Promise<unknown>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-restarts-'))
  dataDir = join(folder, 'lab')
  migrations = join(folder, 'migrations')
  await cp(join('db', 'migrations'), migrations, { recursive: true })
  opened = []
  let fail: (error: unknown) => void = () => {}
  gone = new Promise((resolve) => {
    fail = resolve
  })
  running = await keepLab(
    {
      ...defaults,
      dataDir,
      psqlPort: 0,
      version: '0.0.0-test',
      logger: pino({ level: 'info' }, { write: (line) => logged(line) }),
      folders: { migrations, template: inject('templateFolder'), pages: join('out', 'renderer') },
      clock: { ...systemClock, now: () => now },
    },
    (open) => opened.push(open),
    fail,
  )
  await running.ready
})

afterEach(async () => {
  logged = () => {}
  await running.close()
  rmSync(folder, { recursive: true, force: true })
})

it('opens the lab of before when its data cannot be put aside, and an event tells why', async () => {
  const page = await openRpc(running.urls.ui)
  page.subscribe(null)
  const subscribed = await page.push(({ topic }) => topic === 'subscribed')
  await page.ask('devices.create', { id: 'mine', name: 'Mine', type: 'other' })
  obstruct()
  const isOpen = onGate('open')
  await page.ask('lab.startOver', { demo: false })
  await page.closed
  await isOpen

  // The same addresses, and the page resumes from where it was.
  const again = await openRpc(running.urls.ui)
  again.subscribe('seq' in subscribed ? subscribed.seq : null)
  const told = await again.push((push) => push.topic === 'event' && push.event.kind === 'lab.restart_failed')
  expect(told).toMatchObject({ event: { actor: 'program', data: { reason: expect.stringMatching(/ENOTEMPTY|EEXIST|EPERM/) } } })
  expect((await again.ask('devices.list', {})).map(({ id }) => id)).toContain('mine')
  await again.close()
})

it('says so when the lab of before cannot be opened either', async () => {
  obstruct()
  const stopping = onGate('stopping')
  await startOver()
  await stopping
  renameSync(migrations, `${migrations}-elsewhere`)
  expect(await gone).toMatchObject({ message: expect.stringContaining('migrations') })
  expect(opened).toHaveLength(1)
})

it('a stop while a restart opens the lab leaves nothing open', async () => {
  let closed: Promise<void> | undefined
  const began = new Promise<void>((resolve) => {
    logged = (line) => {
      if (!line.includes('psql may connect')) return
      closed = running.close()
      resolve()
    }
  })
  await startOver()
  await began
  await closed
  expect(existsSync(`${dataDir}.lock`)).toBe(false)
  await expect(fetch(`${running.urls.device}/health`)).rejects.toThrow()
})

it('a page that asks for events while the lab begins to stop gets those of the lab that opens', async () => {
  const heard: ServerMessage[] = []
  let wake = () => {}
  const page = serveConnection(running.rpc, (message) => {
    heard.push(message)
    wake()
  })
  const [stopping, isOpen] = [onGate('stopping'), onGate('open')]
  const { lab } = running.rpc.open()
  // The embedded database has one connection: what the page asks for waits for this.
  await lab.database.db.transaction(async () => {
    page.receive({ subscribe: { after: null } })
    await startOver()
    await stopping
  })
  await isOpen
  const event = new Promise<void>((resolve) => {
    wake = () => heard.some((message) => 'push' in message && message.push.topic === 'event') && resolve()
  })
  const other = await openRpc(running.urls.ui)
  await other.ask('devices.create', { id: 'new-one', name: 'New', type: 'other' })
  await event
  expect(heard.flatMap((message) => ('push' in message && message.push.topic === 'event' ? [message.push.event.kind] : []))).toEqual([
    'device.created',
  ])
  page.close()
  await other.close()
})

it('the program without a window then says one line and ends with 1', async () => {
  await buildProgram()
  const program = startHeadless(join(folder, 'program', 'lab'), ['--demo-logs', '0'])
  const { uiUrl } = await program.ready
  let said = ''
  program.process.stderr?.on('data', (text: string) => {
    said += text
  })
  // When all that it said is here, too; it may have exited before that.
  const ended = new Promise((resolve) => program.process.once('close', resolve))
  const page = await openRpc(uiUrl)
  // Neither other data nor those of before can be opened below a file.
  renameSync(join(folder, 'program'), join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'program'), 'no folder')
  await page.ask('lab.startOver', { demo: false })
  expect(await ended).toBe(1)
  expect(said.match(/^benchkeeper: .*$/gm)).toHaveLength(1)
})

/** The place where the data of before would be kept is taken. */
function obstruct(): void {
  const kept = `${dataDir}.kept-${now.toISOString().replaceAll(':', '-')}`
  mkdirSync(kept)
  writeFileSync(join(kept, 'thesis.docx'), 'years of work')
}

async function startOver(): Promise<void> {
  await running.rpc.program().startOver?.(false)
}

function onGate(wanted: Gate): Promise<void> {
  return new Promise((resolve) => {
    const off = running.rpc.onGate((gate) => {
      if (gate !== wanted) return
      off()
      resolve()
    })
  })
}
