/** The command-line client: what it is asked, done over REST, and the exit code that says how it went. */

import { Command, CommanderError } from 'commander'
import { addDevices } from './commands/devices.ts'
import { addEvents } from './commands/events.ts'
import { addLogs } from './commands/logs.ts'
import { addQueue } from './commands/queue.ts'
import { addStatus } from './commands/status.ts'
import { addWorkflows } from './commands/workflows.ts'
import { addCommonOptions, type Context, createContext } from './context.ts'
import { Failed, Refused, WrongUsage } from './failures.ts'
import { say, type Terminal } from './terminal.ts'

/** Makes of what a command does the function that commander calls: with its arguments, its options and itself. */
export type Act = <Given extends unknown[]>(
  work: (context: Context, ...given: Given) => Promise<void>,
) => (...given: unknown[]) => Promise<void>

/** Ctrl+C, as shells count it: 128 and the signal's number. */
const stoppedCode = 130

/** @returns 0 done, 1 refused or failed (a sentence on `err` says why), 2 wrong usage, 130 stopped by the person */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const { out, err, stopped } = terminal
  const program = new Command('benchkeeper')
    .description("Talks to a running lab: devices, queues, workflows, logs and events. A workflow's id may be any text of your own.")
    .version(terminal.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help says how it is used)')
    .allowExcessArguments(false)
  addCommonOptions(program)

  const act: Act =
    <Given extends unknown[]>(work: (context: Context, ...given: Given) => Promise<void>) =>
    async (...given: unknown[]) => {
      const command = given.at(-1) as Command // commander's way
      await work(createContext(command, terminal), ...(given.slice(0, -1) as Given)) // as the command declares them
    }
  for (const add of [addStatus, addDevices, addQueue, addWorkflows, addLogs, addEvents]) add(program, act)

  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has said it already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (stopped.aborted) return stoppedCode
    if (error instanceof Refused) await say(err, program.opts().json ? JSON.stringify(error.body) : error.message)
    else if (error instanceof Failed)
      await say(err, program.opts().json ? JSON.stringify({ error: error.message, code: error.code }) : error.message)
    else if (error instanceof WrongUsage) await say(err, error.message)
    else throw error
    return error instanceof WrongUsage ? 2 : 1
  }
}
