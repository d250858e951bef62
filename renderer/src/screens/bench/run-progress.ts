/** How far a run is, between 0 and 1. */

import type { HolderWire } from '../../../../shared/contract/bench.ts'

/** A step that nobody tells of is never shown as done before it is. */
const mostGuessed = 0.95

/** Of the running step: what its device tells, else the time it has taken of what it usually takes; null when neither is known. */
export function stepFraction(step: NonNullable<HolderWire['step']>, now: Date): number | null {
  if (step.status !== 'running') return null
  if (step.progress !== null) return step.progress
  if (step.startedAt === null || step.expectedEndAt === null) return null
  const began = Date.parse(step.startedAt)
  const whole = Date.parse(step.expectedEndAt) - began
  const passed = now.getTime() - began
  return whole <= 0 ? mostGuessed : Math.min(mostGuessed, Math.max(0, passed / whole))
}

/** Of the whole run, each step counting the same; null when its steps are not known. */
export function runFraction({ step, stepsDone, stepCount }: HolderWire, now: Date): number | null {
  if (stepCount === 0) return null
  const running = step && step.stepIndex !== null ? (stepFraction(step, now) ?? 0) : 0
  return Math.min(1, (stepsDone + running) / stepCount)
}
