/**
 * What PostgreSQL's background processes do on a server, and nobody in PGlite: checkpoints, statistics, room for new rows.
 * Each is one statement between those of others, because there is one session.
 */

import type { Client } from 'pg'
import type { Logger } from 'pino'
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

/**
 * @param connect makes a client that waits for its turn as everybody does
 * @param currentWal of the session that is open
 */
export function createMaintenance(connect: () => Promise<Client>, currentWal: () => WalMeter, logger: Logger | undefined): Maintenance {
  let last: Promise<void> = Promise.resolve()
  let checkpointDue = false
  let flushesSeen = 0

  /** One after the other. */
  function next(work: (client: Client) => Promise<void>): Promise<void> {
    const done = last.then(async () => {
      const client = await connect()
      await work(client).finally(() => client.end())
    })
    last = done.catch(() => undefined)
    return done
  }

  async function writeCheckpoint(client: Client): Promise<void> {
    const [began, bytes] = [performance.now(), currentWal().sinceCheckpoint()]
    await client.query('checkpoint')
    currentWal().checkpointDone()
    logger?.debug({ bytes, milliseconds: Math.round(performance.now() - began) }, 'checkpoint of the embedded database')
  }

  async function tidyTables(client: Client): Promise<void> {
    const { rows } = await client.query<{ name: string; analyze: boolean; vacuum: boolean }>(untidyTables)
    for (const { name, analyze, vacuum } of rows) {
      if (vacuum) await client.query(`vacuum ${name}`)
      if (analyze) await client.query(`analyze ${name}`)
    }
  }

  // Nobody waits for what happens by itself, and it comes round again.
  const told = (error: unknown) => logger?.warn({ err: error }, 'maintenance of the embedded database failed')

  const timer = setInterval(() => {
    const flushes = currentWal().flushes()
    if (flushes !== flushesSeen) next(tidyTables).catch(told)
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
      next(writeCheckpoint).catch(told).finally(over)
    },
    checkpoint: () => next(writeCheckpoint),
    tidy: () => next(tidyTables),
    async close() {
      clearInterval(timer)
      await last
    },
  }
}
