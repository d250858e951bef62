/** What is expected of a device from now on: whose run begins and ends when, and each step of it. Seconds from now; what has begun is negative. */

import { allowingFor, inSequence, later, noTime, type Stretch, type Work } from './estimate.ts'

export type PlannedStep = {
  /** Null for an operation that is none of its workflow's steps. */
  stepIndex: number | null
  operation: string
  deviceId: string
  /** What it takes, or what is left of it. */
  stretch: Stretch
  /** Seconds since it began; null while it is to come. */
  elapsed: number | null
  /** From now; it does not begin before: a retry that waits, a device that others have. */
  notBefore: Stretch
}

/** `queueEntryId` null: it has the device, since `heldFor` seconds. A run whose steps are not known has none, only what it counts as. */
export type PlannedRun = Omit<Work, 'takes'> & {
  workflowId: string
  queueEntryId: number | null
  heldFor: number
  /** What it counts as when its steps are not known. */
  stretch: Stretch
  steps: readonly PlannedStep[]
  /** Why it does not go on by itself, if so. */
  stalled: string | null
  /** It waits elsewhere behind what a person or a script goes on with. */
  byHandElsewhere: boolean
}

/** `start` and `end` are null when nobody can know. */
export type Expected = { start: Stretch | null; end: Stretch | null }
export type PredictedRun = Omit<PlannedRun, 'steps'> &
  Expected & {
    steps: readonly (PlannedStep & Expected)[]
    /** When whoever comes behind it has its turn. */
    next: Stretch | null
    /** Seconds from its turn, or from now, to its end; null when nobody can know. */
    takes: number | null
  }

export type Plan = {
  /** Whoever has the device first, then the queue in order. */
  runs: readonly PlannedRun[]
  /** The sentence why nobody can know when a waiting run begins; null when the device is in service. */
  outOfService: string | null
  lateness: Lateness
}

/** As `allowingFor` takes them: how late runs that have their device end, and how late others begin. The latter is never the lesser. */
export type Lateness = { ends: number; starts: number }

export const onTime: Lateness = { ends: 0, starts: 0 }

/** One after another, until something stands in the way of which nobody can say how long. */
export function predictRuns({ runs, outOfService, lateness }: Plan): PredictedRun[] {
  let reached: Stretch | null = noTime

  return runs.map((run) => {
    const waits = run.queueEntryId !== null
    const told = (lateness: number) => reached && allowingFor(lateness, reached)
    const late = waits ? lateness.starts : lateness.ends
    if (waits && outOfService) reached = null
    const turn = reached?.p50
    const start = waits ? told(late) : ago(run.heldFor)
    const steps = run.steps.map((step) => {
      if (run.stalled) reached = null
      reached &&= later(reached, step.notBefore)
      const begins = step.elapsed === null ? told(late) : ago(step.elapsed)
      reached &&= inSequence([reached, step.stretch])
      return { ...step, start: begins, end: told(late) }
    })
    if (run.stalled) reached = null
    else if (run.unknown) reached &&= inSequence([reached, run.stretch])
    const takes = reached && turn !== undefined ? reached.p50 - turn : null
    return { ...run, start, end: told(late), steps, next: told(lateness.starts), takes }
  })
}

/** When whoever comes behind the first `places` of them has its turn; null when nobody can know. */
export function turnBehind(runs: readonly PredictedRun[], places: number): Stretch | null {
  const last = runs[places - 1]
  return last ? last.next : noTime
}

/** When the device has nothing more to do, as far as is known now; null when nobody can know. */
export function freeFrom(runs: readonly PredictedRun[]): Stretch | null {
  const last = runs.at(-1)
  return last ? last.end : noTime
}

export type StepOnDevice = { stepIndex: number | null; deviceId: string; hold: boolean }

/**
 * The steps for which a workflow has a device that is not its own: from the one it was booked for, and where that holds the device, up to and
 * with the next that uses it; to its end, when none does.
 * @param steps those that have not ended, in order
 * @param stepIndex the step it was booked for; it may have ended
 */
export function stepsWhileHeld<S extends StepOnDevice>(steps: readonly S[], deviceId: string, stepIndex: number): S[] {
  const first = steps.findIndex((step) => step.stepIndex === stepIndex)
  let last = first < 0 ? nextUse(0) : first
  while (steps[last]?.hold && last < steps.length - 1) last = Math.min(nextUse(last + 1), steps.length - 1)
  return steps.slice(Math.max(0, first), last + 1)

  function nextUse(from: number): number {
    const index = steps.findIndex((step, place) => place >= from && step.deviceId === deviceId)
    return index < 0 ? steps.length : index
  }
}

function ago(seconds: number): Stretch {
  return { p50: -seconds, p90: -seconds, basedOn: 'none' }
}
