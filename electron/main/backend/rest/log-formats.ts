/** How logs are written: a JSON array, one JSON object a line, or a table for a spreadsheet. */

import { stringify } from 'csv-stringify/sync'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { LogRow } from '../services/execution-logs.ts'
import type { RestEnv } from './context.ts'
import { presentLog } from './present.ts'
import { type LogFormat, logFormats, logSchema } from './schemas/log.ts'

const columns = Object.keys(logSchema.shape)

type Writing = { mediaType: string; head: string; write(rows: LogRow[]): string; between: string; tail: string }

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

function jsonOf(row: LogRow): string {
  return JSON.stringify(presentLog(row))
}

/**
 * Rows after RFC 4180, with the line ends of other text. A cell that a spreadsheet would run as a formula begins with `'`
 * (https://owasp.org/www-community/attacks/CSV_Injection); a number is none.
 */
function table(rows: LogRow[]): string {
  const cells = rows.map(presentLog).map((log) => ({
    ...log,
    parameters: JSON.stringify(log.parameters),
    result: log.result === null || typeof log.result === 'number' ? log.result : JSON.stringify(log.result),
  }))
  return stringify(cells, { columns, escape_formulas: true })
}
