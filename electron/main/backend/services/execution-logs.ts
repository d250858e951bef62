/** Reading what devices did: pages and ranges by keyset, never by offset, each page a short statement on an index. */

import { type AnyColumn, and, asc, desc, eq, gte, lte, or, type SQL, sql } from 'drizzle-orm'
import { executionLogs } from '../../../../db/schema/history.ts'
import type { LogStatus } from '../../../../shared/domain/execution-log.ts'
import { deviceNotFound } from './devices.ts'
import type { Reader } from './lab.ts'
import type { LogRow } from './running-operation.ts'

export type { LogRow } from './running-operation.ts'

/** Where a page ended: the last row's place in the order (started_at, id). */
export type LogCursor = { startedAt: Date; id: number }

export type LogFilter = {
  /** Both ends count. */
  start?: Date | undefined
  end?: Date | undefined
  deviceId?: string | undefined
  workflowId?: string | undefined
  status?: LogStatus | undefined
  operation?: string | undefined
}

export type LogPage = { order: 'newest' | 'oldest'; after?: LogCursor | undefined; limit: number }

/**
 * Everything that fits, in the order (started_at, id), in chunks. Each chunk is a short statement that looks at no more rows than it may
 * give, however few of them fit: so a booking never waits for a long list, nor for a search that finds nothing.
 */
export async function* streamLogs(db: Reader, filter: LogFilter, page: LogPage): AsyncGenerator<LogRow[]> {
  let after = page.after
  for (let left = page.limit; left > 0; ) {
    const { rows, end } = await readChunk(db, filter, { ...page, after, limit: left })
    if (rows.length > 0) yield rows
    if (!end) return
    left -= rows.length
    after = end
  }
}

export async function isThereALog(db: Reader, filter: LogFilter, page: Omit<LogPage, 'limit'>): Promise<boolean> {
  const { value } = await streamLogs(db, filter, { ...page, limit: 1 }).next()
  return value !== undefined
}

/**
 * That the lab knows the device, or has logs of it from before it was deleted.
 * @throws DomainError `device_not_found`
 */
export async function mustHaveDeviceOrLogs(db: Reader, deviceId: string): Promise<void> {
  const { rows } = await db.execute<{ known: boolean }>(sql`
    select exists (select 1 from devices where id = ${deviceId}) or exists (select 1 from execution_logs where device_id = ${deviceId}) as known`)
  if (!rows[0]?.known) throw deviceNotFound(deviceId)
}

/** Rows a statement may look at while a booking waits. */
const chunkSize = 2000

/** Of these one is an index's first column (`logs_by_…`); the most telling goes first. */
const indexed = ['workflowId', 'deviceId', 'operation'] as const

type Chunk = {
  rows: LogRow[]
  /** How far it looked; undefined when there is nothing behind it. */
  end: LogCursor | undefined
}

async function readChunk(db: Reader, filter: LogFilter, { order, after, limit }: LogPage): Promise<Chunk> {
  const { startedAt, id } = executionLogs
  const leading = indexed.find((name) => filter[name] !== undefined)
  const others = [...indexed.filter((name) => name !== leading), 'status' as const].filter((name) => filter[name] !== undefined)

  const inRange = db
    .select()
    .from(executionLogs)
    .where(
      and(
        leading && eq(executionLogs[leading], filter[leading] ?? ''),
        filter.start && gte(startedAt, filter.start),
        filter.end && lte(startedAt, filter.end),
        after && isAfter(after, order),
      ),
    )
    .orderBy(...inOrder(order, executionLogs))
  if (others.length === 0) {
    const most = Math.min(limit, chunkSize)
    const rows = await inRange.limit(most)
    return { rows, end: rows.length === most ? rows.at(-1) : undefined }
  }

  // What else is asked no index knows: of a chunk's worth of rows those that fit, and the last one, which says how far it looked.
  const looked = db.$with('looked').as(inRange.limit(chunkSize))
  const fits = and(...others.map((name) => eq(looked[name], filter[name] ?? '')))
  const last = db
    .select({ id: looked.id })
    .from(looked)
    .orderBy(...inOrder(order === 'newest' ? 'oldest' : 'newest', looked))
    .limit(1)
  const found = await db
    .with(looked)
    .select({ row: looked._.selectedFields, fits: sql<boolean>`${fits}` })
    .from(looked)
    .where(or(fits, eq(looked.id, last)))
    .orderBy(...inOrder(order, looked))
  const rows = found.filter((one) => one.fits).map((one) => one.row)
  return rows.length < limit ? { rows, end: found.at(-1)?.row } : { rows: rows.slice(0, limit), end: rows[limit - 1] }
}

function isAfter({ startedAt, id }: LogCursor, order: LogPage['order']): SQL {
  const place = sql`(${executionLogs.startedAt}, ${executionLogs.id})`
  const last = sql`(${startedAt.toISOString()}::timestamptz, ${id}::bigint)`
  return order === 'newest' ? sql`${place} < ${last}` : sql`${place} > ${last}`
}

function inOrder(order: LogPage['order'], { startedAt, id }: { startedAt: AnyColumn; id: AnyColumn }): [SQL, SQL] {
  return order === 'newest' ? [desc(startedAt), desc(id)] : [asc(startedAt), asc(id)]
}
