/** `GET /events` on both ports: a stream for listeners, a page of the past for those who ask for JSON. */

import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { lastEventId, readEvents } from '../services/events.ts'
import type { RestApp } from './app.ts'
import type { RestContext } from './context.ts'
import { createEventStream } from './event-stream.ts'
import type { StreamedAnswer } from './log-answer.ts'
import { presentEvent } from './present.ts'
import { commonErrors, jsonAnswer } from './route.ts'
import { booleanQuery, queryText, wholeNumberQuery } from './schemas/common.ts'
import { eventSchema } from './schemas/event.ts'

const eventId = z
  .string()
  .regex(/^\d{1,15}$/, { error: 'must be the id of an event, or 0 for all that is kept' })
  .transform(Number)
  .openapi({ type: 'integer', minimum: 0 })

const eventsRoute = createRoute({
  method: 'get',
  path: '/events',
  tags: ['Events'],
  summary: 'What happens, as Server-Sent Events; with `Accept: application/json` a page of what happened',
  request: {
    query: z.object({
      after: eventId.optional().openapi({ description: 'Only events behind this one; 0 for all that is kept' }),
      device_id: queryText.optional(),
      workflow_id: queryText.optional(),
      limit: wholeNumberQuery(1, 1000).optional().openapi({ description: 'For a page; 1000 unless told' }),
      forecasts: booleanQuery.optional().openapi({
        description:
          'The stream also says `forecast.changed`, without an id, with a device of `GET /schedule` each time that is expected otherwise',
      }),
      token: z.string().optional().openapi({ description: 'For EventSource, which cannot send headers' }),
    }),
    headers: z.object({ 'last-event-id': z.string().optional().openapi({ description: 'Wins over `after`' }) }),
  },
  responses: {
    200: {
      description: 'The events',
      content: {
        'application/json': jsonAnswer('', z.array(eventSchema)).content['application/json'],
        'text/event-stream': { schema: z.string().openapi({ description: '`id:` the id, `event:` the kind, `data:` the event as JSON' }) },
      },
    },
    ...commonErrors,
  },
})

/** A listener that does not take what is sent gets this long before its connection is cut. Milliseconds. */
const lastChance = 5_000

export function addEvents(app: RestApp, { open, stopping }: RestContext): void {
  app.openapi(eventsRoute, async (c) => {
    const { lab, forecasts: feed } = open()
    const { after, device_id, workflow_id, limit = 1000, forecasts = false } = c.req.valid('query')
    const filter = { deviceId: device_id, workflowId: workflow_id }
    const from = headerId(c.req.valid('header')['last-event-id']) ?? after

    if (c.req.header('accept')?.includes('application/json')) {
      const page = await readEvents(lab.database.db, { ...filter, after: from ?? 0, limit })
      return c.json(page.map(presentEvent), 200)
    }

    const { outgoing } = c.env
    const over = new AbortController()
    const body = createEventStream(lab, {
      // Asked of the database: with several programs on one server, what was told here may be behind.
      after: from ?? (await lastEventId(lab.database.db)),
      filter,
      forecasts: forecasts ? feed : undefined,
      signal: AbortSignal.any([stopping, over.signal]),
      onTooSlow: () => setTimeout(() => outgoing.destroy(), lastChance).unref(),
    })
    outgoing.once('close', () => over.abort())
    const headers = {
      'Content-Type': 'text/event-stream; charset=UTF-8',
      Connection: 'close',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    }
    return c.body(body, 200, headers) as StreamedAnswer
  })
}

/** An empty header is what a browser sends that has none yet. */
function headerId(header: string | undefined): number | undefined {
  if (!header) return undefined
  if (!/^\d{1,15}$/.test(header))
    throw new DomainError('invalid_input', 'Last-Event-ID must be the id of an event', { field: 'Last-Event-ID' })
  return Number(header)
}
