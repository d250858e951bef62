/** Shapes that many routes share, with their limits and examples. */

import { z } from '@hono/zod-openapi'
import { deepestJson, isDeeperThan } from '../../../../../shared/domain/json.ts'
import { priorities } from '../../../../../shared/domain/queue.ts'
import { parseInstant } from '../../../../../shared/domain/time.ts'

/** Text that PostgreSQL can keep: no NUL character, no half of a surrogate pair. Lengths in characters. */
export function text(least: number, most: number) {
  return z
    .string()
    .min(least)
    .max(most)
    .refine((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value), { error: 'must be Unicode text without the NUL character' })
}

/** Text in an address that a column is compared with. */
export const queryText = text(0, 1000)

/** A note that may be absent; null says so. */
export const optionalText = (most: number) => text(0, most).nullable().optional()

export const workflowIdText = text(1, 200).openapi({
  example: 'wf-2025-001',
  description: "Any id: a workflow of this lab or a script's own",
})

export const prioritySchema = z.enum(priorities).openapi('Priority', { example: 'normal' })

/** An object of any JSON, kept and given back as it came: by reference, so that its keys come back untouched and in order. */
export const jsonObject = z
  .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
  })
  .refine((value) => !isDeeperThan(value, deepestJson), { error: `must not be nested deeper than ${deepestJson} levels` })
  .openapi({ type: 'object', additionalProperties: true, example: { volume_ul: 50 } })

/** Any JSON; a kind of its own, because the document says of `unknown` that it may be absent. */
export const anyJson = z
  .custom<unknown>((value) => value !== undefined)
  .openapi({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'], description: 'Any JSON, as the device gave it' })

/** A point in time as the services write it. */
export const instant = z.iso.datetime({ precision: 3 }).openapi({ format: 'date-time', example: '2025-01-15T10:00:00.000Z' })
export const instantOrNull = instant.nullable()

/** A time in the address, read by the lab's own rules. */
export const instantQuery = (field: string) =>
  z
    .string()
    .transform((value, context) => {
      try {
        return parseInstant(value, field)
      } catch {
        context.addIssue({ code: 'custom', message: 'must be a time such as 2025-01-15T10:00:00Z or a date such as 2025-01-15' })
        return z.NEVER
      }
    })
    .openapi({
      type: 'string',
      example: '2025-01-01',
      description: 'ISO 8601; without a zone it is UTC, a date alone is that day at 00:00',
    })

/** A whole number in the address. */
export const wholeNumberQuery = (least: number, most: number) =>
  z
    .string()
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number)
    .openapi({ type: 'integer', minimum: least, maximum: most })

export const booleanQuery = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .openapi({ type: 'boolean' })

export const errorSchema = z
  .object({
    error: z.string().openapi({ description: 'One sentence for a person' }),
    code: z.string().openapi({ description: 'For a program', example: 'device_busy' }),
    details: z.record(z.string(), z.unknown()).optional(),
    request_id: z.string().optional(),
  })
  .openapi('Error', { example: { error: 'Device is not available', code: 'device_busy', details: { device_id: 'liquid-handler-1' } } })
