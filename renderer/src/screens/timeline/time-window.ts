/** The stretch of time that a timeline shows: zoomed around a point, moved, cut into tiles that are fetched, marked with times people read. */

/** Milliseconds since 1970. */
export type TimeWindow = { start: number; end: number }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const shortest = 10_000
const longest = 400 * day

export function spanOf({ start, end }: TimeWindow): number {
  return end - start
}

/**
 * @param factor below 1 shows less, above 1 more
 * @param around the time that stays where it is
 */
export function zoomed(window: TimeWindow, factor: number, around: number): TimeWindow {
  const span = Math.min(longest, Math.max(shortest, spanOf(window) * factor))
  const share = (around - window.start) / spanOf(window)
  const start = Math.round(around - share * span)
  return { start, end: start + Math.round(span) }
}

export function moved({ start, end }: TimeWindow, by: number): TimeWindow {
  const whole = Math.round(by)
  return { start: start + whole, end: end + whole }
}

export function around(time: number, span: number): TimeWindow {
  return { start: Math.round(time - span / 2), end: Math.round(time + span / 2) }
}

/** Stretches that are fetched and kept: as long as a power of two of seconds, so that moving a little asks for nothing new; three at most. */
export function tilesOf(window: TimeWindow): TimeWindow[] {
  const span = 2 ** Math.ceil(Math.log2(spanOf(window) / 1000)) * 1000
  const tiles: TimeWindow[] = []
  for (let start = Math.floor(window.start / span) * span; start < window.end; start += span) tiles.push({ start, end: start + span })
  return tiles
}

const steps = [1, 5, 15, 30]
  .flatMap((count) => count * 1000)
  .concat(
    [1, 5, 15, 30].map((count) => count * minute),
    [1, 3, 6, 12].map((count) => count * hour),
  )

export type Mark = { at: number; isDay: boolean }

/** Times to mark, in local time, not closer to each other than `apart` milliseconds. Days begin at midnight, also where clocks were changed. */
export function marksOf({ start, end }: TimeWindow, apart: number): Mark[] {
  const step = steps.find((candidate) => candidate >= apart)
  return step === undefined ? days(start, end, Math.ceil(apart / day)) : clocks(start, end, step)
}

function clocks(start: number, end: number, step: number): Mark[] {
  const marks: Mark[] = []
  for (const { at: midnight } of days(start - day, end, 1)) {
    const of = new Date(midnight)
    const [year, month, date] = [of.getFullYear(), of.getMonth(), of.getDate()]
    const next = new Date(year, month, date + 1).getTime()
    // Several hours are counted on the clock, which leaves hours out or repeats them where it is changed.
    const onClock = (passed: number) => new Date(year, month, date, 0, 0, 0, passed).getTime()
    for (let passed = 0, at = midnight; at < next; passed += step, at = step > hour ? onClock(passed) : midnight + passed) {
      if (at >= start && at <= end) marks.push({ at, isDay: at === midnight })
    }
  }
  return marks
}

function days(start: number, end: number, every: number): Mark[] {
  const marks: Mark[] = []
  const at = new Date(start)
  at.setHours(0, 0, 0, 0)
  // The same days are marked wherever the window is.
  const number = Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / day
  at.setDate(at.getDate() - (number % every))
  for (; at.getTime() <= end; at.setDate(at.getDate() + every)) {
    if (at.getTime() >= start) marks.push({ at: at.getTime(), isDay: true })
  }
  return marks
}
