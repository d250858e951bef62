/** Samples: what there is, adding them, moving them, and checking barcodes. */

import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../../../../shared/domain/errors.ts'
import { createSample, getSample, listSamples, moveSample, validateBarcodes } from '../../services/samples.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentSample } from '../present.ts'
import { commonErrors, errorAnswer, jsonAnswer, jsonBody } from '../route.ts'
import { text } from '../schemas/common.ts'
import { moveSampleSchema, newSampleSchema, sampleSchema, validatedSchema, validateRequestSchema } from '../schemas/sample.ts'
import { refuseInvalid } from '../validation.ts'

const tags = ['Samples']
const notFound = errorAnswer('`sample_not_found`')
const barcodeParam = z.object({ barcode: text(1, 1000).openapi({ param: { name: 'barcode', in: 'path' }, example: 'SAMPLE001' }) })

const listRoute = createRoute({
  method: 'get',
  path: '/samples',
  tags,
  summary: 'All samples, ordered by barcode',
  responses: { 200: jsonAnswer('The samples', z.array(sampleSchema)), ...commonErrors },
})

const getRoute = createRoute({
  method: 'get',
  path: '/samples/{barcode}',
  tags,
  summary: 'One sample',
  request: { params: barcodeParam },
  responses: { 200: jsonAnswer('The sample', sampleSchema), 404: notFound, ...commonErrors },
})

const createSampleRoute = createRoute({
  method: 'post',
  path: '/samples',
  tags,
  summary: 'Add a sample',
  request: jsonBody(newSampleSchema),
  responses: { 201: jsonAnswer('The new sample', sampleSchema), 409: errorAnswer('`sample_exists`, `well_occupied`'), ...commonErrors },
})

const moveRoute = createRoute({
  method: 'put',
  path: '/samples/{barcode}/location',
  tags,
  summary: 'Put a sample into another well, or into none',
  request: { params: barcodeParam, ...jsonBody(moveSampleSchema) },
  responses: { 200: jsonAnswer('The moved sample', sampleSchema), 404: notFound, 409: errorAnswer('`well_occupied`'), ...commonErrors },
})

const validateRoute = createRoute({
  method: 'post',
  path: '/samples/validate',
  tags,
  summary: 'Which of these barcodes exist, in the order asked',
  request: jsonBody(validateRequestSchema),
  responses: { 200: jsonAnswer('One answer for each barcode', validatedSchema), ...commonErrors },
})

export function addSamples(app: RestApp, { open }: RestContext): void {
  app.openapi(listRoute, async (c) => c.json((await listSamples(open().lab.database.db)).map(presentSample), 200))

  app.openapi(getRoute, async (c) => c.json(presentSample(await getSample(open().lab.database.db, c.req.valid('param').barcode)), 200))

  app.openapi(createSampleRoute, async (c) => {
    const { barcode, name = null, type = null, location = null } = c.req.valid('json')
    const sample = await open().lab.transaction(c.get('caller'), (tx) => createSample(tx, { barcode, name, type, location }))
    return c.json(presentSample(sample), 201)
  })

  app.openapi(moveRoute, async (c) => {
    const { barcode } = c.req.valid('param')
    const { location } = c.req.valid('json')
    return c.json(presentSample(await open().lab.transaction(c.get('caller'), (tx) => moveSample(tx, barcode, location))), 200)
  })

  app.openapi(
    validateRoute,
    async (c) => c.json(await validateBarcodes(open().lab.database.db, c.req.valid('json').barcodes), 200),
    (result) => {
      const noArray =
        !result.success && result.error.issues.some((issue) => issue.code === 'invalid_type' && issue.path.join() === 'barcodes')
      // The sentence is part of the contract.
      if (noArray) throw new DomainError('invalid_input', 'barcodes array is required', { field: 'barcodes' })
      return refuseInvalid(result)
    },
  )
}
