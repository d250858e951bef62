/** What a request may carry: JSON up to 1 MiB, or nothing, which counts as {}; a file where a route takes one. */

import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { RestEnv } from './context.ts'
import { httpError } from './errors.ts'

const mebibyte = 1024 * 1024

/** How many MiB the routes take that read a file as it comes, by path. */
export type FileRoutes = ReadonlyMap<string, number>

/** Everything else is JSON. */
export function takeBody(files: FileRoutes): MiddlewareHandler<RestEnv>[] {
  const limits = new Map([...files].map(([path, mebibytes]) => [path, limitBody(mebibytes)]))
  const json = limitBody()
  return [(c, next) => (limits.get(c.req.path) ?? json)(c, next), (c, next) => (files.has(c.req.path) ? next() : emptyBodyIsNone(c, next))]
}

/** Whether anything comes with the request (RFC 9112, 6.3), without reading it. */
export function hasBody(c: Context<RestEnv>): boolean {
  return c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length') ?? 0) > 0
}

/** Refuses a longer body before it is read whole. */
function limitBody(mebibytes = 1): MiddlewareHandler<RestEnv> {
  return bodyLimit({
    maxSize: mebibytes * mebibyte,
    onError: (c: Context<RestEnv>) => {
      // What was not read stays in the pipe: the connection cannot be used again.
      c.header('Connection', 'close')
      return httpError(c, 413, 'body_too_large', `The body is larger than ${mebibytes} MiB`)
    },
  })
}

/** An empty body, whatever type it claims, becomes an absent one. */
const emptyBodyIsNone: MiddlewareHandler<RestEnv> = async (c, next) => {
  if (c.req.raw.body && (await c.req.text()).trim() === '') {
    const headers = new Headers(c.req.raw.headers)
    headers.delete('content-type')
    c.req.raw = new Request(c.req.raw.url, { method: c.req.method, headers })
    c.req.bodyCache = {}
  }
  return next()
}
