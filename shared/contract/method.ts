/** What an entry of the contract is made of. */

import { z } from 'zod'

/** A query reads, a command changes. Both take JSON and give JSON; times are ISO 8601 strings in UTC. */
export type Method = { kind: 'query' | 'command'; input: z.ZodType; output: z.ZodType }

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'query', input, output } as const
}

export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'command', input, output } as const
}

export const nothing = z.object({})
/** As every time is written. */
export const instant = z.string()
export const deviceId = z.string().min(1).max(63)
/** Of this lab, or any name that a script brought. */
export const workflowId = z.string().min(1).max(200)
export const json = z.record(z.string(), z.unknown())
/** Said by a person, kept with what it explains. */
export const reason = z.string().trim().min(1).max(500)
