/** The chain of events: appended with each command, told after its commit, read again by whoever missed some. */

import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { events } from '../../../../db/schema/history.ts'
import type { EventKind, LabEvent } from '../../../../shared/domain/event.ts'
import type { Database } from '../database/open.ts'
import type { CallersEvent, Reader, Transaction } from './lab.ts'

export type EventListener = (event: LabEvent) => void

/** Tells every committed event once, in order of id, to whoever listens here. */
export type EventFeed = {
  subscribe(listener: EventListener): () => void
  /** This program committed these. */
  committed(appended: LabEvent[]): void
  /** Another program on the server may have committed some. */
  wake(): void
}

export type EventFilter = { after: number; deviceId?: string | undefined; workflowId?: string | undefined; limit: number }

/**
 * @param onError hears of a listener that threw and of a read that failed; the feed goes on
 * @param pause after a read that failed; rejects when the feed is over
 */
export async function createEventFeed(
  database: Database,
  onError: (error: unknown) => void,
  pause: () => Promise<void>,
): Promise<EventFeed> {
  const listeners = new Set<EventListener>()
  let last = await lastEventId(database.db)
  let reading = false
  let wanted = false

  function tell(event: LabEvent): void {
    if (event.id <= last) return
    last = event.id
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        onError(error)
      }
    }
  }

  // With several programs on one server, commits are heard of in any order: reading after the last told id keeps them in theirs.
  async function catchUp(): Promise<void> {
    wanted = true
    if (reading) return
    reading = true
    try {
      while (wanted) {
        wanted = false
        const page = await readEvents(database.db, { after: last, limit: 1000 })
        for (const event of page) tell(event)
        if (page.length === 1000) wanted = true
      }
    } catch (error) {
      onError(error)
      // What it missed would else wait for whatever happens next.
      pause().then(catchUp, () => undefined)
    } finally {
      reading = false
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    committed(appended) {
      // The embedded database has one connection, so commits come back in the order of their ids.
      if (database.kind === 'embedded') for (const event of appended) tell(event)
      else void catchUp()
    },
    wake: () => void catchUp(),
  }
}

/** Events after an id, in order; `limit` rows at most. */
export async function readEvents(db: Reader, filter: EventFilter): Promise<LabEvent[]> {
  return selectEvents(db, filter, [gt(events.id, filter.after)])
    .orderBy(asc(events.id))
    .limit(filter.limit)
}

/** Events before an id, or the latest, the newest first; `limit` rows at most. */
export async function readEventsBefore(
  db: Reader,
  filter: Omit<EventFilter, 'after'> & { before?: number | undefined },
): Promise<LabEvent[]> {
  const conditions: SQL[] = filter.before === undefined ? [] : [lt(events.id, filter.before)]
  return selectEvents(db, filter, conditions).orderBy(desc(events.id)).limit(filter.limit)
}

export async function lastEventId(db: Reader): Promise<number> {
  const [row] = await db.select({ id: sql<string | null>`max(${events.id})` }).from(events)
  return Number(row?.id ?? 0)
}

function selectEvents(db: Reader, filter: Pick<EventFilter, 'deviceId' | 'workflowId'>, conditions: SQL[]) {
  const of = [
    filter.deviceId === undefined ? undefined : eq(events.deviceId, filter.deviceId),
    filter.workflowId === undefined ? undefined : eq(events.workflowId, filter.workflowId),
  ]
  return db
    .select(columns)
    .from(events)
    .where(and(...conditions, ...of))
    .$dynamic()
}

const columns = {
  id: events.id,
  kind: events.kind,
  at: events.at,
  actor: events.actor,
  operator: events.operator,
  deviceId: events.deviceId,
  workflowId: events.workflowId,
  data: events.data,
}

/** The last statement of a transaction: the database numbers and chains the events under its event lock. */
export async function insertEvents(tx: Transaction, pending: CallersEvent[], announce: boolean): Promise<LabEvent[]> {
  if (pending.length === 0) return []
  const { now } = tx.context
  const batch = pending.map(({ caller, ...event }) => ({
    deviceId: null,
    workflowId: null,
    data: {},
    ...event,
    at: now.toISOString(),
    actor: caller.actor,
    operator: caller.operator,
  }))
  const { rows } = await tx.execute<{ id: string }>(sql`select id from append_events(${JSON.stringify(batch)}::json, ${announce})`)
  return batch.map((event, index) => ({
    id: Number(rows[index]?.id),
    kind: event.kind satisfies EventKind,
    at: now,
    actor: event.actor,
    operator: event.operator,
    deviceId: event.deviceId,
    workflowId: event.workflowId,
    data: event.data,
  }))
}
