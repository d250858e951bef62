/** `npm run simulate` as a process: plays one lab day on a virtual clock, on a database in a temporary folder, and prints what it came to. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { simulateDay } from './simulation/day.ts'
import type { DayOptions } from './simulation/plan.ts'
import { inWords } from './simulation/print.ts'

/** Of the built program: out/main/simulate.js stands two folders below the project. */
const root = fileURLToPath(new URL('../..', import.meta.url))

process.exitCode = await main()

/** @returns 0 done; 1 a rule of the lab was broken or the program complained; 2 it was asked in a wrong way */
async function main(): Promise<0 | 1 | 2> {
  const options = readOptions(process.argv.slice(2))
  if (typeof options === 'number') return options
  const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-day-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  try {
    const { json, ...wanted } = options
    const day = await simulateDay(wanted, {
      dataDir: join(folder, 'data'),
      templateFolder: join(root, 'out', 'template'),
      migrationsFolder: join(root, 'db', 'migrations'),
    })
    process.stdout.write(`${json ? JSON.stringify(day, undefined, 2) : inWords(day)}\n`)
    return day.complaints.length > 0 ? 1 : 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
    return 1
  }
}

function readOptions(args: readonly string[]): (DayOptions & { json: boolean }) | 0 | 2 {
  const command = new Command('npm run simulate --')
    .description('Plays a lab day as fast as it goes, with failures, and checks the rules of the lab after each commit.')
    .exitOverride()
    .allowExcessArguments(false)
    .addOption(new Option('--devices <n>', 'instruments').default(20).argParser(wholeNumber(1, 1000)))
    .addOption(new Option('--workflows <n>', 'workflows that arrive').default(500).argParser(wholeNumber(1, 100_000)))
    .addOption(new Option('--seed <n>', 'the same seed gives the same day').default(7).argParser(wholeNumber(0, 2 ** 31 - 1)))
    .addOption(new Option('--days <n>', 'days over which they arrive').default(1).argParser(wholeNumber(1, 365)))
    .addOption(new Option('--elsewhere <share>', 'workflows with steps on another device, 0 to 1').default(0.1).argParser(share))
    .addOption(new Option('--json', 'prints JSON').default(false))
  try {
    command.parse(args, { from: 'user' })
    return command.opts()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : 2
  }
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}
