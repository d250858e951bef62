/** One listener's stream of events: what it missed from the database, then what happens, nothing twice and nothing left out. */

import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { EventFilter } from '../services/events.ts'
import { readEvents } from '../services/events.ts'
import type { ForecastFeed } from '../services/forecast-feed.ts'
import type { Lab } from '../services/lab.ts'
import type { Forecast } from '../services/schedule.ts'
import { presentEvent } from './present.ts'
import { presentSchedule } from './present-schedule.ts'

export type EventStreamOptions = {
  /** The last event the listener has. */
  after: number
  filter: Pick<EventFilter, 'deviceId' | 'workflowId'>
  /** Tells expectations too, between the events and without an id, so that resuming by id stays right. */
  forecasts?: ForecastFeed | undefined
  /** Ends the stream. */
  signal: AbortSignal
  /** The listener took too long: its connection may be cut. */
  onTooSlow: () => void
}

/** Between two comment lines that keep proxies and listeners from thinking the connection dead. Milliseconds. */
export const heartbeatEvery = 15_000
/** What may wait for a listener that does not read. A tenth of a second of the busiest lab is far less. */
const mostWaiting = 5_000
/** Events read at a time while catching up. */
const pageSize = 500

/** Server-Sent Events (WHATWG HTML, 9.2), as bytes. */
export function createEventStream(
  lab: Lab,
  { after, filter, forecasts, signal, onTooSlow }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const waiting: LabEvent[] = []
  /** The latest of each device. */
  const changed = new Map<string, Forecast>()
  let sent = after
  // Until everything missed has been read, the database is the source; what is told meanwhile only says that there is more to read.
  let live = false
  let toldMeanwhile = false
  let begun = false
  let tooSlow = false
  let wake = () => {}
  let beat = false

  const unsubscribe = lab.feed.subscribe((event) => {
    if (!live) toldMeanwhile = true
    else if (matches(event, filter)) waiting.push(event)
    if (waiting.length > mostWaiting) dropSlow()
    wake()
  })
  const forget = forecasts?.subscribe(({ deviceId, forecast }) => {
    if (isAbout(forecast, filter)) changed.set(deviceId, forecast)
    wake()
  })
  const over = new AbortController()
  signal.addEventListener('abort', end, { once: true })
  beatOn()

  function beatOn(): void {
    lab.clock.wait(heartbeatEvery, over.signal).then(
      () => {
        beat = true
        wake()
        beatOn()
      },
      () => undefined,
    )
  }

  function end(): void {
    signal.removeEventListener('abort', end)
    unsubscribe()
    forget?.()
    over.abort()
    wake()
  }

  function dropSlow(): void {
    if (tooSlow) return
    tooSlow = true
    waiting.length = 0
    end()
    onTooSlow()
  }

  /** What there is to send now; waits when there is nothing. Undefined at the end. */
  async function next(): Promise<string | undefined> {
    if (!begun) {
      begun = true
      return 'retry: 1000\n\n'
    }
    for (;;) {
      if (signal.aborted || tooSlow) return undefined
      if (!live) {
        toldMeanwhile = false
        const page = await readEvents(lab.database.db, { ...filter, after: sent, limit: pageSize })
        if (page.length > 0) return write(page)
        // In the same turn as the look at what was told, so that nothing falls between reading and listening.
        if (!toldMeanwhile) live = true
        continue
      }
      const fresh = waiting.splice(0).filter((event) => event.id > sent)
      if (fresh.length > 0) return write(fresh)
      if (changed.size > 0) return writeForecasts()
      if (beat) {
        beat = false
        return ': still here\n\n'
      }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  function write(events: LabEvent[]): string {
    sent = events.at(-1)?.id ?? sent
    return events.map((event) => `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(presentEvent(event))}\n\n`).join('')
  }

  function writeForecasts(): string {
    const text = [...changed.values()].map((forecast) => `event: forecast.changed\ndata: ${JSON.stringify(presentSchedule(forecast))}\n\n`)
    changed.clear()
    return text.join('')
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const text = tooSlow ? undefined : await next()
        if (tooSlow) controller.enqueue(encoder.encode(`: too slow; resume with Last-Event-ID: ${sent}\n\n`))
        else if (text !== undefined) return controller.enqueue(encoder.encode(text))
        end()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

function matches(event: LabEvent, { deviceId, workflowId }: EventStreamOptions['filter']): boolean {
  return (deviceId === undefined || event.deviceId === deviceId) && (workflowId === undefined || event.workflowId === workflowId)
}

function isAbout({ device, runs }: Forecast, { deviceId, workflowId }: EventStreamOptions['filter']): boolean {
  if (deviceId !== undefined && device.id !== deviceId) return false
  return workflowId === undefined || runs.some((run) => run.workflowId === workflowId)
}
