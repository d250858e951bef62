/** The wire shapes of the schedule: what is expected of each device, its runs and their steps. */

import { z } from '@hono/zod-openapi'
import { instant, instantOrNull } from './common.ts'

/** Half of all cases by `…_at`, nine of ten by `…_p90_at`; null when nobody can know. What has begun has the time it began. */
const expected = {
  estimated_start_at: instantOrNull,
  estimated_start_p90_at: instantOrNull,
  estimated_end_at: instantOrNull,
  estimated_end_p90_at: instantOrNull,
}

const scheduledStepSchema = z
  .object({
    step_index: z.int().nullable().openapi({ description: 'Null for an operation that is none of its workflow’s steps' }),
    operation: z.string(),
    device_id: z.string(),
    status: z.enum(['running', 'pending']),
    ...expected,
  })
  .openapi('ScheduledStep')

const scheduledRunSchema = z
  .object({
    workflow_id: z.string(),
    workflow_name: z.string().nullable().openapi({ description: "Null for a script's own workflow, whose steps are not known" }),
    queue_entry_id: z.int().nullable().openapi({ description: 'Null for the one that has the device' }),
    status: z.enum(['holding', 'waiting']),
    unattended: z.boolean().openapi({ description: 'Its steps run by themselves. Else the times hold if whoever runs it goes on at once' }),
    based_on: z.enum(['measured', 'nominal', 'none']),
    ...expected,
    steps: z.array(scheduledStepSchema),
  })
  .openapi('ScheduledRun')

export const scheduledDeviceSchema = z
  .object({
    device_id: z.string(),
    device_name: z.string(),
    at: instant.openapi({ description: 'When this was foretold' }),
    estimated_free_at: instantOrNull.openapi({ description: 'When nothing that is known now is left to do; not before that, a gap' }),
    estimated_free_p90_at: instantOrNull,
    unknown_because: z.string().nullable().openapi({ description: 'Why times are null, in a sentence' }),
    runs: z.array(scheduledRunSchema).openapi({ description: 'Whoever has the device first, then the queue in order of turn' }),
  })
  .openapi('ScheduledDevice')
