/** Who may talk to a port at all: the address it was called by, the page that calls, the token. */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { AccessRules, RestEnv } from './context.ts'
import { httpError } from './errors.ts'

/**
 * Answers only for our own host names with our own port: a page that points its own name at 127.0.0.1 (DNS rebinding) gets nothing.
 */
export function ownHostOnly(access: AccessRules): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    if (!ownAuthorities(c, access).includes(c.req.header('host')?.toLowerCase() ?? '')) {
      return httpError(c, 403, 'host_not_allowed', 'This address is not one that the program answers to')
    }
    return next()
  }
}

/** Refuses pages of other origins; sends CORS headers to a configured origin and to nobody else. */
export function knownOriginsOnly(access: AccessRules): MiddlewareHandler<RestEnv> {
  const configured = cors({ origin: [...access.origins], exposeHeaders: ['ETag', 'Link', 'X-Request-Id'], maxAge: 600 })
  return async (c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined) return next()
    if (access.origins.includes(origin)) return configured(c, next)
    if (ownAuthorities(c, access).some((authority) => origin.toLowerCase() === `http://${authority}`)) return next()
    return httpError(c, 403, 'origin_not_allowed', 'Pages of this origin may not call the lab; allow it with --cors-origin')
  }
}

/** Requires the token on everything, if one is set. `GET /events?token=` is for EventSource, which cannot send headers. */
export function tokenRequired({ token }: AccessRules): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    if (token === undefined || sameSecret(givenToken(c), token)) return next()
    c.header('WWW-Authenticate', 'Bearer realm="benchkeeper"')
    return httpError(c, 401, 'unauthorized', 'A valid token is required: Authorization: Bearer TOKEN')
  }
}

function givenToken(c: Context<RestEnv>): string {
  const header = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return header ?? (c.req.path === '/events' ? c.req.query('token') : undefined) ?? ''
}

/** Takes the same time wherever they differ. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

/** `name:port` for each of our names; the port of HTTP itself is left out by clients. */
function ownAuthorities(c: Context<RestEnv>, { hosts }: AccessRules): string[] {
  const port = c.env.incoming.socket.localPort
  return hosts.flatMap((host) => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]))
}
