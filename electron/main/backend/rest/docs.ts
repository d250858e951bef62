/** `GET /docs`: the OpenAPI document as a page where calls can be tried out, from files of our own and nothing else. Needs no database. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createRoute, z } from '@hono/zod-openapi'
import { secureHeaders } from 'hono/secure-headers'
import type { RestApp } from './app.ts'

const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Service'],
  summary: 'This document as a page, to read and to try out; with a token, send it as a header here as well',
  responses: { 200: { description: 'The page', content: { 'text/html': { schema: z.string() } } } },
})

/** Swagger UI's own files; found where npm put them, in a packaged program as well. */
const { resolve } = createRequire(import.meta.url)
const ofSwaggerUi = (file: string) => () => readFile(resolve(`swagger-ui-dist/${file}`), 'utf8')

const assets = new Map<string, { type: string; read: () => Promise<string> | string }>([
  ['swagger-ui.css', { type: 'text/css; charset=UTF-8', read: ofSwaggerUi('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { type: 'text/javascript; charset=UTF-8', read: ofSwaggerUi('swagger-ui-bundle.js') }],
  // A file, because the policy below allows no script inside the page.
  ['show.js', { type: 'text/javascript; charset=UTF-8', read: () => show }],
])

export function addDocs(app: RestApp): void {
  const headers = secureHeaders({
    // Served without TLS, on this computer.
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      // Swagger UI's arrows are data: addresses in its style sheet.
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
  app.use('/docs', headers)
  app.use('/docs/*', headers)

  app.openapi(docsRoute, (c) => c.html(page, 200))
  app.get('/docs/:file', async (c, next) => {
    const asset = assets.get(c.req.param('file'))
    if (!asset) return next()
    return c.body(await asset.read(), 200, { 'Content-Type': asset.type, 'Cache-Control': 'no-cache' })
  })
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Benchkeeper REST API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <noscript>This page needs JavaScript. The document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/show.js"></script>
  </body>
</html>
`

// Without the validator that Swagger UI would otherwise ask on the internet. A stream of events never ends, and the page shows only what
// has: so it asks for them as JSON.
const show = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  requestInterceptor(request) {
    if (new URL(request.url, location.href).pathname === '/events') request.headers.accept = 'application/json'
    return request
  },
})
`
