/** What happened, as the screens are told and may ask. */

import { z } from 'zod'
import { eventKinds } from '../domain/event.ts'
import { deviceId, instant, query, workflowId } from './method.ts'

/** `data` as the command said it, in wire names. */
export const labEvent = z.object({
  id: z.number().int(),
  kind: z.enum(eventKinds),
  at: instant,
  actor: z.string(),
  operator: z.string().nullable(),
  deviceId: z.string().nullable(),
  workflowId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
})
export type LabEventWire = z.infer<typeof labEvent>

export const eventMethods = {
  /** A page of the past, oldest first behind `after`, or the newest first before `before`. */
  'events.list': query(
    z.object({
      after: z.number().int().min(0).optional(),
      before: z.number().int().min(0).optional(),
      deviceId: deviceId.optional(),
      workflowId: workflowId.optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    z.array(labEvent),
  ),
}
