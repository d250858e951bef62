/** How long an operation may take before it is aborted. */

import type { Stretch } from './estimate.ts'

/** Times the 90th percentile: far outside of what the operation ever took. */
const factor = 5
/** Seconds. A short operation may be held up by what has nothing to do with it. */
const least = 30

type Sources = {
  /** What the step itself says; null when it says nothing. */
  step: number | null
  /** What the driver says of the operation. */
  operation: number | undefined
  /** What it is expected to take at the speed the device runs; undefined when nobody knows. */
  expected: Stretch | undefined
}

/** Seconds; undefined when there is nothing to go by, as for the first run of an operation that nobody described. */
export function limitSeconds({ step, operation, expected }: Sources): number | undefined {
  return step ?? operation ?? (expected && Math.max(least, factor * expected.p90))
}
