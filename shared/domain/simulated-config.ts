/** How a simulated instrument behaves: the `driver_config` of the driver `simulated`, in wire names as it is stored. All of it may be left out. */

import { z } from 'zod'

/** How an operation of a simulated instrument can end. `slow` takes ten times as long, `disconnect` takes the instrument away half way. */
export const simulatedOutcomes = ['ok', 'fail', 'hang', 'slow', 'disconnect'] as const
export type SimulatedOutcome = (typeof simulatedOutcomes)[number]

const rate = z.number().min(0).max(1)

const scripted = z.strictObject({
  outcome: z.enum(simulatedOutcomes),
  /** Of the error, for a retry policy. */
  code: z
    .string()
    .regex(/^\w{1,64}$/, { error: 'must be 1 to 64 letters, digits or underscores' })
    .optional(),
  /** The error's sentence. */
  message: z.string().min(1).max(500).optional(),
})

export const simulatedConfigSchema = z
  .strictObject({
    /** The same seed gives the same durations and failures, device by device, in the order of its operations. */
    seed: z.int().optional(),
    /** How much durations scatter: the deviation of the logarithm. 0 is always nominal, 0.1 nearly always within a fifth. */
    jitter: z.number().min(0).max(1).optional(),
    /** How many times as long as nominal an operation takes on this instrument. */
    factors: z.record(z.string(), z.number().min(0.01).max(1000)).optional(),
    failure_rate: rate.optional(),
    hang_rate: rate.optional(),
    slow_rate: rate.optional(),
    disconnect_rate: rate.optional(),
    /** How the next operations end, one after another; begins anew with the program and when the config changes. */
    script: z
      .array(z.union([z.enum(simulatedOutcomes), scripted]))
      .max(1000)
      .optional(),
    /** After a lost connection it can be reached again; without it, when a person says so. Divided by the simulated speed. */
    reconnect_after_seconds: z.number().min(0).max(86_400).optional(),
  })
  .refine(
    ({ failure_rate = 0, hang_rate = 0, slow_rate = 0, disconnect_rate = 0 }) =>
      failure_rate + hang_rate + slow_rate + disconnect_rate <= 1 + Number.EPSILON,
    { path: ['failure_rate'], error: 'and the other rates must not be more than 1 together' },
  )

export type SimulatedConfig = z.infer<typeof simulatedConfigSchema>
