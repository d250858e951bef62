/** How long things take and when a turn comes: arithmetic on medians and 90th percentiles, in seconds. */

export type Basis = 'measured' | 'nominal' | 'none'

/** A stretch of time that is not known exactly: its median and 90th percentile, in seconds, and where they come from. */
export type Stretch = { p50: number; p90: number; basedOn: Basis }

export const noTime: Stretch = { p50: 0, p90: 0, basedOn: 'none' }

/** A nominal duration has no measured spread; its 90th percentile is taken half as long again. */
export function nominalStretch(seconds: number): Stretch {
  return { p50: seconds, p90: seconds * 1.5, basedOn: 'nominal' }
}

/**
 * One after another. Medians add; spreads (p90 − p50) add as those of independent quantities do, by the root of the sum of squares, because
 * adding the 90th percentiles would suppose that everything goes slowly at once.
 * Measured only when every part with a basis is; one guess makes the whole a guess.
 */
export function inSequence(stretches: readonly Stretch[]): Stretch {
  const p50 = stretches.reduce((sum, stretch) => sum + stretch.p50, 0)
  const spread = Math.hypot(...stretches.map((stretch) => stretch.p90 - stretch.p50))
  const bases = stretches.flatMap(({ basedOn }) => (basedOn === 'none' ? [] : [basedOn]))
  const basis = bases.every((basedOn) => basedOn === 'measured') ? 'measured' : 'nominal'
  return { p50, p90: p50 + spread, basedOn: bases.length === 0 ? 'none' : basis }
}

/**
 * What is left of a stretch that has been running for `elapsed` seconds. Towards its median and past it, half the way to its 90th percentile
 * is expected, at most half the median; past that, it may end at any moment.
 */
export function remaining(stretch: Stretch, elapsed: number): Stretch {
  const p90 = Math.max(0, stretch.p90 - elapsed)
  return { ...stretch, p50: Math.max(0, stretch.p50 - elapsed, Math.min(stretch.p50, p90) / 2), p90 }
}

/**
 * The stretch of an operation that has told how far it is. The further it is, the more its own pace counts (from half way on nothing else),
 * and the less can still come between.
 * @param elapsed seconds it had been running when it told
 * @param fraction 0 to 1
 */
export function atPace(stretch: Stretch, elapsed: number, fraction: number): Stretch {
  if (fraction <= 0) return stretch
  const weight = Math.min(1, 2 * fraction)
  const p50 = weight * (elapsed / fraction) + (1 - weight) * stretch.p50
  return { p50, p90: p50 + (1 - fraction) * (stretch.p90 - stretch.p50), basedOn: 'measured' }
}

/**
 * What the lab's own forecasts have taught: nine of ten came true at most this much later than foretold, as a part of the time foretold.
 * It holds what no duration of an operation knows: failures and their recovery, urgent work that jumped the queue, the lab's own pauses.
 */
export function allowingFor(lateness: number, stretch: Stretch): Stretch {
  return { ...stretch, p90: Math.max(stretch.p90, stretch.p50 * (1 + lateness)) }
}

/** The later of two, as far as is known: medians and 90th percentiles each for themselves. */
export function later(one: Stretch, other: Stretch): Stretch {
  if (other.p50 <= one.p50 && other.p90 <= one.p90) return one
  const basedOn = inSequence([one, other]).basedOn
  return { p50: Math.max(one.p50, other.p50), p90: Math.max(one.p90, other.p90), basedOn }
}

/** The same work on a device that runs `speed` times faster; 0 means without waiting. */
export function atSpeed(stretch: Stretch, speed: number): Stretch {
  const factor = speed === 0 ? 0 : 1 / speed
  return { ...stretch, p50: stretch.p50 * factor, p90: stretch.p90 * factor }
}

/** What stands before a place in the queue. `name` is what a person calls it, `takes` the seconds that are left of it. */
export type Work = {
  name: string
  takes: number
  /** Its steps are not known. */
  unknown?: boolean
  /** It goes on when a person or a script says so, step by step. */
  byHand?: boolean
}

/** Sentences: `stalled`, why it does not go on by itself, if so; `waits`, where it stands in line, if it does. */
export type WorkInHand = Work & { stalled: string | null; waits: string | null }

export type WaitQuestion = {
  /** Null when the device is in service; else the sentence that says why nobody can know. */
  outOfService: string | null
  /** Whoever holds the device; null when it is free. */
  holder: WorkInHand | null
  /** The waiting workflows before this place, in order. */
  ahead: readonly Work[]
  /** Until this place has its turn; null when nobody can know. */
  turn: Stretch | null
}

/** `p50` and `p90` are null when nobody can know. `reasons` are sentences. */
export type WaitAnswer = { position: number; p50: number | null; p90: number | null; basedOn: Basis; reasons: string[] }

/** When a place in the queue gets its turn, and why then. Position 0 is served at once. Nobody can know behind a holder that has stalled. */
export function estimateWait({ outOfService, holder, ahead, turn }: WaitQuestion): WaitAnswer {
  const position = ahead.length + 1
  const unknown = { position, p50: null, p90: null, basedOn: 'none' } as const
  if (outOfService) return { ...unknown, reasons: [outOfService, ...whoIsAhead(ahead)] }
  if (!holder && ahead.length === 0) return { position: 0, p50: 0, p90: 0, basedOn: 'none', reasons: ['The device is free'] }

  const reasons = [...(holder ? whoHolds(holder) : []), ...whoIsAhead(ahead)]
  if (holder?.stalled || turn === null) return { ...unknown, reasons }
  return { position, p50: turn.p50, p90: turn.p90, basedOn: turn.basedOn, reasons }
}

function whoHolds(holder: WorkInHand): string[] {
  const left = holder.unknown ? 'its steps are not known' : `about ${inWords(holder.takes)} left${byHand(holder)}`
  const why = holder.stalled ?? holder.waits
  return [`"${holder.name}" holds the device: ${left}`, ...(why ? [why] : [])]
}

function whoIsAhead(ahead: readonly Work[]): string[] {
  return ahead.map((work) => {
    return `"${work.name}" is ahead: ${work.unknown ? 'its steps are not known' : `about ${inWords(work.takes)}${byHand(work)}`}`
  })
}

function byHand(work: Work): string {
  return work.byHand ? ', if whoever runs it goes on at once' : ''
}

/** 8 s, 4 min, 2.5 h: as people say it. */
function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 360) / 10} h`
}
