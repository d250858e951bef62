/** The program as the screens see it: its addresses, its data, its backups, and a new lab in place of this one. */

import { DomainError } from '../../../shared/domain/errors.ts'
import { asideOf, createBackups } from './backups.ts'
import { checkInThread } from './check-data-thread.ts'
import { sizeOf } from './database/backup-file.ts'
import { checkData } from './database/check-data.ts'
import { swapData } from './database/swap-data.ts'
import type { Lab } from './services/lab.ts'
import type { Backups, Program } from './services/program.ts'
import type { StartOptions } from './start.ts'

/** `swap` changes the data while the lab is closed, and gives what undoes it. */
export type Restart = (swap: () => () => void, change?: Pick<StartOptions, 'demo'>) => void

/**
 * @param openLab undefined until it is open
 */
export function createProgram(options: StartOptions, urls: Program['urls'], openLab: () => Lab | undefined): Program {
  const { version, folders, databaseUrl, dataDir, restart = cannotRestart } = options
  if (databaseUrl !== undefined) return { version, dataDir: null, urls, dataBytes: () => null, backups: () => null, startOver: null }

  let backups: Backups | undefined
  const check = (folder: string) =>
    folders.checkThread === undefined
      ? checkData(folder, folders.migrations)
      : checkInThread(folders.checkThread, { folder, migrationsFolder: folders.migrations })

  return {
    version,
    dataDir,
    urls,
    dataBytes: () => sizeOf(dataDir),
    backups() {
      const lab = openLab()
      if (!lab) throw new Error('the lab is not open')
      backups ??= createBackups({ version, dataDir: realFolder(lab), lab, check, restart })
      return backups
    },
    async startOver(demo) {
      const lab = openLab()
      if (!lab) throw new Error('the lab is not open')
      const folder = realFolder(lab)
      const kept = asideOf(folder, lab.clock)
      restart(() => swapData(folder, kept, undefined), { demo })
      return kept
    },
  }
}

function realFolder({ database }: Lab): string {
  if (!database.embedded) throw new Error('only the embedded database has a folder')
  return database.embedded.folder
}

function cannotRestart(): never {
  throw new DomainError('invalid_state', 'This lab cannot restart itself: stop it, and use "npm run reset" on its data folder')
}
