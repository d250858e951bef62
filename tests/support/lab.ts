/** A whole lab for a test: the real services on free ports, on a database of its own of either kind. */

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as PgClient } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import type { OpenLab } from '../../electron/main/backend/services/open-lab.ts'
import { type RunningLab, type StartOptions, startLab } from '../../electron/main/backend/start.ts'
import { type Client, createClient } from './client.ts'
import { defaults } from './lab-defaults.ts'

export type DatabaseKind = 'embedded' | 'server'

export type TestLab = OpenLab & {
  kind: DatabaseKind
  device: Client
  workflow: Client
  running: RunningLab
  /** What it was started with. */
  options: StartOptions
  /** Ends the program and starts it again on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

type Settings = Partial<Omit<StartOptions, 'logger' | 'version' | 'folders'>>

/** Runs the same suite on the embedded database and on a PostgreSQL server. `lab` is there from the first test on. */
export function onBothDatabases(name: string, settings: Settings, body: (lab: () => TestLab, kind: DatabaseKind) => void): void {
  describe.each(['embedded', 'server'] as const)(`${name} (%s)`, (kind) => body(useLab(kind, settings), kind))
}

/** A lab for the tests of the describe block it is called in. */
export function useLab(kind: DatabaseKind, settings: Settings = {}): () => TestLab {
  let lab: TestLab | undefined
  beforeAll(async () => {
    lab = await startTestLab(kind, settings)
  })
  afterAll(() => lab?.close())
  return () => {
    if (!lab) throw new Error('the lab is there from the first test on')
    return lab
  }
}

export async function startTestLab(kind: DatabaseKind, settings: Settings = {}): Promise<TestLab> {
  const place = kind === 'embedded' ? await makeFolder() : await makeDatabase()
  const options: StartOptions = {
    ...defaults,
    ...place.options,
    ...settings,
    version: '0.0.0-test',
    logger: pino({ level: process.env.LAB_LOG_LEVEL ?? 'silent' }, pino.destination(2)),
    folders: { migrations: join(root, 'db', 'migrations'), template: inject('templateFolder'), pages: join(root, 'out', 'renderer') },
  }

  async function start() {
    const running = await startLab(options)
    const open = await running.ready
    return { ...open, running, device: createClient(running.urls.device), workflow: createClient(running.urls.workflow) }
  }

  const lab: TestLab = {
    kind,
    options,
    ...(await start()),
    async restart() {
      await lab.running.close()
      Object.assign(lab, await start())
    },
    async close() {
      await lab.running.close()
      await place.remove()
    },
  }
  return lab
}

const root = join(import.meta.dirname, '..', '..')

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'benchkeeper-lab-'))
  return { options: { dataDir: join(folder, 'data') }, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function makeDatabase() {
  const serverUrl = inject('serverUrl')
  const name = `lab_${randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = name
  return { options: { databaseUrl: url.toString() }, remove: () => onServer(serverUrl, `drop database ${name} with (force)`) }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new PgClient({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
