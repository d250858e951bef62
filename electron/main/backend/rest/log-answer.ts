/** How logs are given out: a page, or everything in keyset chunks; as a JSON array or one JSON object a line. */

import type { Context } from 'hono'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { parseInstant } from '../../../../shared/domain/time.ts'
import type { LogCursor, LogRow } from '../services/execution-logs.ts'
import type { RestEnv } from './context.ts'
import { presentLog } from './present.ts'

export type LogFormat = 'json' | 'ndjson'

const formats = {
  json: { contentType: 'application/json; charset=UTF-8', before: '[', between: ',\n', after: ']\n' },
  ndjson: { contentType: 'application/x-ndjson; charset=UTF-8', before: '', between: '\n', after: '\n' },
} as const

/** The format asked for: the parameter wins over the `Accept` header. */
export function formatOf(c: Context<RestEnv>, format: LogFormat | undefined): LogFormat {
  return format ?? (c.req.header('accept')?.includes('application/x-ndjson') ? 'ndjson' : 'json')
}

/** The types of a route know only what `c.json` makes; that what is streamed has the documented shape is for the tests to show. */
export type StreamedAnswer = never

/**
 * Streams chunks of rows as they are read. A chunk is read only when the client has taken the one before, so a slow client costs no memory,
 * and a client that goes away ends the reading. The first chunk is read before the answer begins, so that a failure still has its status.
 */
export async function answerLogs(c: Context<RestEnv>, chunks: AsyncGenerator<LogRow[]>, format: LogFormat): Promise<StreamedAnswer> {
  const { contentType, before, between, after } = formats[format]
  const encoder = new TextEncoder()
  let next = await chunks.next()
  let begun = false

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.done) {
          controller.enqueue(encoder.encode((begun ? '' : before) + (begun || before ? after : '')))
          controller.close()
          return
        }
        const rows = next.value.map((row) => JSON.stringify(presentLog(row))).join(between)
        controller.enqueue(encoder.encode((begun ? between : before) + rows))
        begun = true
        next = await chunks.next()
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return c.body(body, 200, { 'Content-Type': contentType }) as StreamedAnswer
}

/** The cursor in a `Link` header: opaque to clients, the last row's place in the order to us. */
export function encodeCursor({ startedAt, id }: LogCursor): string {
  return Buffer.from(JSON.stringify([startedAt.toISOString(), id])).toString('base64url')
}

/** @throws DomainError `invalid_input` when we never gave it out */
export function decodeCursor(cursor: string | undefined): LogCursor | undefined {
  if (cursor === undefined) return undefined
  try {
    const [time, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof id === 'number' && Number.isSafeInteger(id)) return { startedAt: parseInstant(String(time), 'cursor'), id }
  } catch {
    // Told below like any other cursor that is not ours.
  }
  throw badCursor()
}

export function badCursor(): DomainError {
  return new DomainError('invalid_input', 'cursor must be one from a Link header', { field: 'cursor' })
}

/** The absolute `Link` to the page that begins after the cursor. */
export function nextLink(c: Context<RestEnv>, cursor: string): string {
  const url = new URL(c.req.url)
  url.searchParams.set('cursor', cursor)
  return `<${url}>; rel="next"`
}
