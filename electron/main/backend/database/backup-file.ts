/** A backup as a file: what is in it, writing it from a copy of the data folder, and taking it apart again. */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create, extract, list } from 'tar'
import { z } from 'zod'
import { flushFile, flushFolder, flushTree } from './durable-files.ts'
import { DataFolderUnusable } from './errors.ts'

/** To be raised when the inside of a backup changes. */
const format = 1
const manifestName = 'manifest.json'
const dataName = 'data'

const manifestSchema = z.object({
  format: z.literal(format),
  /** The program that made it. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  note: z.string().nullable(),
  lastEventId: z.number().int(),
  /** Of the data folder: path with `/`, size in bytes, SHA-256. */
  files: z.array(z.object({ path: z.string(), size: z.number().int(), sha256: z.string() })),
})
export type BackupManifest = z.infer<typeof manifestSchema>
export type BackupAbout = Omit<BackupManifest, 'format' | 'files'>

/** Bytes done of bytes in all. */
export type OnProgress = (done: number, total: number) => void

/** Copies a data folder that stands still, and makes sure that all of every file has come along. */
export async function copyDataFolder(from: string, to: string, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
  const total = sizeOf(from)
  let done = 0
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    signal.throwIfAborted()
    const path = relative(from, join(entry.parentPath, entry.name))
    if (entry.isDirectory()) {
      mkdirSync(join(to, path), { recursive: true })
    } else if (entry.isFile()) {
      mkdirSync(dirname(join(to, path)), { recursive: true })
      await cp(join(from, path), join(to, path))
      const { size } = statSync(join(from, path))
      if (statSync(join(to, path)).size !== size) throw new Error(`${path} was not copied whole`)
      done += size
      onProgress(done, total)
    }
  }
}

/** Packs a copied data folder into one file, all at once: there is a whole backup of that name afterwards, or none. */
export async function packBackup(
  folder: string,
  file: string,
  about: BackupAbout,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<BackupManifest> {
  const stage = dirname(folder)
  const manifest: BackupManifest = { format, ...about, files: await describeFiles(folder, signal) }
  writeFileSync(join(stage, manifestName), JSON.stringify(manifest))
  const total = sizeOf(folder)
  let done = 0
  const packed = ({ stat }: { stat?: Stats }) => {
    done += stat?.size ?? 0
    onProgress(done, total)
  }
  const part = `${file}.part`
  await create({ file: part, gzip: { level: 1 }, cwd: stage, portable: true, onWriteEntry: packed }, [
    manifestName,
    relative(stage, folder),
  ])
  signal.throwIfAborted()
  await flushFile(part)
  renameSync(part, file)
  await flushFolder(dirname(file))
  return manifest
}

/** @throws DataFolderUnusable when it is no backup, or one of a newer program's */
export async function readManifest(file: string): Promise<BackupManifest> {
  let text = ''
  try {
    await list({
      file,
      filter: (path) => path === manifestName,
      onReadEntry: (entry) => {
        entry.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8')
        })
      },
    })
  } catch (error) {
    throw new DataFolderUnusable(`${file} cannot be read as a backup: ${error instanceof Error ? error.message : String(error)}`)
  }
  return parseManifest(text, file)
}

/**
 * Unpacks a backup into a new folder and compares every file with what the backup says of it.
 * @throws DataFolderUnusable when anything is missing, broken or too much
 */
export async function unpackBackup(file: string, folder: string, signal: AbortSignal): Promise<BackupManifest> {
  const stage = `${folder}.unpack`
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true, mode: 0o700 })
  try {
    const manifest = await readManifest(file)
    signal.throwIfAborted()
    await extract({ file, cwd: stage, strict: true, preserveOwner: false })
    const data = join(stage, dataName)
    if (!existsSync(data)) throw new DataFolderUnusable(`${file} has no data in it`)
    refuseDifferences(file, manifest, await describeFiles(data, signal))
    await flushTree(data)
    renameSync(data, folder)
    await flushFolder(dirname(folder))
    return manifest
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

function parseManifest(text: string, file: string): BackupManifest {
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch {
    throw new DataFolderUnusable(`${file} is not a backup that this program can read`)
  }
}

function refuseDifferences(file: string, { files }: BackupManifest, found: BackupManifest['files']): void {
  const there = new Map(found.map((each) => [each.path, each]))
  for (const { path, size, sha256 } of files) {
    const copy = there.get(path)
    if (copy?.size !== size || copy.sha256 !== sha256)
      throw new DataFolderUnusable(`The backup ${file} is damaged: ${path} in it is not as it was`)
  }
  if (found.length !== files.length) throw new DataFolderUnusable(`The backup ${file} is damaged: it has more files in it than it says`)
}

async function describeFiles(folder: string, signal: AbortSignal): Promise<BackupManifest['files']> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const files: BackupManifest['files'] = []
  for (const path of paths) {
    signal.throwIfAborted()
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    files.push({ path: relative(folder, path).split(sep).join('/'), size: statSync(path).size, sha256: hash.digest('hex') })
  }
  return files
}

/** Bytes of all files below. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0),
    0,
  )
}
