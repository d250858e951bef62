/** What is expected of each device: its holder's run, then the queue in order; when a workflow's turn comes, and why then. */

import { estimateWait, later, noTime, type Stretch, type WaitAnswer, type Work } from '../../../../shared/domain/estimate.ts'
import { type Priority, placesAhead } from '../../../../shared/domain/queue.ts'
import {
  onTime,
  type PlannedRun,
  type PlannedStep,
  type PredictedRun,
  predictRuns,
  turnBehind,
} from '../../../../shared/domain/schedule.ts'
import { type DevicePlan, readPlans } from './device-plans.ts'
import { type Device, devicesAmong, getDevice, listDevices } from './devices.ts'
import type { EntryRow } from './hand-over.ts'
import type { Lab, Reader } from './lab.ts'

/** One device as it stands at `at`, with what is expected of it. Stretches are seconds from then. */
export type Forecast = {
  device: Device
  at: Date
  /** Who waits, in order of turn. */
  entries: EntryRow[]
  /** Of the lab's own workflows that have the device or wait for it. */
  names: Map<string, string>
  /** Who has the device, with what is left of it; null when it is free. */
  holder: PlannedRun | null
  /** The holder's first, then those of `entries`. */
  runs: PredictedRun[]
  /** The sentence why nobody can know, if so: of a device out of service when its queue moves, of a stalled holder when it goes on. */
  unknownBecause: string | null
  /** The other devices that its runs have steps on: what happens there changes this. */
  elsewhere: string[]
  /** For which its holder stands in line at one of those. */
  waitingStep: PlannedStep | null
  /** For the entry at this index of `entries`. */
  ofPlace(index: number): WaitAnswer
  /** For a request of that priority that would come now. */
  ofNewcomer(priority: Priority): WaitAnswer
}

/** @throws DomainError `device_not_found` */
export async function forecastQueue(lab: Lab, db: Reader, deviceId: string): Promise<Forecast> {
  const [plan] = await readPlans(lab, db, [await getDevice(db, deviceId)], { only: true })
  if (!plan) throw new Error('a device that is there gave no plan')
  const others = stepsElsewhere(plan)
  const plans = others.length === 0 ? [] : await readPlans(lab, db, await devicesAmong(db, others), { only: true })
  await lab.lateness.load(db, plan.at)
  return forecastOf(lab, plan, turnsAt(plans))
}

/** All devices, ordered by id, in at most six statements whatever their number. */
export async function forecastDevices(lab: Lab, db: Reader): Promise<Forecast[]> {
  const plans = await readPlans(lab, db, await listDevices(db), { only: false })
  await lab.lateness.load(db, lab.clock.now())
  const turns = turnsAt(plans)
  return plans.map((plan) => forecastOf(lab, plan, turns))
}

function forecastOf(lab: Lab, plan: DevicePlan, turns: Turns): Forecast {
  const { device, at, entries, planned, outOfService } = plan
  const holder = plan.holder && withWaits(plan.holder, plan, turns)
  const works = plan.works.map((work) => withWaits(work, plan, turns))
  const runs = predictRuns({ runs: holder ? [holder, ...works] : works, outOfService, lateness: lab.lateness.value() })
  const told = runs.map(inWork)
  const held = holder ? 1 : 0
  const waitingStep = stepThatWaits(plan, turns)
  const wait = (places: number) =>
    estimateWait({
      outOfService,
      holder: holder && told[0] ? { ...told[0], stalled: holder.stalled, waitsFor: waitingStep?.deviceId } : null,
      ahead: told.slice(held, held + places),
      turn: turnBehind(runs, held + places),
    })
  return {
    device,
    at,
    entries,
    holder,
    names: new Map(runs.flatMap(({ workflowId }) => planned.get(workflowId) ?? []).map(({ id, name }) => [id, name])),
    runs,
    unknownBecause: outOfService ?? holder?.stalled ?? null,
    elsewhere: stepsElsewhere(plan),
    waitingStep,
    ofPlace: wait,
    ofNewcomer: (priority) => wait(placesAhead(entries, priority)),
  }
}

/** Where nobody can know when it ends, what its steps take is told. */
function inWork({ takes, stretch, ...run }: PredictedRun): Work {
  return { ...run, takes: takes ?? stretch.p50 }
}

function stepsElsewhere({ device, holder, works }: DevicePlan): string[] {
  const named = [...(holder ? [holder] : []), ...works].flatMap(({ steps }) => steps.map(({ deviceId }) => deviceId))
  return [...new Set(named)].filter((id) => id !== device.id)
}

/** When a workflow has its turn on another device; null, and the half sentence why, when nobody can know. */
type Turn = { turn: Stretch; waits: boolean } | { turn: null; waits: boolean; because: string }
type Turns = (deviceId: string, workflowId: string, priority: Priority) => Turn

/** As these devices stand, without what their own runs wait for elsewhere. */
function turnsAt(plans: readonly DevicePlan[]): Turns {
  const predicted = new Map<string, PredictedRun[]>()

  function runsOf({ device, holder, works, outOfService }: DevicePlan): PredictedRun[] {
    const known = predicted.get(device.id)
    if (known) return known
    const runs = predictRuns({ runs: holder ? [holder, ...works] : works, outOfService, lateness: onTime })
    predicted.set(device.id, runs)
    return runs
  }

  return (deviceId, workflowId, priority) => {
    const plan = plans.find(({ device }) => device.id === deviceId)
    // A device that is gone keeps nobody waiting: the step fails.
    if (!plan || plan.device.workflowId === workflowId) return { turn: noTime, waits: false }
    const place = plan.entries.findIndex((entry) => entry.workflowId === workflowId)
    const waits = place >= 0
    if (plan.outOfService) return { turn: null, waits, because: 'which is out of service' }
    const turn = turnBehind(runsOf(plan), (plan.holder ? 1 : 0) + (waits ? place : placesAhead(plan.entries, priority)))
    return turn ? { turn, waits } : { turn, waits, because: `where "${plan.holder?.name}" does not go on by itself` }
  }
}

/**
 * A step on a device that its workflow has not yet begins when its turn comes there: as it waits in line there, else as if it asked for it
 * now. Of a device that nobody can know about only a holder that waits for it already is held up: by the time others want it, it may serve again.
 */
function withWaits(run: PlannedRun, { device, planned }: DevicePlan, turns: Turns): PlannedRun {
  let stalled = run.stalled
  const priority = planned.get(run.workflowId)?.priority ?? 'normal'
  const steps = run.steps.map((step) => {
    if (step.deviceId === device.id || step.elapsed !== null) return step
    const there = turns(step.deviceId, run.workflowId, priority)
    if (there.turn) return { ...step, notBefore: later(step.notBefore, there.turn) }
    if (there.waits && run.queueEntryId === null) stalled ??= `It waits for the device "${step.deviceId}", ${there.because}`
    return step
  })
  return { ...run, steps, stalled }
}

/** The step for which a holder stands in line at another device. */
function stepThatWaits({ device, holder, planned }: DevicePlan, turns: Turns): PlannedStep | null {
  const priority = (holder && planned.get(holder.workflowId)?.priority) ?? 'normal'
  return (
    holder?.steps.find(
      (step) => step.deviceId !== device.id && step.elapsed === null && turns(step.deviceId, holder.workflowId, priority).waits,
    ) ?? null
  )
}
