/** How an instrument or gateway is reached that speaks JSON over HTTP: the `driver_config` of the driver `http`, in wire names as it is stored. */

import { z } from 'zod'
import { isPlaceholder } from './secrets.ts'

const path = z
  .string()
  .max(1000)
  .regex(/^\/[^\s#\\]*$/, { error: 'must begin with / and have neither spaces nor #' })

const secret = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^[\x20-\x7e]+$/, { error: 'must be printable ASCII, as it stands in a header' })
  .refine((value) => !isPlaceholder(value), { error: 'hides a secret that is stored, but none is: give it again' })

/** What frames a message is the program's own business. */
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,200}$/)
  .regex(/^(?!(host|connection|content-length|content-type|transfer-encoding|expect|upgrade|te|trailer)$)/i)

/** At most a week: an operation that takes longer is not waited for. */
const seconds = (least: number, most = 604_800) => z.number().min(least).max(most)

const parameter = z.strictObject({
  name: z.string().min(1).max(100),
  title: z.string().min(1).max(200).optional(),
  type: z.enum(['number', 'integer', 'string', 'boolean']),
  required: z.boolean().optional(),
  unit: z.string().min(1).max(20).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  choices: z.array(z.string().max(200)).min(1).max(100).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  description: z.string().max(1000).optional(),
})

/** In paths `{operation}` stands for its name and `{id}` for the job's id; without `path` it is `/operations/{operation}`. */
const operationFields = {
  path: path.optional(),
  method: z.enum(['GET', 'POST', 'PUT']).optional(),
  /** `immediate`: the answer is the result. `polling`: the answer names a job, which is asked for at `status_path`. */
  mode: z.enum(['immediate', 'polling']).optional(),
  status_path: path.optional(),
  /** Posted to when the operation shall end before its time. */
  abort_path: path.optional(),
  poll_seconds: seconds(0.05, 3600).optional(),
  /** Longer, and it is aborted. */
  timeout_seconds: seconds(0.1).optional(),
  nominal_seconds: seconds(0).optional(),
  /** Doing it twice is the same as once: it is asked for again when the answer was lost. */
  idempotent: z.boolean().optional(),
}

const operation = z.strictObject({
  title: z.string().min(1).max(200).optional(),
  parameters: z.array(parameter).max(100).optional(),
  ...operationFields,
})

export const httpConfigSchema = z.strictObject({
  base_url: z
    .string()
    .max(1000)
    .regex(/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/, {
      error: 'must be an address such as http://192.168.1.20:8080, without user name and query (secrets belong into token or headers)',
    })
    .refine(isAddress, { error: 'is not an address that can be called' }),
  /** Sent as `Authorization: Bearer …`. */
  token: secret.optional(),
  headers: z.record(headerName, secret).optional(),
  /** What it can do. Without any, every operation is asked for as `defaults` say. */
  operations: z.record(z.string().min(1).max(200), operation).optional(),
  defaults: z.strictObject(operationFields).optional(),
  /** Asked for signs of life; any answer of success is one. */
  health_path: path.optional(),
  /** Between signs of life; null: it is not asked, and a person says whether it is online. */
  heartbeat_seconds: seconds(0.1, 3600).nullable().optional(),
  /** An answer that takes longer is none; an immediate operation may take its own time. */
  request_timeout_seconds: seconds(0.1, 600).optional(),
})

export type HttpConfig = z.infer<typeof httpConfigSchema>
export type HttpOperation = z.infer<typeof operation>

/** zod parses it with the URL of whatever it runs on; this program has no type for that here. */
function isAddress(value: string): boolean {
  return z.url().safeParse(value).success
}
