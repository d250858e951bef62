/** `logs tail`: the newest logs, then each that ends from now on. */

import { z } from 'zod'
import { type Client, part } from '../client.ts'
import type { Context } from '../context.ts'
import { followEvents } from '../follow.ts'
import { linesOf } from '../ndjson.ts'
import { say } from '../terminal.ts'
import { type LabEvent, type Log, logSchema } from '../wire.ts'
import { searchQuery } from './log-filter.ts'
import { logLines } from './log-lines.ts'

type Options = { device?: string; workflow?: string; lines: number }

export async function tailLogs({ client, terminal, json }: Context, { device, workflow, lines }: Options): Promise<void> {
  // Listening first: what ends while the newest are read is not missed, and not told twice either.
  const events = await followEvents(client, terminal, 'device', { deviceId: device, workflowId: workflow })
  let heading = true

  async function show(log: Log): Promise<void> {
    if (json) return say(terminal.out, JSON.stringify(log))
    for (const line of logLines([log], { heading })) await say(terminal.out, line)
    heading = false
  }

  try {
    const logs = await newest(client, { device, workflow, lines })
    for (const log of logs) await show(log)
    const ended = new Set(logs.filter(({ status }) => status !== 'running').map(({ id }) => id))
    for await (const event of events) {
      const log = await endedLog(client, event)
      if (log && !ended.has(log.id)) await show(log)
    }
  } finally {
    await events.return(undefined)
  }
}

/** The oldest of them first. */
async function newest(client: Client, { device, workflow, lines }: Options): Promise<Log[]> {
  if (lines === 0) return []
  if (workflow !== undefined) return lastOf(client, { device, workflow, lines })
  const path = device === undefined ? '/execution-logs' : `/execution-logs/${part(device)}`
  const logs = await client.ask(z.array(logSchema), 'device', path, { query: { limit: lines } })
  return logs.reverse()
}

/** The lists that begin with the newest know no workflow, so its logs are read to their end. */
async function lastOf(client: Client, { device, workflow, lines }: Options): Promise<Log[]> {
  const query = { ...searchQuery({ device, workflow }), format: 'ndjson' }
  const { body } = await client.open('device', '/execution-logs/search', { query })
  const last: string[] = []
  for await (const line of linesOf(body ?? new ReadableStream())) {
    last.push(line)
    if (last.length > lines) last.shift()
  }
  return last.map((line) => logSchema.parse(JSON.parse(line)))
}

/** The event says which log ended, and enough to find it; the log itself has the parameters and the result as well. */
async function endedLog(client: Client, { kind, at, device_id, workflow_id, log_id, duration_ms }: LabEvent): Promise<Log | undefined> {
  if (!/^operation\.(?!started)/.test(kind)) return undefined
  // Of one that was cut off long ago nobody knows when it began.
  const start = typeof duration_ms === 'number' ? new Date(Date.parse(at) - duration_ms - leeway).toISOString() : undefined
  const end = new Date(Date.parse(at) + leeway).toISOString()
  const query = searchQuery({ start, end, device: device_id ?? undefined, workflow: workflow_id ?? undefined })
  const logs = await client.ask(z.array(logSchema), 'device', '/execution-logs/search', { query })
  return logs.find((log) => log.id === log_id)
}

/** Milliseconds between the end that is written in a log and the event's own time. */
const leeway = 1_000
