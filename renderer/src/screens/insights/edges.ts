/** The stretches that a period is cut into: hours of a few days, else days of the reader's time zone, several together when they are many. */

const hour = 3_600_000
const most = 120

export type Cut = { edges: string[]; unit: 'hour' | 'day'; every: number }

/** How much of what was cut has passed, when its sums are of `now`. Milliseconds. */
export function passedOf({ edges }: Cut, now: number): number {
  return Math.max(1, Math.min(Date.parse(edges.at(-1) ?? ''), now) - Date.parse(edges[0] ?? ''))
}

/** @param from, to milliseconds since 1970; the first edge is not after `from`, the last not before `to` */
export function cutPeriod(from: number, to: number): Cut {
  const unit = to - from <= 3 * 24 * hour ? 'hour' : 'day'
  const every = Math.max(1, Math.ceil((to - from) / (unit === 'hour' ? hour : 24 * hour) / most))
  const at = new Date(from)
  if (unit === 'hour') at.setMinutes(0, 0, 0)
  else at.setHours(0, 0, 0, 0)
  const edges = [at.toISOString()]
  do {
    // The calendar's days: one of them may have 23 or 25 hours.
    if (unit === 'hour') at.setTime(at.getTime() + every * hour)
    else at.setDate(at.getDate() + every)
    edges.push(at.toISOString())
  } while (at.getTime() < to)
  return { edges, unit, every }
}
