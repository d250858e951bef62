/** Logs as lines of a table that does not know its end yet: the widths are those of what is usual. */

import { tableLines } from '../table.ts'
import type { Log } from '../wire.ts'

/** @param heading whether the first line names the columns */
export function logLines(logs: readonly Log[], { heading }: { heading: boolean }): string[] {
  return tableLines(logs, columns, widths).slice(heading ? 0 : 1)
}

const columns = {
  STARTED: (log: Log) => log.started_at,
  DEVICE: (log: Log) => log.device_id,
  OPERATION: (log: Log) => log.operation,
  STATUS: (log: Log) => log.status,
  SECONDS: (log: Log) => (log.duration_ms === null ? null : (log.duration_ms / 1000).toFixed(1)),
  WORKFLOW: (log: Log) => log.workflow_id,
  ERROR: (log: Log) => log.error ?? '',
}

const widths = [24, 16, 17, 11, 7, 36]
