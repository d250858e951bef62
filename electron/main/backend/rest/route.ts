/** Small parts that route definitions are put together from. */

import type { z } from '@hono/zod-openapi'
import { z as zod } from '@hono/zod-openapi'
import { errorSchema, text } from './schemas/common.ts'

/** A JSON request body. Absent counts as {}. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { content: { 'application/json': { schema } }, required: true } } as const
}

/** A JSON answer. */
export function jsonAnswer<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } } as const
}

/** An error answer. The codes that it names in backticks are those that can stand in `code`; the OpenAPI document takes them from there. */
export function errorAnswer(description: string) {
  return jsonAnswer(description, errorSchema)
}

/** What every route can answer. */
export const commonErrors = {
  400: errorAnswer('`invalid_input`: the sentence names the field'),
  500: errorAnswer('`internal`: a fault in the program; its log has it under `request_id`'),
  503: errorAnswer('`starting`, `stopping`, `no_database` or `database_unavailable`: see Retry-After'),
} as const

export const idParam = zod.object({ id: text(1, 1000).openapi({ param: { name: 'id', in: 'path' }, example: 'liquid-handler-1' }) })

export const workflowIdParam = zod.object({
  id: text(1, 1000).openapi({ param: { name: 'id', in: 'path' }, example: '0b7e6a4e-6f0b-4c58-9f0e-2f0f8f1f7a11' }),
})
