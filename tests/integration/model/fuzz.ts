/** How much the model tests try: little and always the same by default, as much as is asked for on request. */

const { LAB_FUZZ_RUNS, LAB_FUZZ_SEED } = process.env

export const seed = Number(LAB_FUZZ_SEED ?? 20_250_115)

/** `usual` runs, or as many as `LAB_FUZZ_RUNS` says. */
export function runs(usual: number): { numRuns: number; seed: number } {
  return { numRuns: Number(LAB_FUZZ_RUNS ?? usual), seed }
}

/** Long enough for that many runs, and for shrinking what one of them found. */
export function patience(usual: number): number {
  return 120_000 + runs(usual).numRuns * 5_000
}
