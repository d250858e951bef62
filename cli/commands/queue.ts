/** `queue list`, `add`, `move` and `cancel`. */

import { type Command, Option } from 'commander'
import { z } from 'zod'
import { part } from '../client.ts'
import { priorityOption, wholeNumber } from '../context.ts'
import { WrongUsage } from '../failures.ts'
import type { Act } from '../run.ts'
import { type Entry, entrySchema } from '../wire.ts'

type Move = { priority?: string; before?: number; after?: number }

export function addQueue(program: Command, act: Act): void {
  const queue = program.command('queue').description('what waits for a device')

  queue
    .command('list <device>')
    .description('the waiting entries in order of turn')
    .action(
      act(async ({ client, show }, device: string) => {
        const entries = await client.ask(z.array(entrySchema), 'device', `/devices/${part(device)}/queue`)
        await show(entries, entryColumns, `Nobody waits for ${device}.`)
      }),
    )

  queue
    .command('add <device> <workflow>')
    .description('queue a workflow; a free device is booked at once')
    .addOption(priorityOption())
    .option('--note <text>', 'for whoever looks at the queue')
    .action(
      act(async ({ client, tell }, device: string, workflow: string, options: { priority?: string; note?: string }) => {
        const body = { workflow_id: workflow, ...options }
        const entry = await client.ask(entrySchema, 'device', `/devices/${part(device)}/queue`, { method: 'POST', body })
        await tell(entry, placeOf(entry))
      }),
    )

  queue
    .command('move <device> <entry>')
    .description('move an entry: before or after another, or behind those of a priority')
    .addOption(priorityOption())
    .addOption(new Option('--before <entry>', 'the entry that it shall stand before').argParser(wholeNumber(1)))
    .addOption(new Option('--after <entry>', 'the entry that it shall stand behind').argParser(wholeNumber(1)))
    .action(
      act(async ({ client, tell }, device: string, entry: string, options: Move) => {
        if (Object.keys(options).length !== 1) throw new WrongUsage('Give exactly one of --priority, --before and --after.')
        const path = `/devices/${part(device)}/queue/${part(entry)}`
        const moved = await client.ask(entrySchema, 'device', path, { method: 'PATCH', body: options })
        await tell(moved, placeOf(moved))
      }),
    )

  queue
    .command('cancel <device> <entry>')
    .description('take an entry out of the queue')
    .action(
      act(async ({ client, tell }, device: string, entry: string) => {
        const path = `/devices/${part(device)}/queue/${part(entry)}`
        const cancelled = await client.ask(entrySchema, 'device', path, { method: 'DELETE' })
        await tell(cancelled, `${nameOf(cancelled)} does not wait for ${cancelled.device_id} any more.`)
      }),
    )
}

/** Where an entry stands, in a sentence. */
export function placeOf(entry: Entry): string {
  if (entry.status === 'booked') return `${entry.device_id} was free and is booked for ${nameOf(entry)}.`
  const wait = entry.estimated_wait_seconds === null ? '' : `, in about ${duration(entry.estimated_wait_seconds)}`
  return `${nameOf(entry)} waits for ${entry.device_id} at place ${entry.position} (entry ${entry.id})${wait}.`
}

export const entryColumns = {
  PLACE: (entry: Entry) => entry.position,
  ENTRY: (entry: Entry) => entry.id,
  WORKFLOW: (entry: Entry) => entry.workflow_id,
  NAME: (entry: Entry) => entry.workflow_name,
  PRIORITY: (entry: Entry) => entry.priority,
  WAIT: (entry: Entry) => (entry.estimated_wait_seconds === null ? null : duration(entry.estimated_wait_seconds)),
  NOTE: (entry: Entry) => entry.note,
}

function nameOf({ workflow_name, workflow_id }: Entry): string {
  return workflow_name === null ? workflow_id : `"${workflow_name}"`
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
