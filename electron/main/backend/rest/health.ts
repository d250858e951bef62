/** Whether a service can do its work. */

import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { closed } from '../services/open-lab.ts'
import type { RestApp } from './app.ts'
import type { RestContext } from './context.ts'
import { jsonAnswer } from './route.ts'

const healthSchema = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    service: z.string(),
    version: z.string(),
    reason: z.string().optional().openapi({ description: 'Why it is unhealthy' }),
  })
  .openapi('Health')

/** Milliseconds after which a database that says nothing counts as gone. */
const patience = 3000

export function addHealth(app: RestApp, context: RestContext, service: 'device-service' | 'workflow-service'): void {
  const route = createRoute({
    method: 'get',
    path: '/health',
    tags: ['Service'],
    summary: 'Whether the service can do its work',
    responses: {
      200: jsonAnswer('It can', healthSchema),
      503: jsonAnswer('It cannot now; see Retry-After', healthSchema),
    },
  })
  app.openapi(route, async (c) => {
    const reason = await whatIsWrong(context)
    if (reason === undefined) return c.json({ status: 'healthy' as const, service, version: context.version }, 200)
    c.header('Retry-After', '1')
    return c.json({ status: 'unhealthy' as const, service, version: context.version, reason }, 503)
  })
}

async function whatIsWrong(context: RestContext): Promise<string | undefined> {
  const gate = context.gate()
  if (gate !== 'open') return closed[gate]
  const { lab } = context.open()
  const over = new AbortController()
  try {
    const silence = lab.clock.wait(patience, over.signal).then(() => closed.no_database)
    return await Promise.race([lab.database.db.execute(sql`select 1`).then(() => undefined), silence])
  } catch {
    return closed.no_database
  } finally {
    over.abort()
  }
}
