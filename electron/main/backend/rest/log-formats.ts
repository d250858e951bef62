/** How logs are written: a JSON array, one JSON object a line, or a table for a spreadsheet. */

import { stringify } from 'csv-stringify/sync'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { LogText } from '../services/execution-logs.ts'
import type { RestEnv } from './context.ts'
import { type LogFormat, logFormats, logSchema } from './schemas/log.ts'

const columns = Object.keys(logSchema.shape)

type Writing = { mediaType: string; head: string; write(rows: LogText[]): string; between: string; tail: string }

/** What stands around and between the chunks of an answer, and how a chunk is written. */
export const writing: Readonly<Record<LogFormat, Writing>> = {
  json: { mediaType: 'application/json', head: '[', write: (rows) => rows.map(jsonOf).join(',\n'), between: ',\n', tail: ']\n' },
  ndjson: {
    mediaType: 'application/x-ndjson',
    head: '',
    write: (rows) => rows.map((row) => `${jsonOf(row)}\n`).join(''),
    between: '',
    tail: '',
  },
  csv: { mediaType: 'text/csv', head: `${columns.join()}\n`, write: table, between: '', tail: '' },
}

/** The format asked for: the parameter wins over the `Accept` header; whoever wants neither gets JSON. */
export function formatOf(c: Context<RestEnv>, asked: LogFormat | undefined): LogFormat {
  if (asked) return asked
  const supports = logFormats.map((format) => writing[format].mediaType)
  const wanted = accepts(c, { header: 'Accept', supports, default: writing.json.mediaType })
  return logFormats.find((format) => writing[format].mediaType === wanted) ?? 'json'
}

/** The Log of the contract; a test holds it to `logSchema`. What the database keeps as JSON goes out as it is. */
function jsonOf(log: LogText): string {
  return (
    `{"id":${log.id},"device_id":${JSON.stringify(log.deviceId)},"workflow_id":${JSON.stringify(log.workflowId)}` +
    `,"operation":${JSON.stringify(log.operation)},"status":"${log.status}","parameters":${inOneLine(log.parameters)}` +
    `,"result":${inOneLine(log.result ?? 'null')},"error":${JSON.stringify(log.error)},"started_at":"${log.startedAt}"` +
    `,"completed_at":${log.completedAt === null ? 'null' : `"${log.completedAt}"`},"duration_ms":${log.durationMs}}`
  )
}

/** JSON that somebody wrote into the database by hand may have line breaks, which would end a line of NDJSON. */
function inOneLine(json: string): string {
  return /[\n\r]/.test(json) ? JSON.stringify(JSON.parse(json)) : json
}

/**
 * Rows after RFC 4180, with the line ends of other text. A cell that a spreadsheet would run as a formula begins with `'`
 * (https://owasp.org/www-community/attacks/CSV_Injection); a number is none.
 */
function table(logs: LogText[]): string {
  const rows = logs.map((log) => [
    log.id,
    log.deviceId,
    log.workflowId,
    log.operation,
    log.status,
    inOneLine(log.parameters),
    cellOf(log.result),
    log.error,
    log.startedAt,
    log.completedAt,
    log.durationMs,
  ])
  return stringify(rows, { escape_formulas: true })
}

/** Null is an empty cell, a number a number, anything else its JSON. */
function cellOf(json: string | null): string | number | null {
  const trimmed = json?.trim() ?? 'null'
  if (trimmed === 'null') return null
  return /^-?[0-9]/.test(trimmed) ? Number(trimmed) : inOneLine(trimmed)
}
