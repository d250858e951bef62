/** How logs are written: a JSON array, one JSON object a line, or a table for a spreadsheet. */

import { stringify } from 'csv-stringify/sync'
import type { LogText } from './execution-logs.ts'

export const logFormats = ['json', 'ndjson', 'csv'] as const
export type LogFormat = (typeof logFormats)[number]

/** As on the wire of REST: a test holds them to its schema. */
const columns = [
  'id',
  'device_id',
  'workflow_id',
  'operation',
  'status',
  'parameters',
  'result',
  'error',
  'started_at',
  'completed_at',
  'duration_ms',
]

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
