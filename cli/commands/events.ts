/** `events`: what happens in the lab, line by line. */

import { type Command, Option } from 'commander'
import { wholeNumber } from '../context.ts'
import { followEvents } from '../follow.ts'
import type { Act } from '../run.ts'
import { printable, say } from '../terminal.ts'
import type { LabEvent } from '../wire.ts'

type Filter = { device?: string; workflow?: string; after?: number }

export function addEvents(program: Command, act: Act): void {
  program
    .command('events')
    .description('follow what happens until Ctrl+C; with --json one JSON object a line')
    .option('--device <id>', 'only what concerns a device')
    .option('--workflow <id>', 'only what concerns a workflow')
    .addOption(new Option('--after <id>', 'begin behind that event; 0 for all that is kept').argParser(wholeNumber(0)))
    .action(
      act(async ({ client, terminal, json }, { device, workflow, after }: Filter) => {
        const wanted = { deviceId: device, workflowId: workflow, after }
        for await (const event of await followEvents(client, terminal, 'device', wanted)) {
          await say(terminal.out, json ? JSON.stringify(event) : eventLine(event))
        }
      }),
    )
}

/** `2025-01-15T10:00:00.000Z  device.booked  liquid-handler-1  wf-1  booking_id=7  (Ada)` */
export function eventLine({ id: _, kind, at, actor, operator, device_id, workflow_id, ...data }: LabEvent): string {
  const details = Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const who = operator ?? (actor === 'rest' ? undefined : actor)
  return printable([at, kind.padEnd(20), device_id, workflow_id, ...details, who && `(${who})`].filter(Boolean).join('  '))
}
