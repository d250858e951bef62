/** PostgreSQL inside this program: PGlite on a folder, as one session that takes wire messages and is honest about dying. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { Logger } from 'pino'
import { flushTree } from './durable-files.ts'
import { DurableNodeFs } from './durable-node-fs.ts'
import { DataFolderUnusable } from './errors.ts'
import { StatementLimit } from './statement-limit.ts'
import { createWalMeter, type WalMeter } from './wal.ts'

export type Session = {
  /**
   * @param message one or more whole messages of a client
   * @param limit after which what runs is cancelled, as far as that can be done. Milliseconds
   * @returns the answer to all of them; rejects when PostgreSQL died of them, after which the session is of no use
   */
  execute(message: Uint8Array, limit?: number): Promise<Buffer>
  wal: WalMeter
  /** Writes a last checkpoint, so that the next start has nothing to replay. */
  close(): Promise<void>
}

export type SessionOptions = {
  logger?: Logger | undefined
  /** Instead of `fs.fsyncSync`. */
  flush?: ((descriptor: number) => void) | undefined
}

/** What PGlite sets itself, without `-F` (which turns fsync off) and `-O` (which lets anyone change system tables), and what suits this program. */
const settings = {
  // Temporary tables last, or a guest's `devices` would be the program's.
  search_path: 'public, pg_temp',
  // PGlite's own: one process, no helpers.
  exit_on_error: 'false',
  log_checkpoints: 'false',
  max_worker_processes: '0',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  io_method: 'sync',
  // PGlite's fdatasync, the default here, does nothing.
  wal_sync_method: 'fsync',
  TimeZone: 'UTC',
  // For disks without moving parts, as PostgreSQL's own documentation advises; there is no compiler for jit.
  random_page_cost: '1.1',
  jit: 'off',
  // Of 9,000 rows a table: enough to choose an index by, and a third of the time in which nobody else is served.
  default_statistics_target: '30',
  // Keeps a few of the 1 MB files for reuse instead of 64.
  min_wal_size: '8MB',
  // Refusals are part of the work here (races, unique indexes): only what ends PostgreSQL is worth its statement.
  log_min_error_statement: 'panic',
}
export const startParams = ['--single', '-j', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]

/**
 * Replays what a crash left.
 * @throws DataFolderUnusable when PostgreSQL does not start on the folder
 */
export async function openSession(folder: string, options: SessionOptions = {}): Promise<Session> {
  const wal = createWalMeter(folder)
  let running: Running | undefined = await start(folder, wal, options)
  wal.checkpointDone()

  return {
    wal,
    async execute(message, limit) {
      if (!running) throw new Error('the session is closed')
      const answer: Buffer[] = []
      // What is told is a view into PostgreSQL's memory, so it is copied.
      const onRawData = (bytes: Uint8Array) => void answer.push(Buffer.from(bytes))
      const { pglite, statementLimit } = running
      await statementLimit.during(limit, () => pglite.execProtocolRawStream(message, { syncToFs: false, onRawData }))
      return answer.length === 1 && answer[0] ? answer[0] : Buffer.concat(answer)
    },
    async close() {
      const closing = running
      // Whoever still holds the session shall not hold PostgreSQL's memory, which is hundreds of megabytes.
      running = undefined
      // A dead one can only be left, its files closed: asked anything more, it never answers. A timer of its may go off within ten seconds, idly.
      if (closing?.death.cause()) await closing.pglite.fs?.closeFs()
      else await closing?.pglite.close()
    },
  }
}

type Running = { pglite: PGlite; statementLimit: StatementLimit; death: { cause(): unknown } }

async function start(folder: string, wal: WalMeter, { logger, flush }: SessionOptions): Promise<Running> {
  const said = listenToServer(logger)
  // After a crash PostgreSQL wants every file flushed, one by one; this does it at once.
  const isFlushed = !wasShutDown(folder)
  if (isFlushed) await flushTree(folder)
  const fs = new DurableNodeFs(folder, { isFlushed, onFlush: wal.flushed, ...(flush && { flush }) })
  const statementLimit = new StatementLimit(fs)
  const pglite = await PGlite.create({ fs, startParams, onStderr: said.hear }).catch((error: unknown) => {
    throw new DataFolderUnusable(`The database in ${folder} does not start: ${said.lastWords() ?? String(error)}`, { cause: error })
  })
  return { pglite, statementLimit, death: watchForDeath(pglite) }
}

/** Whether PostgreSQL came to its end the last time: field `state` of ControlFileData (catalog/pg_control.h), DB_SHUTDOWNED. */
function wasShutDown(folder: string): boolean {
  const path = join(folder, 'global', 'pg_control')
  // A damaged one is PostgreSQL's to complain about.
  const control = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  return control.length >= 20 && control.readInt32LE(16) === 1
}

/**
 * When PostgreSQL exits or aborts (PANIC: a full disk, a failed fsync; FATAL: lost synchronization), PGlite takes that for one of its own
 * jumps and calls the dead program again, for ever. This makes it throw. Goes away when PGlite rethrows what it does not know.
 */
function watchForDeath(pglite: PGlite): { cause(): unknown } {
  /** Exit status with which PGlite leaves the program to handle an ordinary error. */
  const ordinaryError = 100
  const module = pglite.Module
  let cause: unknown

  const { _PostgresMainLoopOnce: runOnce, _PostgresMainLongJmp: handleError, stackRestore } = module
  const { _PostgresSendReadyForQueryIfNecessary: sendReady, _pgl_pq_flush: flush } = module
  const orDie = (work: () => void) => () => {
    if (cause) throw cause
    try {
      work()
    } catch (error) {
      const { status } = error as { status?: number } // Emscripten's ExitStatus, which it does not export
      if (status !== ordinaryError) cause = error ?? new Error('PostgreSQL ended')
      throw error
    }
  }
  module._PostgresMainLoopOnce = orDie(runOnce)
  module._PostgresMainLongJmp = orDie(handleError)
  // Called while the exception is handled, where nothing catches: the way out of PGlite's loop.
  module.stackRestore = (pointer) => {
    if (cause) throw cause
    return stackRestore(pointer)
  }
  module._PostgresSendReadyForQueryIfNecessary = () => cause || sendReady()
  module._pgl_pq_flush = () => cause || flush()
  return { cause: () => cause }
}

/** PostgreSQL's own log lines: the grave ones are the program's errors, the rest is for who debugs. */
function listenToServer(logger: Logger | undefined) {
  let grave: string | undefined
  return {
    lastWords: () => grave,
    hear(line: string): boolean {
      const [, severity, text] = /\] (FATAL|PANIC): {2}(.*)/.exec(line) ?? []
      if (severity) grave = text
      logger?.[severity ? 'error' : 'debug']({ postgres: line }, 'the embedded database says')
      // PGlite shall not print it as well.
      return false
    },
  }
}
