/**
 * Logs as a file that the browser saves, or the desktop app by its save dialog: put together from the contract's pieces, so that both ways work alike.
 */

import type { LogFilterWire, LogOrder } from '../../../../shared/contract/logs.ts'
import type { Client } from '../../api/client.ts'
import { formatDay } from '../../components/time-format.ts'

export type LogFile = { name: string; content: Blob; rows: number; format: 'csv' | 'ndjson' }

type Wanted = { filter: LogFilterWire; order: LogOrder; format: LogFile['format'] }

/** A blob's content lies with the browser, which puts what is large on disk; the pieces lie here. Characters. */
const keptHere = 16_000_000

/**
 * @param onRows hears how many rows are there
 * @returns undefined when it was stopped
 */
export async function exportLogs(
  call: Client['call'],
  { filter, order, format }: Wanted,
  onRows: (rows: number) => void,
  signal: AbortSignal,
): Promise<LogFile | undefined> {
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson;charset=utf-8'
  let parts: BlobPart[] = []
  let waiting = 0
  let rows = 0
  let after: { startedAt: string; id: number } | null = null
  do {
    const piece: Awaited<ReturnType<typeof call<'logs.export'>>> = await call('logs.export', { filter, order, format, after })
    if (signal.aborted) return undefined
    parts.push(piece.text)
    waiting += piece.text.length
    if (waiting > keptHere) {
      parts = [new Blob(parts)]
      waiting = 0
    }
    rows += piece.rows
    onRows(rows)
    after = piece.next
  } while (after)
  return { name: `logs-${formatDay(new Date())}.${format}`, content: new Blob(parts, { type }), rows, format }
}
