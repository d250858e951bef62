/** What devices did: the newest page, one device's, and everything in a range of time. */

import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isThereALog, type LogFilter, type LogText, mustHaveDeviceOrLogs, streamLogs } from '../../services/execution-logs.ts'
import type { LogFormat } from '../../services/log-formats.ts'
import type { RestApp } from '../app.ts'
import type { RestContext, RestEnv } from '../context.ts'
import { answerLogs, decodeCursor, encodeCursor, nextLink, type StreamedAnswer } from '../log-answer.ts'
import { formatOf } from '../log-formats.ts'
import { commonErrors, errorAnswer } from '../route.ts'
import { text } from '../schemas/common.ts'
import { defaultLimit, listQuerySchema, logSchema, searchQuerySchema } from '../schemas/log.ts'

const tags = ['Execution logs']
const link = { Link: { description: 'The next page, while there is more', schema: { type: 'string' as const } } }
const lines = z.string().openapi({ description: 'One JSON object a line' })
const table = z.string().openapi({
  description:
    "A header and a line for each log; JSON in `parameters` and `result`, nothing for null; a cell that a spreadsheet would run begins with `'`",
})
const logs = {
  description: 'Execution logs, in the format asked for',
  headers: link,
  content: {
    'application/json': { schema: z.array(logSchema) },
    'application/x-ndjson': { schema: lines },
    'text/csv': { schema: table },
  },
}

const listRoute = createRoute({
  method: 'get',
  path: '/execution-logs',
  tags,
  summary: 'The newest logs first, a page at a time, or all of them',
  request: { query: listQuerySchema },
  responses: { 200: logs, ...commonErrors },
})

const searchRoute = createRoute({
  method: 'get',
  path: '/execution-logs/search',
  tags,
  summary: 'Everything that started in a range of time, both ends included, the oldest first',
  request: { query: searchQuerySchema },
  responses: { 200: logs, ...commonErrors },
})

const deviceRoute = createRoute({
  method: 'get',
  path: '/execution-logs/{device_id}',
  tags,
  summary: "One device's logs, the newest first; also of a deleted device",
  request: {
    params: z.object({ device_id: text(1, 1000).openapi({ param: { name: 'device_id', in: 'path' }, example: 'liquid-handler-1' }) }),
    query: listQuerySchema,
  },
  responses: { 200: logs, 404: errorAnswer('`device_not_found`: neither a device nor logs of one'), ...commonErrors },
})

export function addLogs(app: RestApp, { open }: RestContext): void {
  app.openapi(listRoute, async (c) => answerList(c, {}, c.req.valid('query')))

  // Before the route with a device id, which would take "search" for one.
  app.openapi(searchRoute, async (c) => {
    const { start, end, device_id, workflow_id, status, operation, limit, cursor, format } = c.req.valid('query')
    const filter = { start, end, deviceId: device_id, workflowId: workflow_id, status, operation }
    return answer(c, filter, { order: 'oldest', limit, cursor, format })
  })

  app.openapi(deviceRoute, async (c) => {
    const { device_id } = c.req.valid('param')
    await mustHaveDeviceOrLogs(open().lab.database.db, device_id)
    return answerList(c, { deviceId: device_id }, c.req.valid('query'))
  })

  function answerList(c: Context<RestEnv>, filter: LogFilter, query: z.infer<typeof listQuerySchema>): Promise<StreamedAnswer> {
    const { all, limit, cursor, format } = query
    return answer(c, filter, { order: 'newest', limit: all ? limit : (limit ?? defaultLimit), cursor, format })
  }

  type Page = { order: 'newest' | 'oldest'; limit: number | undefined; cursor: string | undefined; format: LogFormat | undefined }

  /** Without a limit everything that fits is streamed; with one it is a page, and a `Link` leads to the next. */
  async function answer(c: Context<RestEnv>, filter: LogFilter, { order, limit, cursor, format }: Page): Promise<StreamedAnswer> {
    const { database } = open().lab
    const after = decodeCursor(cursor)
    const wanted = formatOf(c, format)
    if (limit === undefined) return answerLogs(c, streamLogs(database, filter, { order, after, limit: Number.POSITIVE_INFINITY }), wanted)

    const chunks: LogText[][] = []
    for await (const chunk of streamLogs(database, filter, { order, after, limit })) chunks.push(chunk)
    const last = chunks.at(-1)?.at(-1)
    const isFull = chunks.reduce((sum, chunk) => sum + chunk.length, 0) === limit
    if (last && isFull && (await isThereALog(database, filter, { order, after: last }))) c.header('Link', nextLink(c, encodeCursor(last)))
    return answerLogs(c, each(chunks), wanted)
  }
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
  yield* items
}
