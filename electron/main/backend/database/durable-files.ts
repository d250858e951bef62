/** Files that are still there after a power cut: written, then flushed, and the folder that names them as well. */

import { closeSync, fsyncSync, openSync, readdirSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** Fails with EEXIST when there is such a file. */
export function writeFileDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Flushes everything in the folder, and the folder itself. */
export async function flushTree(folder: string): Promise<void> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
  await together(files, flushFile)
  await together([...folders, folder], flushFolder)
}

/** Many at once, as a journalling file system then writes its journal for several; and not so many that the system has no more descriptors. */
async function together(paths: string[], work: (path: string) => Promise<void>): Promise<void> {
  const most = 64
  for (let at = 0; at < paths.length; at += most) await Promise.all(paths.slice(at, at + most).map(work))
}

/** Makes names that were added to, renamed in or removed from a folder lasting. Windows does so by itself, and flushes no folder. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await flush(folder, 'r')
}

export async function flushFile(path: string): Promise<void> {
  await flush(path, 'r+')
}

async function flush(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
