/** What narrows a look at the history, on the command line and in the query. */

import type { Command } from 'commander'
import type { Request } from '../client.ts'

export type LogFilter = { start?: string; end?: string; device?: string; workflow?: string; status?: string; operation?: string }

export function withLogFilter(command: Command): Command {
  return command
    .option('--start <time>', 'from then on, such as 2025-01-15 or 2025-01-15T10:00:00Z')
    .option('--end <time>', 'up to then')
    .option('--device <id>', 'only one device')
    .option('--workflow <id>', 'only one workflow')
    .option('--status <status>', 'only those, such as failed')
    .option('--operation <name>', 'only that operation')
}

/** The whole history unless a range is given. */
export function searchQuery({ start = '0001-01-01', end = '9999-12-31T23:59:59.999Z', device, workflow, status, operation }: LogFilter) {
  return { start, end, device_id: device, workflow_id: workflow, status, operation } satisfies Request['query']
}
