/** What the lab learns from how late its forecasts came. */

/** Forecasts that must have come before they teach anything. */
const enoughToLearn = 10
/** Nothing is surer than this: between steps the lab has things of its own to do. */
const leastLateness = 0.02
/** Of what is foretold this part comes by its 90th percentile. */
const toKeep = 0.9
/** Learning goes by no more than this part of them: the greatest lateness of all is chance. */
const mostToGoBy = 0.99

/** How earlier forecasts came out. */
export type Outcome = {
  /** How late each came, as a part of the time foretold, in any order; negative for what came early. */
  latenesses: readonly number[]
  /** The part of them that came by their 90th percentile, 0 to 1; null when none could yet. */
  kept: number | null
}

/**
 * How late nine of ten come at most, learned from how late earlier ones came: the ⌈q (n + 1)⌉-th smallest of n, q = 0.9. So the next one comes
 * by then with a probability of nine tenths, whatever their distribution, as long as it is one of their kind (split conformal prediction:
 * Lei et al., "Distribution-Free Predictive Inference for Regression", 2018). In a lab whose queues grow it is not; so where k of the earlier
 * ones came by their 90th percentile, q is 0.9 + 2 (0.9 − k): the thought of Gibbs and Candès, "Adaptive Conformal Inference Under Distribution
 * Shift", 2021.
 */
export function latenessFrom({ latenesses, kept }: Outcome): number {
  if (latenesses.length < enoughToLearn) return leastLateness
  const q = Math.min(mostToGoBy, toKeep + 2 * (toKeep - (kept ?? toKeep)))
  const sorted = [...latenesses].sort((a, b) => a - b)
  const place = Math.min(sorted.length, Math.ceil(q * (sorted.length + 1)))
  return Math.max(leastLateness, sorted[place - 1] ?? 0)
}
