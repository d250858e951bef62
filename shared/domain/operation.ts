/** What operations take when nobody has measured them yet. */

import type { JsonObject } from './execution-log.ts'

/** Seconds, for a lab without a history; the simulated devices take this long too. Source: the REST contract, §6. */
const nominal: { readonly [operation: string]: number } = {
  pipette_transfer: 12,
  dispense_reagent: 8,
  incubate: 60,
  plate_read: 20,
}
const nominalOfOthers = 5

/** A year. What parameters ask for beyond it counts as this much, so that every sum of seconds still gives a date. */
const longest = 31_536_000

/** Seconds the parameters themselves ask for (`minutes`, `seconds`); undefined when they do not. */
export function requestedSeconds(operation: string, parameters: JsonObject): number | undefined {
  if (operation !== 'incubate') return undefined
  const minutes = positive(parameters.minutes)
  const seconds = positive(parameters.seconds)
  return minutes === undefined && seconds === undefined ? undefined : Math.min((minutes ?? 0) * 60 + (seconds ?? 0), longest)
}

/** Seconds an operation nominally takes at speed 1. */
export function nominalSeconds(operation: string, parameters: JsonObject): number {
  return requestedSeconds(operation, parameters) ?? (Object.hasOwn(nominal, operation) ? nominal[operation] : undefined) ?? nominalOfOthers
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
