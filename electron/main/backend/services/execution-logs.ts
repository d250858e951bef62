/** Reading what devices did: pages and ranges by keyset, never by offset, each page a short statement on an index. */

import { type AnyColumn, asc, desc, eq, type Query, type SQL, sql } from 'drizzle-orm'
import { executionLogs } from '../../../../db/schema/history.ts'
import type { LogStatus } from '../../../../shared/domain/execution-log.ts'
import type { Database } from '../database/open.ts'
import { deviceNotFound } from './devices.ts'
import type { Reader } from './lab.ts'
import { conditionsOf, type LogCursor, type LogFilter } from './log-filter.ts'

export type { LogCursor, LogFilter } from './log-filter.ts'

/**
 * A log on its way out, as the database wrote it: `parameters` and `result` are JSON text, times ISO 8601. Parsing them and writing them again
 * would take longer than reading them does.
 */
export type LogText = {
  id: number
  deviceId: string
  workflowId: string
  operation: string
  status: LogStatus
  parameters: string
  result: string | null
  error: string | null
  startedAt: string
  completedAt: string | null
  durationMs: number | null
}

export type LogPage = { order: 'newest' | 'oldest'; after?: LogCursor | undefined; limit: number }

/**
 * Everything that fits, in the order (started_at, id), in chunks. Each chunk is a short statement that looks at no more rows than it may
 * give, however few of them fit: so a booking never waits for a long list, nor for a search that finds nothing.
 */
export async function* streamLogs(database: Database, filter: LogFilter, page: LogPage): AsyncGenerator<LogText[]> {
  let after = page.after
  for (let left = page.limit; left > 0; ) {
    const { rows, end } = await readLogChunk(database, filter, { ...page, after, limit: left })
    if (rows.length > 0) yield rows
    if (!end) return
    left -= rows.length
    after = end
  }
}

export async function isThereALog(database: Database, filter: LogFilter, page: Omit<LogPage, 'limit'>): Promise<boolean> {
  const { value } = await streamLogs(database, filter, { ...page, limit: 1 }).next()
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
const chunkSize = 500

export type LogTextChunk = {
  rows: LogText[]
  /** How far it looked; undefined when there is nothing behind it. */
  end: LogCursor | undefined
}

/** One statement of `streamLogs`: the rows that fit among those it looks at. */
export async function readLogChunk({ db, pool }: Database, filter: LogFilter, { order, after, limit }: LogPage): Promise<LogTextChunk> {
  const { within, fits } = conditionsOf(filter)
  const inRange = db
    .select(columns)
    .from(executionLogs)
    .where(after ? sql`${within} and ${isAfter(after, order)}` : within)
    .orderBy(...inOrder(order, executionLogs))
  if (!fits) {
    const most = Math.min(limit, chunkSize)
    const rows = (await readTexts(pool, inRange.limit(most).toSQL())).map(logOf)
    return { rows, end: rows.length === most ? rows.at(-1) : undefined }
  }

  // What else is asked no index knows: of a chunk's worth of rows those that fit, and the last one, which says how far it looked.
  const looked = db.$with('looked').as(
    db
      .select({ ...columns, fits: sql<boolean>`${fits}`.as('fits') })
      .from(executionLogs)
      .where(after ? sql`${within} and ${isAfter(after, order)}` : within)
      .orderBy(...inOrder(order, executionLogs))
      .limit(chunkSize),
  )
  const last = db
    .select({ id: looked.id })
    .from(looked)
    .orderBy(...inOrder(order === 'newest' ? 'oldest' : 'newest', looked))
    .limit(1)
  const statement = db
    .with(looked)
    .select()
    .from(looked)
    .where(sql`${looked.fits} or ${eq(looked.id, last)}`)
    .orderBy(...inOrder(order, looked))
  const found = await readTexts(pool, statement.toSQL())
  const rows = found.filter((texts) => texts.at(-1) === 't').map(logOf)
  const lookedAt = found.at(-1)
  return rows.length < limit ? { rows, end: lookedAt && logOf(lookedAt) } : { rows: rows.slice(0, limit), end: rows[limit - 1] }
}

/** In the order in which `logOf` takes them apart. */
const columns = {
  id: executionLogs.id,
  deviceId: executionLogs.deviceId,
  workflowId: executionLogs.workflowId,
  operation: executionLogs.operation,
  status: executionLogs.status,
  parameters: executionLogs.parameters,
  result: executionLogs.result,
  error: executionLogs.error,
  startedAt: executionLogs.startedAt,
  completedAt: executionLogs.completedAt,
  durationMs: executionLogs.durationMs,
}

type Texts = (string | null)[]

/** Every value as PostgreSQL writes it. */
const asWritten = { getTypeParser: () => (text: string) => text }

async function readTexts(pool: Database['pool'], { sql: text, params }: Query): Promise<Texts[]> {
  const { rows } = await pool.query<Texts>({ text, values: params, rowMode: 'array', types: asWritten })
  return rows
}

function logOf(texts: Texts): LogText {
  const [id, deviceId, workflowId, operation, status, parameters, result, error, startedAt, completedAt, durationMs] = texts
  return {
    id: Number(id),
    deviceId: deviceId ?? '',
    workflowId: workflowId ?? '',
    operation: operation ?? '',
    status: status as LogStatus, // the column's type allows no other
    parameters: parameters ?? '{}',
    result: result ?? null,
    error: error ?? null,
    startedAt: isoOf(startedAt ?? ''),
    completedAt: completedAt == null ? null : isoOf(completedAt),
    durationMs: durationMs == null ? null : Number(durationMs),
  }
}

/** From `2025-01-15 10:00:00.5+00`, as PostgreSQL writes a `timestamptz(3)` in UTC, to `2025-01-15T10:00:00.500Z`. */
export function isoOf(text: string): string {
  const fraction = text[19] === '.' ? text.slice(20, text.indexOf('+', 20)) : ''
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`
}

function isAfter({ startedAt, id }: LogCursor, order: LogPage['order']): SQL {
  const place = sql`(${executionLogs.startedAt}, ${executionLogs.id})`
  const last = sql`(${startedAt}::timestamptz, ${id}::bigint)`
  return order === 'newest' ? sql`${place} < ${last}` : sql`${place} > ${last}`
}

function inOrder(order: LogPage['order'], { startedAt, id }: { startedAt: AnyColumn; id: AnyColumn }): [SQL, SQL] {
  return order === 'newest' ? [desc(startedAt), desc(id)] : [asc(startedAt), asc(id)]
}
