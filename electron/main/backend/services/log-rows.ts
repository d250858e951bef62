/** The rows of the log table: a window of them by position, the first ones before anything is counted, one of them whole. */

import { type SQL, sql } from 'drizzle-orm'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject, LogStatus } from '../../../../shared/domain/execution-log.ts'
import type { Database } from '../database/open.ts'
import { isoOf, readLogChunk } from './execution-logs.ts'
import type { Reader } from './lab.ts'
import { conditionsOf, type LogCursor, type LogFilter } from './log-filter.ts'
import { dropLogIndex, type LogChunk, type LogIndex } from './log-index.ts'

/** Times in ISO 8601. `workflowName` is null for a workflow that is not, or no longer, of this lab. */
export type LogListRow = {
  id: number
  deviceId: string
  workflowId: string
  workflowName: string | null
  stepIndex: number | null
  operation: string
  status: LogStatus
  /** The beginning of their JSON. */
  parameters: string
  error: string | null
  operator: string | null
  startedAt: string
  completedAt: string | null
  durationMs: number | null
}

export type LogDetail = Omit<LogListRow, 'parameters'> & {
  parameters: JsonObject
  result: unknown
  errorCode: string | null
  speed: number
}

/** Characters of a row's parameters and error that a table has room for. */
const shownText = 200

/**
 * The rows at positions `from` to `from + count`, counted from the oldest. Fewer when the logs were changed behind the index's back; then the
 * index is dropped.
 */
export async function readLogWindow(database: Database, index: LogIndex, from: number, count: number): Promise<LogListRow[]> {
  const { chunks } = index
  const to = from + count
  const rows: LogListRow[] = []
  let wanted = 0
  let ids: number[] = []

  async function readIds(): Promise<void> {
    if (ids.length > 0) rows.push(...(await selectRows(database.db, idsAsRows(ids))))
    ids = []
  }

  for (let at = chunkAt(chunks, from); at < chunks.length; at += 1) {
    const chunk = chunks[at]
    if (!chunk || chunk.before >= to) break
    const first = Math.max(0, from - chunk.before)
    const behind = Math.min(chunk.matches, to - chunk.before)
    if (behind <= first) continue
    wanted += behind - first
    if (chunk.ids) ids.push(...chunk.ids.slice(first, behind))
    else {
      await readIds()
      rows.push(...(await selectRows(database.db, keysIn(index, chunk, first, behind - first))))
    }
  }
  await readIds()
  if (rows.length < wanted) dropLogIndex(database, index)
  return rows
}

/** Statements that the first rows may take, for a filter that few rows fit. */
const firstChunks = 6

/** From one end of the list, without counting; there may be more than are found. */
export async function readFirstLogs(
  database: Database,
  filter: LogFilter,
  order: 'newest' | 'oldest',
  limit: number,
): Promise<LogListRow[]> {
  const ids: number[] = []
  let after: LogCursor | undefined
  for (let asked = 0; asked < firstChunks && ids.length < limit; asked += 1) {
    const { rows, end } = await readLogChunk(database, filter, { order, after, limit: limit - ids.length })
    ids.push(...rows.map(({ id }) => id))
    if (!end) break
    after = end
  }
  const rows = await selectRows(database.db, idsAsRows(ids))
  return order === 'newest' ? rows.reverse() : rows
}

/** @throws DomainError `log_not_found` */
export async function getLogDetail(db: Reader, logId: number): Promise<LogDetail> {
  const { rows } = await db.execute<TimesAsWritten<LogDetail>>(sql`
    select ${listed}, logs.parameters, logs.error, logs.result, logs.error_code as "errorCode", logs.speed
      from execution_logs logs left join workflows on workflows.id = logs.workflow_id where logs.id = ${logId}`)
  const [row] = rows
  if (!row) throw new DomainError('log_not_found', 'There is no such log; it may have been deleted', { log_id: logId })
  return inIso(row)
}

const listed = sql`
  logs.id::float8 as id, logs.device_id as "deviceId", logs.workflow_id as "workflowId", workflows.name as "workflowName",
  logs.step_index as "stepIndex", logs.operation, logs.status, logs.operator, logs.started_at::text as "startedAt",
  logs.completed_at::text as "completedAt", logs.duration_ms::float8 as "durationMs"`

async function selectRows(db: Reader, keys: SQL): Promise<LogListRow[]> {
  const { rows } = await db.execute<TimesAsWritten<LogListRow>>(sql`
    select ${listed}, left(logs.parameters::text, ${shownText}) as parameters, left(logs.error, ${shownText}) as error
      from (${keys}) keys join execution_logs logs on logs.id = keys.id left join workflows on workflows.id = logs.workflow_id
     order by logs.started_at, logs.id`)
  return rows.map(inIso)
}

/** The database's own spelling of the two times. */
type TimesAsWritten<Row> = Row & Record<string, unknown>

function inIso<Row extends { startedAt: string; completedAt: string | null }>(row: Row): Row {
  return { ...row, startedAt: isoOf(row.startedAt), completedAt: row.completedAt === null ? null : isoOf(row.completedAt) }
}

function idsAsRows(ids: number[]): SQL {
  return sql`select unnest(${sql.param(ids)}::bigint[]) as id`
}

/** The offset is inside one chunk, so the statement looks at no more rows than those of it. */
function keysIn({ filter }: LogIndex, { after, end }: LogChunk, offset: number, limit: number): SQL {
  const { within, fits } = conditionsOf(filter)
  return sql`
    select id from execution_logs
     where ${within} ${after ? sql`and (started_at, id) > (${after.startedAt}::timestamptz, ${after.id}::bigint)` : sql``}
       and (started_at, id) <= (${end.startedAt}::timestamptz, ${end.id}::bigint) ${fits ? sql`and ${fits}` : sql``}
     order by started_at, id offset ${offset} limit ${limit}`
}

/** The chunk that holds a position, or the last one before it. */
function chunkAt(chunks: readonly LogChunk[], position: number): number {
  let low = 0
  let high = chunks.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((chunks[middle]?.before ?? 0) <= position) low = middle
    else high = middle
  }
  return low
}
