/** The wire shape of events. */

import { z } from '@hono/zod-openapi'
import { eventKinds } from '../../../../../shared/domain/event.ts'
import { instant } from './common.ts'

export const eventSchema = z
  .looseObject({
    id: z.int(),
    kind: z.enum(eventKinds),
    at: instant,
    actor: z.string().openapi({ description: 'The way in: rest, ui, runner, program', example: 'rest' }),
    operator: z.string().nullable(),
    device_id: z.string().nullable(),
    workflow_id: z.string().nullable(),
  })
  .openapi('Event', { description: 'Further fields say what changed; `reason` stands where one was given' })
