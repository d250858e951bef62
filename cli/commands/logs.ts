/** `logs search`, `export` and `tail`: what the devices did. */

import { type Command, Option } from 'commander'
import { wholeNumber } from '../context.ts'
import type { Act } from '../run.ts'
import { exportLogs, formats } from './export.ts'
import { withLogFilter } from './log-filter.ts'
import { searchLogs } from './search.ts'
import { tailLogs } from './tail.ts'

export function addLogs(program: Command, act: Act): void {
  const logs = program.command('logs').description('what the devices did')

  withLogFilter(logs.command('search'))
    .description('what started in a range of time, the oldest first; without a range all of it')
    .addOption(new Option('--limit <n>', 'so many at most').argParser(wholeNumber(1)))
    .action(act(searchLogs))

  withLogFilter(logs.command('export'))
    .description('write the history to a file, which is there only when it is complete')
    .addOption(new Option('--format <format>', 'what it is written as').choices(formats).default('ndjson'))
    .requiredOption('-o, --output <file>', 'where to')
    .action(act(exportLogs))

  logs
    .command('tail')
    .description('the newest, and then what ends from now on, until Ctrl+C; with --json one JSON object a line')
    .option('--device <id>', 'only one device')
    .option('--workflow <id>', 'only one workflow')
    .addOption(new Option('-n, --lines <n>', 'so many of the newest first').argParser(wholeNumber(0, 10_000)).default(10))
    .action(act(tailLogs))
}
