/** What the services answer, as far as people are shown it. What else there is passes through untouched. */

import { z } from 'zod'
import { priorities } from '../shared/domain/queue.ts'

const text = z.string()
const textOrNull = z.string().nullable()
const numberOrNull = z.number().nullable()

export const errorSchema = z.looseObject({ error: text, code: text })

export const healthSchema = z.looseObject({ status: text, service: text, version: text, reason: text.optional() })

export const deviceSchema = z.looseObject({
  id: text,
  name: text,
  type: text,
  status: text,
  mode: text,
  connection: text,
  workflow_id: textOrNull,
  booked_at: textOrNull,
  queue_length: z.number(),
})
export type Device = z.infer<typeof deviceSchema>

export const bookingSchema = z.looseObject({ device_id: text, workflow_id: text, booking_id: z.number(), booked_at: text })

export const releaseSchema = z.looseObject({
  device_id: text,
  status: text,
  released_at: textOrNull,
  next: z.looseObject({ workflow_id: text }).nullable(),
})

export const entrySchema = z.looseObject({
  id: z.number(),
  device_id: text,
  workflow_id: text,
  workflow_name: textOrNull,
  priority: z.enum(priorities),
  status: text,
  position: z.number(),
  estimated_wait_seconds: numberOrNull,
  note: textOrNull,
})
export type Entry = z.infer<typeof entrySchema>

export const stepSchema = z.looseObject({ step_index: z.number(), operation: text, status: text, error: textOrNull })

export const workflowSchema = z.looseObject({
  id: text,
  name: text,
  device_id: text,
  steps: z.array(stepSchema),
  status: text,
  priority: text,
  created_at: text,
  error: textOrNull,
})
export type Workflow = z.infer<typeof workflowSchema>

/** `queue_entry` is there when a start had to queue. */
export const workflowAnswerSchema = z.looseObject({ message: text, workflow: workflowSchema, queue_entry: entrySchema.optional() })

export const logSchema = z.looseObject({
  id: z.number(),
  device_id: text,
  workflow_id: text,
  operation: text,
  status: text,
  error: textOrNull,
  started_at: text,
  duration_ms: numberOrNull,
})
export type Log = z.infer<typeof logSchema>

export const eventSchema = z.looseObject({
  id: z.number(),
  kind: text,
  at: text,
  actor: text,
  operator: textOrNull,
  device_id: textOrNull,
  workflow_id: textOrNull,
})
export type LabEvent = z.infer<typeof eventSchema>
