/** Writing a long history of execution logs quickly, in statements of a bounded size. */

import { sql } from 'drizzle-orm'
import type { Database } from '../open.ts'
import { monthStart } from './bench.ts'
import type { PlannedLog } from './schedule.ts'
import type { Variation } from './variations.ts'

export type Transaction = Parameters<Parameters<Database['db']['transaction']>[0]>[0]

/** Rows of one statement: a few megabytes of parameters. */
const chunkSize = 20_000
/** From about here on it is quicker to build the indexes anew than to keep them up to date row by row (at 200,000: 18 µs a row against 29). */
const manyRows = 10_000

/**
 * Inserts the rows in their order, so that ids grow with the time of the start.
 * @param count how many there will be
 */
export async function insertLogs(tx: Transaction, logs: Iterable<PlannedLog>, count: number): Promise<void> {
  const rebuild = count >= manyRows && (await isEmpty(tx)) ? await dropIndexes(tx) : async () => {}
  for (const chunk of chunksOf(logs)) await insertChunk(tx, chunk)
  await rebuild()
}

/**
 * Only what differs from row to row goes as arrays of its own; what a row says, some 250 bytes of JSON, is sent once per variation.
 * The text of an array literal costs a fraction of what the driver takes to make it from an array.
 */
async function insertChunk(tx: Transaction, chunk: readonly PlannedLog[]): Promise<void> {
  const variations = new Map<Variation, number>()
  for (const { variation } of chunk) if (!variations.has(variation)) variations.set(variation, variations.size)
  const column = (value: (log: PlannedLog) => string | number | undefined) => `{${chunk.map(value).join()}}`
  const stock = JSON.stringify([...variations].map(([variation, number]) => ({ number, ...variation })))

  await tx.execute(sql`
    insert into execution_logs
           (device_id, workflow_id, step_index, operation, status, parameters, result, error, operator, started_at, completed_at, duration_ms)
    select stock."deviceId", log.workflow_id, log.step_index, stock.operation, stock.status, stock.parameters, stock.result, stock.error, stock.operator,
           ${monthStart.toISOString()}::timestamptz + log.started * interval '1 millisecond',
           ${monthStart.toISOString()}::timestamptz + (log.started + log.took) * interval '1 millisecond',
           log.took
      from unnest(${column((log) => variations.get(log.variation))}::integer[], ${column((log) => log.workflowId)}::text[],
                  ${column((log) => log.stepIndex)}::integer[], ${column((log) => log.startedAt)}::bigint[],
                  ${column((log) => log.durationMs)}::bigint[]) with ordinality as log(number, workflow_id, step_index, started, took, place)
      join json_to_recordset(${stock}::json) as stock(number integer, "deviceId" text, operation text, status log_status, parameters json,
                                                      result json, error text, operator text) on stock.number = log.number
     order by log.place`)
}

function* chunksOf(logs: Iterable<PlannedLog>): Generator<PlannedLog[]> {
  let chunk: PlannedLog[] = []
  for (const log of logs) {
    chunk.push(log)
    if (chunk.length < chunkSize) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

async function isEmpty(tx: Transaction): Promise<boolean> {
  const { rows } = await tx.execute<{ empty: boolean }>(sql`select not exists (select 1 from execution_logs) as empty`)
  return rows[0]?.empty === true
}

/**
 * Unique indexes stay: they refuse what must not be.
 * @returns builds the others again as they were; all in the caller's transaction, so nobody ever sees the table without them
 */
async function dropIndexes(tx: Transaction): Promise<() => Promise<void>> {
  const { rows } = await tx.execute<{ name: string; definition: string }>(sql`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index where indrelid = 'execution_logs'::regclass and not indisunique order by indexrelid`)
  for (const { name } of rows) await tx.execute(sql`drop index ${sql.raw(name)}`)
  return async () => {
    for (const { definition } of rows) await tx.execute(sql.raw(definition))
  }
}
