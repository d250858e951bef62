/** `GET /openapi.json`: the document of a service, made from its own routes. Needs no database. */

import { createRoute, z } from '@hono/zod-openapi'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { jsonAnswer } from '../route.ts'
import { about, type ServiceName, tagsOf } from './about.ts'
import { completeDocument, type Document } from './complete-document.ts'
import { deviceServiceExamples } from './examples/device-service.ts'
import { workflowServiceExamples } from './examples/workflow-service.ts'

const examples = { 'device-service': deviceServiceExamples, 'workflow-service': workflowServiceExamples }

const openApiRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Service'],
  summary: 'This document: OpenAPI 3.1',
  responses: { 200: jsonAnswer('The document', z.record(z.string(), z.unknown()).openapi({ type: 'object', additionalProperties: true })) },
})

export function addOpenApi(app: RestApp, { version, access }: RestContext, service: ServiceName): void {
  let document: Document | undefined

  app.openapi(openApiRoute, (c) => {
    // At the first request, when all routes are there.
    document ??= completeDocument(app.getOpenAPI31Document({ openapi: '3.1.0', info: about(service, version) }), {
      examples: examples[service],
      tags: tagsOf(service),
      withToken: access.token !== undefined,
    })
    // The address it was asked at, so that a page that shows it calls its own origin.
    return c.json({ ...document, servers: [{ url: new URL(c.req.url).origin }] }, 200)
  })
}
