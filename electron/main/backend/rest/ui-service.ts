/** The UI in a browser, when there is no window: the built pages, and the way in for their WebSocket. */

import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { knownOriginsOnly, ownHostOnly, sameSecret } from './access.ts'
import type { RestContext, RestEnv } from './context.ts'
import { answerError, httpError } from './errors.ts'

/** Where the pages open their WebSocket. */
export const socketPath = '/rpc'

/** What a page of ours may do: the same headers here and in the desktop's window. */
export type PagePolicy = {
  answerPage(html: string): { body: string; headers: Readonly<Record<string, string>> }
  pageHeaders(): Readonly<Record<string, string>>
}

/**
 * @param pagesFolder the built renderer
 */
export function createUiService(context: RestContext, pagesFolder: string, policy: PagePolicy): Hono<RestEnv> {
  const { access } = context
  const app = new Hono<RestEnv>()
  app.onError((error, c) => answerError(error, c, context))
  app.notFound((c) => httpError(c, 404, 'not_found', `There is no ${c.req.path} here`))
  app.use(requestId())
  app.use(ownHostOnly(access))
  app.use(knownOriginsOnly(access))
  // The UI is served without TLS, on this computer.
  app.use(secureHeaders({ strictTransportSecurity: false }))
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(policy.pageHeaders())) if (!c.res.headers.has(name)) c.header(name, value)
  })
  app.use(async (c, next) => {
    const { token } = access
    if (token === undefined) return next()
    // Opened once with the token in the address; from then on a cookie that pages cannot read carries it.
    const name = `lab_token_${c.env.incoming.socket.localPort}`
    if (c.req.path === '/' && sameSecret(c.req.query('token') ?? '', token)) {
      setCookie(c, name, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return c.redirect('/')
    }
    if (sameSecret(getCookie(c, name) ?? '', token)) return next()
    return httpError(c, 401, 'unauthorized', 'Open this page once as /?token=TOKEN')
  })
  // A WebSocket is let in by the same rules as any request; `rpc/websocket.ts` takes it from there.
  app.get(socketPath, (c) => c.body(null, 204))
  app.get('/', async (c) => {
    const { body, headers } = policy.answerPage(await readFile(join(pagesFolder, 'index.html'), 'utf8'))
    return c.html(body, 200, headers)
  })
  app.get('/index.html', (c) => c.redirect('/'))
  app.use(serveStatic({ root: pagesFolder }))
  return app
}

/** Asks the UI service whether a request for a WebSocket may come in. @returns the refusal, if not */
export function admitSocket(app: Hono<RestEnv>) {
  return async (incoming: IncomingMessage): Promise<Response | undefined> => {
    const headers = new Headers()
    for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers.set(name, value)
    const request = new Request(`http://${incoming.headers.host ?? 'unknown'}${incoming.url ?? '/'}`, { headers })
    const response = await app.fetch(request, { incoming })
    return response.status === 204 ? undefined : response
  }
}
