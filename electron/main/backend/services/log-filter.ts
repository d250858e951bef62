/** Which logs somebody asks for, as conditions that an index answers and those that a row has to be looked at for. */

import { type SQL, sql } from 'drizzle-orm'
import { executionLogs } from '../../../../db/schema/history.ts'
import type { LogStatus } from '../../../../shared/domain/execution-log.ts'

/** A log's place in the order (started_at, id). `startedAt` in ISO 8601. */
export type LogCursor = { startedAt: string; id: number }

export type LogFilter = {
  /** Both ends count. */
  start?: Date | undefined
  end?: Date | undefined
  deviceId?: string | undefined
  workflowId?: string | undefined
  status?: LogStatus | undefined
  operation?: string | undefined
  /** Stands somewhere in the row, upper or lower case. */
  text?: string | undefined
}

/** Each is the first column of an index (`logs_by_…`, `logs_not_completed`); the most telling goes first. */
const indexed = ['workflowId', 'status', 'deviceId', 'operation'] as const

/**
 * `within` one index range holds, in the order (started_at, id); `fits` is what its rows have to be looked at for. A statement bounds how
 * many rows `within` it looks at, however few fit.
 */
export function conditionsOf(filter: LogFilter): { within: SQL; fits: SQL | undefined } {
  const { start, end, status, text } = filter
  const asked = indexed.filter((name) => filter[name] !== undefined)
  const leading = asked.find((name) => name !== 'status' || status !== 'completed')
  const is = (name: (typeof indexed)[number]) => sql`${executionLogs[name]} = ${filter[name]}`

  const within = [
    leading && is(leading),
    // The words of the index, without which no planner would take it for a parameter.
    leading === 'status' && sql`${executionLogs.status} <> 'completed'`,
    start && sql`${executionLogs.startedAt} >= ${start.toISOString()}::timestamptz`,
    end && sql`${executionLogs.startedAt} <= ${end.toISOString()}::timestamptz`,
  ].filter((condition) => condition !== undefined && condition !== false)
  const fits = asked.filter((name) => name !== leading).map(is)
  if (text !== undefined) fits.push(sql`${rowText} ilike ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`)
  return { within: allOf(within) ?? sql`true`, fits: allOf(fits) }
}

const { operation, workflowId, deviceId, operator, error, parameters, result } = executionLogs
const rowText = sql`concat_ws(' ', ${operation}, ${workflowId}, ${deviceId}, ${operator}, ${error}, ${parameters}, ${result})`

function allOf(conditions: (SQL | undefined)[]): SQL | undefined {
  const given = conditions.filter((condition) => condition !== undefined)
  return given.length > 0 ? sql.join(given, sql` and `) : undefined
}
