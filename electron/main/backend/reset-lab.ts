/** A new lab in place of the old one: either all of the new one is there afterwards, or the old one as it was. */

import type { Logger } from 'pino'
import { lockFolder } from './database/folder-lock.ts'
import { openDatabase } from './database/open.ts'
import { prepareLab } from './database/prepare-lab.ts'
import { findLabData, forget, type LabData, putBack, setAside } from './database/reset-folder.ts'

export type { LabData } from './database/reset-folder.ts'

export type ResetOptions = {
  dataDir: string
  demo: boolean | undefined
  demoLogs: number
  folders: { migrations: string; template: string }
  logger: Logger
  /** Asked before anything is deleted. */
  mayDelete(data: LabData): Promise<boolean>
}

/** @throws CannotOpenDatabase: a running lab holds the folder, or it is not one of Benchkeeper's; nothing was changed then */
export async function resetLab(options: ResetOptions): Promise<'reset' | 'kept'> {
  // Held while the person thinks, so that no lab starts on what is about to go.
  const lock = lockFolder(options.dataDir)
  try {
    const data = findLabData(lock.folder)
    if (data && !(await options.mayDelete(data))) return 'kept'
    if (data) await setAside(lock.folder)
  } finally {
    lock.release()
  }
  try {
    await makeLab(options)
  } catch (error) {
    const again = lockFolder(options.dataDir)
    putBack(again.folder)
    again.release()
    throw error
  }
  forget(lock.folder)
  return 'reset'
}

async function makeLab({ dataDir, demo, demoLogs, folders, logger }: ResetOptions): Promise<void> {
  const options = { dataDir, templateFolder: folders.template, migrationsFolder: folders.migrations, logger }
  const database = await openDatabase(options)
  try {
    await prepareLab(database, { demo, demoLogs, logger })
  } finally {
    await database.close()
  }
}
