/** Buckets of time for a histogram: how wide, and how they are put together when they become too many. */

/** Widths that people read easily. Milliseconds. */
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const widths = [
  ...[1, 2, 5, 10, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 30].map((count) => count * minute),
  ...[1, 2, 4, 8, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * day),
]

/** Where buckets begin to be counted: a Monday, so that weeks begin on one. Milliseconds since 1970. */
export const bucketOrigin = Date.UTC(2001, 0, 1)

/** What began in `[start, start + width)`: how many came to a good end or still run, how many did not. */
export type Bucket = { start: number; good: number; bad: number }

/**
 * The narrowest width that needs no more than `most` buckets, 2 at least, for a span of time.
 * @param from, to milliseconds since 1970
 */
export function bucketWidth(from: number, to: number, most: number): number {
  const fitting = widths.find((width) => countOf(from, to, width) <= most)
  if (fitting !== undefined) return fitting
  let width = widths.at(-1) ?? day
  while (countOf(from, to, width) > most) width *= 2
  return width
}

/** The start of the bucket that a time falls into. Milliseconds since 1970. */
export function bucketStart(time: number, width: number): number {
  return bucketOrigin + Math.floor((time - bucketOrigin) / width) * width
}

/** Sums of narrower buckets, in order of time; only those that are not empty. */
export function mergeBuckets(buckets: Iterable<Bucket>, width: number): Bucket[] {
  const merged = new Map<number, Bucket>()
  for (const { start, good, bad } of buckets) {
    const at = bucketStart(start, width)
    const bucket = merged.get(at)
    if (bucket) {
      bucket.good += good
      bucket.bad += bad
    } else merged.set(at, { start: at, good, bad })
  }
  return [...merged.values()].sort((a, b) => a.start - b.start)
}

function countOf(from: number, to: number, width: number): number {
  return (bucketStart(to, width) - bucketStart(from, width)) / width + 1
}
