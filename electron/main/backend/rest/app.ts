/** What both REST services have in common: access, bodies, errors, unknown routes. Routes are added by each service. */

import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { closed } from '../services/open-lab.ts'
import { knownOriginsOnly, ownHostOnly, tokenRequired } from './access.ts'
import { type FileRoutes, takeBody } from './body.ts'
import type { RestContext, RestEnv } from './context.ts'
import { answerError, httpError } from './errors.ts'
import { refuseInvalid } from './validation.ts'

export type RestApp = OpenAPIHono<RestEnv>

/** A service without its routes yet. */
export function createApp(context: RestContext, files: FileRoutes = new Map()): RestApp {
  const app: RestApp = new OpenAPIHono<RestEnv>({ defaultHook: refuseInvalid })
  app.onError((error, c) => answerError(error, c, context))
  app.notFound((c) => httpError(c, 404, 'not_found', `There is no ${c.req.path} here`))

  app.use(requestId())
  app.use(ownHostOnly(context.access))
  app.use(knownOriginsOnly(context.access))
  app.use(tokenRequired(context.access))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c: Context<RestEnv>, methods) => {
        c.header('Allow', methods.join(', '))
        return httpError(c, 405, 'method_not_allowed', `${c.req.method} is not possible here; use ${methods.join(' or ')}`)
      },
    }),
  )
  app.use(async (c, next) => {
    const gate = context.gate()
    if (gate !== 'open' && !answeredAlways(c.req.path)) return httpError(c, 503, gate, closed[gate])
    return next()
  })
  app.use(...takeBody(files))
  app.use(async (c, next) => {
    const operator = operatorOf(c)
    if (operator !== null && ([...operator].length > 80 || operator.includes('\0'))) {
      return httpError(c, 400, 'invalid_input', 'X-Operator must have at most 80 characters', { field: 'X-Operator' })
    }
    c.set('caller', { actor: 'rest', operator })
    return next()
  })
  return app
}

/** What needs no database, and is answered while the gate is closed as well. */
export function answeredAlways(path: string): boolean {
  return path === '/health' || path === '/openapi.json' || path === '/docs' || path.startsWith('/docs/')
}

/** Header bytes arrive as Latin-1; people write their names in UTF-8. */
function operatorOf(c: Context<RestEnv>): string | null {
  const raw = c.req.header('x-operator')?.trim()
  if (!raw) return null
  const bytes = Buffer.from(raw, 'latin1')
  const decoded = bytes.toString('utf8')
  return decoded.includes('\uFFFD') ? raw : decoded
}
