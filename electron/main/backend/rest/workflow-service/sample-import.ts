/** Samples by the table: a CSV file, all of it or nothing. */

import { createRoute } from '@hono/zod-openapi'
import { readSampleFile } from '../../services/sample-file.ts'
import { importSamples } from '../../services/sample-import.ts'
import type { RestApp } from '../app.ts'
import { hasBody } from '../body.ts'
import type { RestContext } from '../context.ts'
import { httpError } from '../errors.ts'
import { commonErrors, errorAnswer, jsonAnswer } from '../route.ts'
import { importedSchema, sampleTable } from '../schemas/sample.ts'

export const importPath = '/samples/import'
/** MiB. */
export const longestImport = 32

const importRoute = createRoute({
  method: 'post',
  path: importPath,
  tags: ['Samples'],
  summary: 'Add and change samples by the table, all of them or none',
  request: { body: { content: { 'text/csv': { schema: sampleTable } }, required: true } },
  responses: {
    200: jsonAnswer('All of it is in the lab', importedSchema),
    ...commonErrors,
    400: errorAnswer(
      '`invalid_input`: every bad line is in `details.errors`, the first thousand of them; `details.error_count` is their number',
    ),
    413: errorAnswer(`\`body_too_large\`: the file is larger than ${longestImport} MiB`),
    415: errorAnswer('`unsupported_media_type`: the body must be `text/csv`'),
  },
})

export function addSampleImport(app: RestApp, { open }: RestContext): void {
  app.openapi(importRoute, async (c) => {
    const { body } = c.req.raw
    const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
    if (hasBody(c) && type !== 'text/csv') {
      return httpError(c, 415, 'unsupported_media_type', 'The body must be CSV, with Content-Type: text/csv')
    }
    const { rows, problems } = await readSampleFile(body ?? nothing())
    return c.json(await importSamples(open().lab, c.get('caller'), rows, problems), 200)
  })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
