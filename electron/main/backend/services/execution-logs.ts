/** Reading what devices did: pages and ranges by keyset, never by offset, each page a short statement on an index. */

import { and, asc, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
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

/** One page in the order (started_at, id), forwards or backwards, after the cursor. */
export async function readLogs(db: Reader, filter: LogFilter, page: LogPage): Promise<LogRow[]> {
  const { startedAt, id } = executionLogs
  const newest = page.order === 'newest'
  const conditions: (SQL | undefined)[] = [
    filter.start && gte(startedAt, filter.start),
    filter.end && lte(startedAt, filter.end),
    filter.deviceId === undefined ? undefined : eq(executionLogs.deviceId, filter.deviceId),
    filter.workflowId === undefined ? undefined : eq(executionLogs.workflowId, filter.workflowId),
    filter.status && eq(executionLogs.status, filter.status),
    filter.operation === undefined ? undefined : eq(executionLogs.operation, filter.operation),
  ]
  if (page.after) {
    const last = sql`(${page.after.startedAt.toISOString()}::timestamptz, ${page.after.id}::bigint)`
    conditions.push(newest ? sql`(${startedAt}, ${id}) < ${last}` : sql`(${startedAt}, ${id}) > ${last}`)
  }
  return db
    .select()
    .from(executionLogs)
    .where(and(...conditions))
    .orderBy(newest ? desc(startedAt) : asc(startedAt), newest ? desc(id) : asc(id))
    .limit(page.limit)
}

/** Everything that fits, in keyset chunks: each is its own short statement, so that a booking never waits for a long list. */
export async function* streamLogs(db: Reader, filter: LogFilter, page: LogPage): AsyncGenerator<LogRow[]> {
  let after = page.after
  for (let left = page.limit; left > 0; ) {
    const rows = await readLogs(db, filter, { ...page, after, limit: Math.min(left, chunkSize) })
    const last = rows.at(-1)
    if (!last) return
    yield rows
    left -= rows.length
    if (rows.length < chunkSize) return
    after = { startedAt: last.startedAt, id: last.id }
  }
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

/** Rows a statement may read while a booking waits. */
const chunkSize = 2000
