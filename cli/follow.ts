/** Following what happens in the lab: the stream of events, resumed where it broke off, until the person stops. */

import { setTimeout } from 'node:timers/promises'
import type { Client, Service } from './client.ts'
import { Failed, Refused } from './failures.ts'
import { readMessages } from './sse.ts'
import { say, type Terminal } from './terminal.ts'
import { eventSchema, type LabEvent } from './wire.ts'

export type Wanted = { deviceId?: string | undefined; workflowId?: string | undefined; after?: number | undefined }

/** Milliseconds between attempts, unless the service says otherwise. */
const usualPause = 1_000

/**
 * Resolves once the lab listens for us, so that what is read afterwards leaves no gap before the first event.
 * The events end when the person stops; a lab that goes away is waited for.
 * @throws Refused, Failed when it cannot be opened in the first place, or never again
 */
export async function followEvents(
  client: Client,
  terminal: Terminal,
  service: Service,
  wanted: Wanted,
): Promise<AsyncGenerator<LabEvent>> {
  const { stopped, err } = terminal
  let lastId = wanted.after?.toString()
  let pause = usualPause

  async function connect(): Promise<ReadableStream<Uint8Array>> {
    const response = await client.open(service, '/events', {
      query: { device_id: wanted.deviceId, workflow_id: wanted.workflowId },
      headers: { Accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }) },
    })
    return response.body ?? new ReadableStream()
  }

  async function connectAgain(): Promise<ReadableStream<Uint8Array> | undefined> {
    await say(err, 'The lab is gone; waiting for it …')
    while (!stopped.aborted) {
      await setTimeout(pause, undefined, { signal: stopped }).catch(() => undefined)
      try {
        const body = await connect()
        await say(err, 'It is back.')
        return body
      } catch (error) {
        if (!stopped.aborted && !mayPass(error)) throw error
      }
    }
    return undefined
  }

  async function* follow(first: ReadableStream<Uint8Array>): AsyncGenerator<LabEvent> {
    for (let body: ReadableStream<Uint8Array> | undefined = first; body; body = await connectAgain()) {
      const messages = readMessages(body)
      try {
        for (;;) {
          // A connection that breaks and one that is closed are the same to us.
          const { value: message } = await messages.next().catch(() => ({ value: undefined }))
          if (!message) break
          lastId = message.id ?? lastId
          pause = message.retry ?? pause
          if (message.data !== undefined) yield eventSchema.parse(JSON.parse(message.data))
        }
      } finally {
        // Whoever has seen enough closes the connection.
        await messages.return(undefined).catch(() => undefined)
      }
      if (stopped.aborted) return
    }
  }
  return follow(await connect())
}

/** A lab that is starting, stopping or away will be back; one that refuses us will refuse us again. */
function mayPass(error: unknown): boolean {
  if (error instanceof Refused) return ['starting', 'stopping', 'no_database', 'database_unavailable'].includes(error.body.code)
  return error instanceof Failed && error.code === 'unreachable'
}
