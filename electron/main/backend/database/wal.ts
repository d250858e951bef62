/** How much write-ahead log there is since the last checkpoint, told by the names of the files that are flushed. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type WalMeter = {
  /** Bytes that a start after a crash would have to replay; a whole file is the unit. */
  sinceCheckpoint(): number
  checkpointDone(): void
  flushed(name: string): void
  /** Grows whenever something is written for good. */
  flushes(): number
}

const fileName = /^[0-9A-F]{24}$/

export function createWalMeter(folder: string): WalMeter {
  const size = fileSize(folder)
  let first: number | undefined
  let last = 0
  let flushes = 0
  return {
    sinceCheckpoint: () => (first === undefined ? 0 : (last - first) * size),
    // A checkpoint renames old files into future ones, and flushes those: what counts is what is flushed from then on.
    checkpointDone: () => {
      first = undefined
    },
    flushed(name) {
      if (!fileName.test(name)) return
      flushes += 1
      last = numberOf(name, size)
      first ??= last
    },
    flushes: () => flushes,
  }
}

/** 8 hex digits each: timeline, the position's upper 32 bits, and the file within these 4 GiB (PostgreSQL's XLogFileName). */
function numberOf(name: string, size: number): number {
  return Number.parseInt(name.slice(8, 16), 16) * (2 ** 32 / size) + Number.parseInt(name.slice(16), 16)
}

/** All have the size that initdb was told. */
function fileSize(folder: string): number {
  const files = join(folder, 'pg_wal')
  const name = readdirSync(files).find((name) => fileName.test(name))
  if (!name) throw new Error(`no write-ahead log in ${folder}`)
  return statSync(join(files, name)).size
}
