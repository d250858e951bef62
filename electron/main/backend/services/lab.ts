/** The lab as its services see it, and the one place that opens a transaction. */

import type { Logger } from 'pino'
import type { NewEvent } from '../../../../shared/domain/event.ts'
import type { Database } from '../database/open.ts'
import type { Clock } from './clock.ts'
import type { Durations } from './durations.ts'
import { type EventFeed, insertEvents } from './events.ts'
import type { LearnedLateness } from './lateness.ts'
import type { Progress } from './progress.ts'

/** Who asked: `actor` is the way in (`rest`, `ui`, `runner`, `program`), `operator` the person, where one was named. */
export type Caller = { actor: string; operator: string | null }

export type Lab = {
  database: Database
  clock: Clock
  logger: Logger
  feed: EventFeed
  durations: Durations
  lateness: LearnedLateness
  progress: Progress
  /** Identifies this program among those on the same server; a new one each start. */
  station: number
  /** How much faster than nominal simulated devices run; 0 = no waiting. */
  simSpeed: number
  /** Runs the work in one transaction, appends its events at the end, publishes them after the commit. */
  transaction<T>(caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T>
}

type DrizzleTransaction = Parameters<Parameters<Database['db']['transaction']>[0]>[0]

/** A Drizzle transaction that knows who asked and what time it is. Inside one, nothing but `tx` may be used. */
export type Transaction = DrizzleTransaction & { readonly context: TransactionContext }

/** Reads that need no transaction take either. */
export type Reader = Database['db'] | Transaction

/** An event with who brought it about. */
export type CallersEvent = NewEvent & { caller: Caller }

type TransactionContext = { caller: Caller; readonly clock: Clock; now: Date; readonly events: CallersEvent[] }

/** Serialization failure and deadlock: the server asks to try again (PostgreSQL, appendix A). */
const retryable = new Set(['40001', '40P01'])
const attempts = 5

/** What was read before the locks is no longer so: the transaction begins anew, as after a serialization failure. */
export class TryAgain extends Error {
  readonly code = '40001'
}

/** Looks at what a transaction is about to commit; the simulator checks the lab's rules there. */
export type BeforeCommit = (tx: Transaction) => Promise<void>

/** What the lab keeps of what a command did, behind everything the command does itself and before its events. */
export type Follow = (lab: Lab, tx: Transaction) => Promise<void>

type LabOptions = Omit<Lab, 'transaction'> & { follow?: Follow; beforeCommit?: BeforeCommit | undefined }

export function createLab({ follow, beforeCommit, ...options }: LabOptions): Lab {
  const { database, clock, feed } = options

  async function attempt<T>(caller: Caller, work: (tx: Transaction) => Promise<T>) {
    return database.db.transaction(async (drizzleTx) => {
      const context: TransactionContext = { caller, clock, now: clock.now(), events: [] }
      const tx: Transaction = Object.assign(drizzleTx, { context })
      const value = await work(tx)
      await follow?.(lab, tx)
      await beforeCommit?.(tx)
      return { value, appended: await insertEvents(tx, context.events, database.kind === 'server') }
    })
  }

  async function transaction<T>(caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        const { value, appended } = await attempt(caller, work)
        if (appended.length > 0) feed.committed(appended)
        return value
      } catch (error) {
        if (tried === attempts || !retryable.has(sqlState(error) ?? '')) throw error
      }
    }
  }

  const lab: Lab = { ...options, transaction }
  return lab
}

/** Says what the command did; kept and told when the transaction commits. Times and who asked are added there. */
export function appendEvent(tx: Transaction, event: NewEvent): void {
  tx.context.events.push({ ...event, caller: tx.context.caller })
}

/** PostgreSQL's five-character error code, through the wrapper that Drizzle puts around it. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return sqlState(error.cause)
}

/** Connection failures, and PostgreSQL's classes 08 (connection) and 57P (shut down, crashed, starting). */
export function isDatabaseGone(error: unknown): boolean {
  const code = sqlState(error) ?? ''
  const message = error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : ''
  return (
    /^(08|57P0|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(message)
  )
}
