/** Backups of the embedded database: made while the lab runs, checked by opening them, put back by a restart. */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DomainError } from '../../../shared/domain/errors.ts'
import { type BackupManifest, copyDataFolder, packBackup, readManifest, unpackBackup } from './database/backup-file.ts'
import type { LabContents } from './database/check-data.ts'
import { swapData } from './database/swap-data.ts'
import type { Restart } from './program.ts'
import type { Clock } from './services/clock.ts'
import { lastEventId } from './services/events.ts'
import type { Lab } from './services/lab.ts'
import type { Backup, BackupJob, Backups } from './services/program.ts'

type Options = {
  version: string
  /** By its real name. */
  dataDir: string
  lab: Lab
  /** Opens a copy of the data and says what is in it. @throws when it cannot be opened */
  check(folder: string): Promise<LabContents>
  restart: Restart
}

const ending = '.benchkeeper-backup'

/** Beside the data folder, so that a backup is on the same disk until a person takes it elsewhere. */
export function createBackups({ version, dataDir, lab, check, restart }: Options): Backups {
  const folder = `${dataDir}-backups`
  let job: BackupJob | null = null
  let cancelling = new AbortController()

  async function alone<T>(
    kind: BackupJob['kind'],
    work: (signal: AbortSignal, tell: (change: Partial<BackupJob>) => void) => Promise<T>,
  ): Promise<T> {
    if (job) throw new DomainError('backup_running', `A ${job.kind} is under way; wait for it or cancel it`)
    job = { kind, phase: 'copying', done: 0, total: 0 }
    cancelling = new AbortController()
    try {
      return await work(cancelling.signal, (change) => {
        if (job) job = { ...job, ...change }
      })
    } catch (error) {
      if (cancelling.signal.aborted) throw new DomainError('backup_failed', `The ${kind} was cancelled; nothing was changed`)
      lab.logger.error({ err: error }, `the ${kind} failed`)
      const reason = error instanceof Error ? error.message : String(error)
      throw new DomainError('backup_failed', `The ${kind} failed and nothing was changed: ${reason}`)
    } finally {
      job = null
    }
  }

  /** Unpacks a backup beside the data and opens it there. */
  async function checked(file: string, to: string, signal: AbortSignal): Promise<BackupManifest> {
    rmSync(to, { recursive: true, force: true })
    const manifest = await unpackBackup(file, to, signal)
    const contents = await check(to)
    signal.throwIfAborted()
    if (contents.lastEventId < manifest.lastEventId) throw new Error('events are missing in it')
    return manifest
  }

  function fileOf(name: string): string {
    // A name is one of a file in the folder, and leads nowhere else.
    const file = join(folder, name)
    if (basename(name) !== name || !name.endsWith(ending) || !existsSync(file)) {
      throw new DomainError('backup_not_found', 'There is no backup of that name', { name })
    }
    return file
  }

  return {
    folder,
    async list() {
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : []
      const found = await Promise.all(names.map((name) => describe(join(folder, name)).catch(() => undefined)))
      return found.filter((backup) => backup !== undefined).sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    },
    create: (note) =>
      alone('backup', async (signal, tell) => {
        const { embedded } = lab.database
        if (!embedded) throw new Error('only the embedded database can be copied')
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const createdAt = lab.clock.now().toISOString()
        const file = join(folder, `${createdAt.replaceAll(':', '-')}${ending}`)
        const stage = `${file}.stage`
        const copy = join(stage, 'data')
        try {
          const known = await lastEventId(lab.database.db)
          await embedded.holdStill(() => copyDataFolder(embedded.folder, copy, (done, total) => tell({ done, total }), signal))
          tell({ phase: 'packing', done: 0 })
          await packBackup(copy, file, { version, createdAt, note, lastEventId: known }, (done, total) => tell({ done, total }), signal)
          tell({ phase: 'checking', done: 0, total: 0 })
          rmSync(stage, { recursive: true, force: true })
          await checked(file, copy, signal)
        } catch (error) {
          for (const path of [file, `${file}.part`]) rmSync(path, { force: true })
          throw error
        } finally {
          rmSync(stage, { recursive: true, force: true })
        }
        return describe(file)
      }),
    job: () => job,
    cancel: () => cancelling.abort(),
    async remove(name) {
      rmSync(fileOf(name))
    },
    restore(name) {
      const file = fileOf(name)
      return alone('restore', async (signal, tell) => {
        tell({ phase: 'checking' })
        const fresh = `${dataDir}.restored`
        await checked(file, fresh, signal)
        const kept = asideOf(dataDir, lab.clock)
        restart(() => swapData(dataDir, kept, fresh))
        return kept
      })
    },
  }
}

/** Where the data of now goes when others take their place. Nothing deletes it but a person. */
export function asideOf(dataDir: string, clock: Clock): string {
  return `${dataDir}.kept-${clock.now().toISOString().replaceAll(':', '-')}`
}

async function describe(file: string): Promise<Backup> {
  const { createdAt, version, note, lastEventId } = await readManifest(file)
  return { name: basename(file), path: file, bytes: statSync(file).size, createdAt, version, note, lastEventId }
}
