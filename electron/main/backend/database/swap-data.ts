/** Other data in place of a lab's, which are kept beside them: while nobody has them open, and with a way back. */

import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { lockFolder } from './folder-lock.ts'

/**
 * @param folder the data folder by its real name
 * @param kept where its data go; nothing is there yet
 * @param fresh the folder that takes its place; undefined: an empty one
 * @returns what undoes it
 * @throws DataFolderLocked when another program has opened it meanwhile
 */
export function swapData(folder: string, kept: string, fresh: string | undefined): () => void {
  locked(folder, () => {
    renameSync(folder, kept)
    try {
      if (fresh === undefined) mkdirSync(folder, { mode: 0o700 })
      else renameSync(fresh, folder)
    } catch (error) {
      renameSync(kept, folder)
      throw error
    }
  })
  return () =>
    locked(folder, () => {
      rmSync(folder, { recursive: true, force: true })
      renameSync(kept, folder)
    })
}

function locked(folder: string, work: () => void): void {
  const lock = lockFolder(folder)
  try {
    work()
  } finally {
    lock.release()
  }
}
