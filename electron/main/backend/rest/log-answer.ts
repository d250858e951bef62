/** How logs are given out: streamed as they are read, and a page's link to the next. */

import type { Context } from 'hono'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { parseInstant } from '../../../../shared/domain/time.ts'
import type { LogCursor, LogText } from '../services/execution-logs.ts'
import { type LogFormat, writing } from '../services/log-formats.ts'
import type { RestEnv } from './context.ts'

/** The types of a route know only what `c.json` makes; that what is streamed has the documented shape is for the tests to show. */
export type StreamedAnswer = never

/**
 * Streams chunks of rows as they are read, one ahead of what the client takes: so a slow client costs no more memory than that, and holds
 * nothing of the database; one that goes away ends the reading. The first chunk is read before the answer begins, so that a failure still
 * has its status.
 */
export async function answerLogs(c: Context<RestEnv>, chunks: AsyncGenerator<LogText[]>, format: LogFormat): Promise<StreamedAnswer> {
  const { mediaType, head, write, between, tail } = writing[format]
  const encoder = new TextEncoder()
  let next = await chunks.next()
  let before = head

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.done) {
          controller.enqueue(encoder.encode(before === head ? head + tail : tail))
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(before + write(next.value)))
        before = between
        next = await chunks.next()
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return c.body(body, 200, { 'Content-Type': `${mediaType}; charset=UTF-8` }) as StreamedAnswer
}

/** The cursor in a `Link` header: opaque to clients, the last row's place in the order to us. */
export function encodeCursor({ startedAt, id }: LogCursor): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url')
}

/** @throws DomainError `invalid_input` when we never gave it out */
export function decodeCursor(cursor: string | undefined): LogCursor | undefined {
  if (cursor === undefined) return undefined
  try {
    const [time, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof id === 'number' && Number.isSafeInteger(id)) return { startedAt: parseInstant(String(time), 'cursor').toISOString(), id }
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
