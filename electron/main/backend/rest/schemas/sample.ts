/** The wire shapes of samples. */

import { z } from '@hono/zod-openapi'
import { instant, optionalText, text } from './common.ts'

const location = z.object({
  plate: text(1, 200).openapi({ example: 'PLATE-01' }),
  well: text(1, 10).openapi({ example: 'A1', description: 'A1, a01, AF48 are read; A1 is stored' }),
})

export const sampleSchema = z
  .object({
    barcode: z.string(),
    name: z.string().nullable(),
    type: z.string().nullable(),
    location: z.object({ plate: z.string(), well: z.string() }).nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Sample')

export const barcodeText = text(1, 200).openapi({ example: 'SAMPLE500' })

export const newSampleSchema = z
  .object({ barcode: barcodeText, name: optionalText(200), type: optionalText(200), location: location.nullable().optional() })
  .openapi('NewSample')

export const moveSampleSchema = z.object({ location: location.nullable() }).openapi('MoveSample')

export const validateRequestSchema = z
  .object({ barcodes: z.array(text(0, 1000)).max(100_000) })
  .openapi('ValidateRequest', { example: { barcodes: ['SAMPLE001', 'NOPE'] } })

export const validatedSchema = z.array(z.object({ barcode: z.string(), exists: z.boolean() })).openapi('Validated')

export const sampleTable = z.string().openapi({
  description:
    'UTF-8. The first line names the columns: `barcode` and any of `name`, `type`, `plate`, `well`, in any order; others are ignored. ' +
    "An empty cell leaves what is there; a ' that keeps a spreadsheet from running a cell, as before `=1`, is taken away. " +
    'Samples may change places: what counts is where all of them are in the end.',
  example: 'barcode,name,type,plate,well\nSAMPLE500,Patient 17,blood,PLATE-03,A1\n',
})

export const importedSchema = z
  .object({ created: z.int(), updated: z.int().openapi({ description: 'Samples of the file that were there before' }) })
  .openapi('Imported')
