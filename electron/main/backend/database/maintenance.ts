/**
 * What PostgreSQL's background processes do on a server, and nobody in PGlite: checkpoints, statistics, room for new rows.
 * Each is one statement between those of others, because there is one session.
 */

import { Client } from 'pg'
import type { Logger } from 'pino'
import type { SessionArbiter } from './session-arbiter.ts'
import { credentials, SessionStream } from './session-stream.ts'
import type { WalMeter } from './wal.ts'

export type Maintenance = {
  /** To be called when nobody is in the middle of anything: writes a checkpoint when one is due. */
  look(wal: WalMeter): void
  checkpoint(): Promise<void>
  /** Gathers statistics and frees the room of dead rows where much has changed. Happens by itself while the program runs. */
  tidy(): Promise<void>
  /** Waits for what is being done. */
  close(): Promise<void>
}

/** What a start after a crash may have to replay: here 16 MB a second, so two seconds at most. Bytes. */
const mostWal = 32 * 1024 * 1024
/** Between looks at the tables, while something is written. Milliseconds. */
const tidyEvery = 60_000

/**
 * As autovacuum decides (PostgreSQL docs, "The Autovacuum Daemon"), with a larger base. Tables over 32 MB are not vacuumed: that takes
 * seconds in which nobody is served, and theirs are the logs, where hardly a row dies.
 */
const untidyTables = `
  select format('%I.%I', s.schemaname, s.relname) as name,
         s.n_mod_since_analyze > 500 + 0.1 * greatest(c.reltuples, 0) as analyze,
         s.n_dead_tup > 500 + 0.2 * greatest(c.reltuples, 0) and c.relpages <= 4096 as vacuum
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid`

/** @param currentWal of the session that is open */
export function createMaintenance(arbiter: SessionArbiter, currentWal: () => WalMeter, logger: Logger | undefined): Maintenance {
  let last: Promise<void> = Promise.resolve()
  let checkpointDue = false
  let flushesSeen = 0

  /** What is still being done when the store closes. */
  function track(work: Promise<void>): Promise<void> {
    const done = work.catch(() => undefined)
    last = last.then(() => done)
    return work
  }

  // Without node-postgres, so that it is next in the line at once: while one connects, much can be written.
  async function checkpoint(): Promise<void> {
    const [began, bytes] = [performance.now(), currentWal().sinceCheckpoint()]
    const { failed } = await arbiter.once('maintenance', 'checkpoint')
    if (failed) throw new Error('the checkpoint failed; the log of the embedded database says why')
    currentWal().checkpointDone()
    logger?.debug({ bytes, milliseconds: Math.round(performance.now() - began) }, 'checkpoint of the embedded database')
  }

  async function tidy(): Promise<void> {
    const client = new Client({ ...credentials, stream: () => new SessionStream(arbiter, 'maintenance') })
    // The query that fails tells it.
    client.on('error', () => {})
    await client.connect()
    await tidyTables(client).finally(() => client.end())
  }

  // Nobody waits for what happens by itself, and it comes round again.
  const told = (error: unknown) => logger?.warn({ err: error }, 'maintenance of the embedded database failed')

  const timer = setInterval(() => {
    const flushes = currentWal().flushes()
    if (flushes !== flushesSeen) track(tidy()).catch(told)
    flushesSeen = flushes
  }, tidyEvery)
  timer.unref()

  return {
    look(wal) {
      if (checkpointDue || wal.sinceCheckpoint() < mostWal) return
      checkpointDue = true
      const over = () => {
        checkpointDue = false
      }
      track(checkpoint()).catch(told).finally(over)
    },
    checkpoint: () => track(checkpoint()),
    tidy: () => track(tidy()),
    async close() {
      clearInterval(timer)
      await last
    },
  }
}

async function tidyTables(client: Client): Promise<void> {
  // What was counted in the last second is not shown before.
  await client.query('select pg_stat_force_next_flush()')
  const { rows } = await client.query<{ name: string; analyze: boolean; vacuum: boolean }>(untidyTables)
  for (const { name, analyze, vacuum } of rows) {
    if (vacuum) await client.query(`vacuum ${name}`)
    if (analyze) await client.query(`analyze ${name}`)
  }
}
