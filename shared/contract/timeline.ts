/** What each device did, and what is expected of it. */

import { z } from 'zod'
import { logStatuses } from '../domain/execution-log.ts'
import { instant, nothing, query } from './method.ts'

const span = {
  id: z.number().int(),
  workflowId: z.string(),
  workflowName: z.string().nullable(),
  start: instant,
  /** Null: it goes on. */
  end: instant.nullable(),
}

export const pastStep = z.object({ ...span, operation: z.string(), stepIndex: z.number().int().nullable(), status: z.enum(logStatuses) })
export const pastRun = z.object(span)
export type PastStepWire = z.infer<typeof pastStep>
export type PastRunWire = z.infer<typeof pastRun>

export const devicePast = z.object({
  deviceId: z.string(),
  name: z.string(),
  /** Workflows that had the device, and operations that ran on it, in order of time. Null: too many to draw. */
  runs: z.array(pastRun).nullable(),
  steps: z.array(pastStep).nullable(),
  /** Sums in place of too many steps: `busyMs` of the cell's time an operation ran. */
  cells: z.array(z.object({ start: instant, count: z.number().int(), bad: z.number().int(), busyMs: z.number() })),
})
export type DevicePastWire = z.infer<typeof devicePast>

/** From now on; null: nobody can know. The p90 times are reached with nine in ten. */
const expected = {
  startAt: instant.nullable(),
  startP90At: instant.nullable(),
  endAt: instant.nullable(),
  endP90At: instant.nullable(),
}

export const deviceFuture = z.object({
  deviceId: z.string(),
  /** The one that has the device first, then the queue in order. `queueEntryId` null: it has the device. */
  runs: z.array(
    z.object({
      workflowId: z.string(),
      workflowName: z.string().nullable(),
      queueEntryId: z.number().int().nullable(),
      ...expected,
      steps: z.array(z.object({ stepIndex: z.number().int().nullable(), operation: z.string(), ...expected })),
    }),
  ),
  /** The sentence why nobody can know more, if so. */
  unknownBecause: z.string().nullable(),
})
export type DeviceFutureWire = z.infer<typeof deviceFuture>

export const timelineMethods = {
  'timeline.past': query(
    z.object({ start: z.iso.datetime(), end: z.iso.datetime() }),
    z.object({
      devices: z.array(devicePast),
      /** The width of cells. Milliseconds. */
      cellMs: z.number(),
      /** When false, ask again: it sums on. */
      complete: z.boolean(),
      /** 0 to 1. */
      counted: z.number(),
    }),
  ),
  'timeline.future': query(nothing, z.array(deviceFuture)),
}
