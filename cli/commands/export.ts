/** `logs export`: the history into a file, which is there only when it is complete. */

import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../context.ts'
import { Failed, lostOnTheWay } from '../failures.ts'
import { say } from '../terminal.ts'
import { type LogFilter, searchQuery } from './log-filter.ts'
import { createProgress } from './progress.ts'

export const formats = ['ndjson', 'csv', 'json'] as const

type Options = LogFilter & { format: (typeof formats)[number]; output: string }

/** Written beside it under another name and renamed at the end. */
export async function exportLogs({ client, terminal, json, tell }: Context, { format, output, ...filter }: Options): Promise<void> {
  const part = `${output}.part`
  // Before the lab is asked: whoever cannot write need not wait for the first row to learn it.
  const file = await open(part, 'w').catch((error: NodeJS.ErrnoException) => {
    throw cannotWrite(output, error)
  })
  try {
    const query = { ...searchQuery(filter), format }
    const { body } = await client.open('device', '/execution-logs/search', { query, headers: { Accept: '*/*' } })
    const progress = createProgress(terminal.err)
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        progress.add(chunk.length)
        done(null, chunk)
      },
    })
    try {
      await pipeline(Readable.fromWeb(body ?? new ReadableStream()), count, createWriteStream(part, { fd: file, flush: true }), {
        signal: terminal.stopped,
      })
    } finally {
      progress.end()
    }
    await rename(part, output)
    if (json) await tell({ file: output, format, bytes: progress.bytes() }, '')
    else await say(terminal.err, `${output} has the history: ${progress.summary()}.`)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    if (isFileError(error)) throw cannotWrite(output, error)
    throw lostOnTheWay(error, `${output} was not written`)
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function cannotWrite(output: string, { code, message }: NodeJS.ErrnoException): Failed {
  return new Failed(`${output} cannot be written: ${(code && reasons[code]) ?? message}.`, 'cannot_write')
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the drive is read-only',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the drive is full',
  EDQUOT: 'your share of the drive is used up',
}
