/** Rows of the table to the clipboard, as a spreadsheet takes them: cells with tabs between, a line a row. */

import type { LogOrder, LogRowWire } from '../../../../shared/contract/logs.ts'
import { mostLogRows } from '../../../../shared/contract/logs.ts'
import type { Client } from '../../api/client.ts'
import { copyText } from '../../components/clipboard.ts'
import { Refusal } from '../../components/tell.tsx'
import { formatInstant } from '../../components/time-format.ts'
import type { Selection } from './log-table.tsx'

/** More is for an export. */
export const mostCopied = 10_000

/** @returns what was done, as a sentence */
export async function copyRows(call: Client['call'], generation: string, { from, to }: Selection, order: LogOrder): Promise<string> {
  const count = Math.min(mostCopied, to - from + 1)
  const begin = order === 'oldest' ? from : to - count + 1
  const rows: LogRowWire[] = []
  while (rows.length < count) {
    const page = await call('logs.window', { generation, from: begin + rows.length, count: Math.min(mostLogRows, count - rows.length) })
    if (page.stale || page.rows.length === 0) throw new Refusal('The logs have changed meanwhile; choose the rows again')
    rows.push(...page.rows)
  }
  if (order === 'newest') rows.reverse()
  await copyText(`${[header, ...rows.map(cells)].map((line) => line.map(inOneCell).join('\t')).join('\n')}\n`)
  return count === 1 ? '1 row was copied' : `${count.toLocaleString('en')} rows were copied`
}

const header = ['started', 'status', 'device', 'operation', 'workflow', 'duration_ms', 'error', 'parameters']

function cells(row: LogRowWire): string[] {
  const started = formatInstant(row.startedAt, { seconds: true })
  return [started, row.status, row.deviceId, row.operation, row.workflowId, String(row.durationMs ?? ''), row.error ?? '', row.parameters]
}

/** What a spreadsheet would run as a formula begins with `'`, as in the exports. */
function inOneCell(text: string): string {
  const line = text.replaceAll(/[\t\r\n]+/g, ' ')
  return /^[=+\-@]/.test(line) ? `'${line}` : line
}
