/** Durations counted on a logarithmic scale: counts of many pieces add up, and percentiles can be read from the sum to within 2 %. */

/** Steps to a factor of e. */
const steps = 25

/** How many durations fell on each mark. */
export type DurationCounts = ReadonlyMap<number, number>

/** @param milliseconds 0 counts as 1 */
export function markOf(milliseconds: number): number {
  return Math.floor(Math.log(Math.max(1, milliseconds)) * steps)
}

/** For SQL, which has to count by the same marks. */
export const durationSteps = steps

/** The middle of what falls on a mark. Milliseconds. */
export function durationOf(mark: number): number {
  return Math.exp((mark + 0.5) / steps)
}

/**
 * The duration that a share of them did not exceed, in milliseconds; undefined when there are none.
 * @param share 0 to 1
 */
export function percentile(counts: DurationCounts, share: number): number | undefined {
  const marks = [...counts.keys()].sort((a, b) => a - b)
  const total = marks.reduce((sum, mark) => sum + (counts.get(mark) ?? 0), 0)
  let passed = 0
  for (const mark of marks) {
    passed += counts.get(mark) ?? 0
    if (passed >= share * total) return durationOf(mark)
  }
  return undefined
}
