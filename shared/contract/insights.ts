/** How busy the lab was and how well it went, between edges of time. */

import { z } from 'zod'
import { workflowStatuses } from '../domain/workflow.ts'
import { query } from './method.ts'

/** In order: the days of the reader's time zone, say. One more than there are stretches between them. */
const edges = z
  .array(z.iso.datetime())
  .min(2)
  .max(401)
  .refine((times) => times.every((time, index) => index === 0 || time > (times[index - 1] ?? '')), { error: 'must be in order of time' })

export const insightMethods = {
  /**
   * What devices and operations did from the first edge to before the last. Edges in between should stand at quarters of an hour, as the hours and
   * days of any time zone do: devices are summed by those. `complete` false: ask again, it sums on.
   */
  'insights.activity': query(
    z.object({ edges }),
    z.object({
      /** Between the edges; devices that did nothing are left out. `busyMs`: how long operations ran that began in it. */
      stretches: z.array(
        z.object({
          devices: z.array(z.object({ deviceId: z.string(), count: z.number().int(), bad: z.number().int(), busyMs: z.number() })),
        }),
      ),
      /** Most frequent first. Percentiles of those that completed, to within 2 %. */
      operations: z.array(
        z.object({
          operation: z.string(),
          count: z.number().int(),
          bad: z.number().int(),
          p50Ms: z.number().nullable(),
          p90Ms: z.number().nullable(),
        }),
      ),
      complete: z.boolean(),
      counted: z.number(),
    }),
  ),
  /** Workflows that ended, and what requests waited that were served from a queue (seconds). */
  'insights.flow': query(
    z.object({ edges }),
    z.array(
      z.object({
        ended: z.partialRecord(z.enum(workflowStatuses), z.number().int()),
        served: z.number().int(),
        waitP50: z.number().nullable(),
        waitP90: z.number().nullable(),
      }),
    ),
  ),
  /** How well starts and ends were foretold. Seconds; `bias` is positive when things came later; `coverage` in %, 90 is the aim. */
  'insights.accuracy': query(
    z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
    z.array(
      z.object({
        kind: z.enum(['start', 'end']),
        basedOn: z.enum(['measured', 'nominal', 'none']),
        count: z.number().int(),
        meanAbsoluteError: z.number(),
        bias: z.number(),
        coverage: z.number(),
      }),
    ),
  ),
}
