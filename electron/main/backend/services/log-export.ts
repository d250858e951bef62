/** Logs as a file, piece by piece, and what filters can choose from. */

import { sql } from 'drizzle-orm'
import type { Database } from '../database/open.ts'
import { readLogChunk } from './execution-logs.ts'
import type { Reader } from './lab.ts'
import type { LogCursor, LogFilter } from './log-filter.ts'
import { type LogFormat, writing } from './log-formats.ts'

/** Statements of one piece: a megabyte or so, after which whoever asked can say how far it is, or stop. */
const chunksAtOnce = 8

type Page = { order: 'newest' | 'oldest'; format: LogFormat; after: LogCursor | null }

/** The piece behind `after`; the pieces put together are the file. @returns `next` null when it was the last */
export async function exportLogs(
  database: Database,
  filter: LogFilter,
  { order, format, after }: Page,
): Promise<{ text: string; rows: number; next: LogCursor | null }> {
  const { head, write } = writing[format]
  let text = after === null ? head : ''
  let rows = 0
  let place = after ?? undefined
  for (let asked = 0; asked < chunksAtOnce; asked += 1) {
    const chunk = await readLogChunk(database, filter, { order, after: place, limit: Number.POSITIVE_INFINITY })
    text += chunk.rows.length > 0 ? write(chunk.rows) : ''
    rows += chunk.rows.length
    if (!chunk.end) return { text, rows, next: null }
    place = { startedAt: chunk.end.startedAt, id: chunk.end.id }
  }
  return { text, rows, next: place ?? null }
}

/** Each value there is once, by seeking from one to the next in its index: PostgreSQL's own `distinct` would read the whole of it. */
export async function readLogChoices(db: Reader): Promise<{ deviceIds: string[]; operations: string[] }> {
  return { deviceIds: await valuesOf(db, 'device_id'), operations: await valuesOf(db, 'operation') }
}

/** More than these nobody chooses from a list. */
const mostChoices = 500

async function valuesOf(db: Reader, column: 'device_id' | 'operation'): Promise<string[]> {
  const name = sql.identifier(column)
  const { rows } = await db.execute<{ value: string }>(sql`
    with recursive choice as (
      (select ${name} as value from execution_logs order by ${name} limit 1)
      union all
      select (select ${name} from execution_logs where ${name} > choice.value order by ${name} limit 1) from choice where choice.value is not null)
    select value from choice where value is not null limit ${mostChoices}`)
  return rows.map(({ value }) => value)
}
