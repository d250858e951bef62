/** Which past runs of an operation tell how long another will take. */

import { nominalStretch, type Stretch } from './estimate.ts'
import type { JsonObject } from './execution-log.ts'
import { nominalSeconds, requestedSeconds } from './operation.ts'

/** Under this signature the runs of an operation are kept together, whatever their parameters. */
export const anyParameters = '*'

/** Runs of the same signature that make a better guess than all runs together. */
export const enoughRuns = 5

/** Names of amounts: of time, of liquid, of repetitions. A position, a temperature or a wavelength is none. Also in migration 0003. */
const amounts = /^([a-z0-9]+_)*(duration|hours|minutes|seconds|volume|ul|ml|wells|cycles|repeats|count)(_[a-z0-9]+)*$/
const longest = 200

/** What of the parameters decides how long it takes: the numbers among them that are amounts, as `volume_ul=50&wells=96`. */
export function durationSignature(parameters: JsonObject): string {
  return Object.entries(parameters)
    .filter(([name, value]) => typeof value === 'number' && Number.isFinite(value) && amounts.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('&')
    .slice(0, longest)
}

/** The signatures that a completion counts for. One that took as long as it was asked to says nothing of those that were asked for another time. */
export function signaturesOf(operation: string, parameters: JsonObject): string[] {
  const exact = durationSignature(parameters)
  return operation === 'incubate' && /(^|&)(minutes|seconds)=/.test(exact) ? [exact] : [anyParameters, exact]
}

/** What was measured of one signature. `count`: completions behind it. */
export type Measured = { p50: number; p90: number; count: number }

/** Seconds at speed 1: of the same parameters where there are enough, else of any parameters, else nominal. */
export function expectedStretch(operation: string, parameters: JsonObject, measured: (signature: string) => Measured | undefined): Stretch {
  const exact = measured(durationSignature(parameters))
  if (exact && exact.count >= enoughRuns) return { p50: exact.p50, p90: exact.p90, basedOn: 'measured' }
  const any = requestedSeconds(operation, parameters) === undefined ? measured(anyParameters) : undefined
  return any ? { p50: any.p50, p90: any.p90, basedOn: 'measured' } : nominalStretch(nominalSeconds(operation, parameters))
}
