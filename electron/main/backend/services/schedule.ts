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
import { devicesAmong, getDevice, listDevices } from './devices.ts'
import type { EntryRow } from './hand-over.ts'
import type { Lab, Reader } from './lab.ts'

/** One device as it stands at `at`, with what is expected of it. Stretches are seconds from then. */
export type Forecast = Pick<DevicePlan, 'device' | 'at' | 'entries' | 'holder'> & {
  /** Of the lab's own workflows that have the device or wait for it. */
  names: Map<string, string>
  /** The holder's first, then those of `entries`. */
  runs: PredictedRun[]
  /** The sentence why nobody can know, if so: of a device out of service when its queue moves, of a stalled holder when it goes on. */
  unknownBecause: string | null
  /** Those that its runs have steps on: what happens there changes this. */
  otherDevices: string[]
  /** The step for which its holder stands in line at one of those; null when it does not. */
  waitingStep: PlannedStep | null
  /** For the entry at this index of `entries`. */
  ofPlace(index: number): WaitAnswer
  /** For a request of that priority that would come now. */
  ofNewcomer(priority: Priority): WaitAnswer
}

/** In at most eleven statements: half of them only where its runs have steps on other devices. @throws DomainError `device_not_found` */
export async function forecastQueue(lab: Lab, db: Reader, deviceId: string): Promise<Forecast> {
  const [plan] = await readPlans(lab, db, [await getDevice(db, deviceId)], { all: false })
  if (!plan) throw new Error('a device that is there gave no plan')
  const others = otherDevices(plan)
  const plans = others.length === 0 ? [] : await readPlans(lab, db, await devicesAmong(db, others), { all: false })
  await lab.lateness.load(db, plan.at)
  return forecastOf(lab, plan, turnsAt(plans))
}

/** All devices, ordered by id, in at most six statements whatever their number. */
export async function forecastDevices(lab: Lab, db: Reader): Promise<Forecast[]> {
  const plans = await readPlans(lab, db, await listDevices(db), { all: true })
  await lab.lateness.load(db, lab.clock.now())
  const turns = turnsAt(plans)
  return plans.map((plan) => forecastOf(lab, plan, turns))
}

function forecastOf(lab: Lab, plan: DevicePlan, turns: Turns): Forecast {
  const { device, at, entries, planned, outOfService } = plan
  const waited = plan.runs.map((run) => withWaits(run, plan, turns))
  const holder = (plan.holder && waited[0]) ?? null
  const runs = predictRuns({ runs: waited, outOfService, lateness: lab.lateness.value() })
  const told = runs.map(inWork)
  const held = holder ? 1 : 0
  const waiting = waitingStep(plan, turns)
  const wait = (places: number) =>
    estimateWait({
      outOfService,
      holder: holder && told[0] ? { ...told[0], stalled: holder.stalled, waits: waiting && whereItWaits(waiting) } : null,
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
    otherDevices: otherDevices(plan),
    waitingStep: waiting?.step ?? null,
    ofPlace: wait,
    ofNewcomer: (priority) => wait(placesAhead(entries, priority)),
  }
}

/** Where nobody can know when it ends, what its steps take is told. */
function inWork({ takes, stretch, ...run }: PredictedRun): Work {
  return { ...run, takes: takes ?? stretch.p50 }
}

function otherDevices({ device, runs }: DevicePlan): string[] {
  const named = runs.flatMap(({ steps }) => steps.map(({ deviceId }) => deviceId))
  return [...new Set(named)].filter((id) => id !== device.id)
}

/** When a workflow has its turn on another device. */
type Turn = {
  /** Null when nobody can know. */
  turn: Stretch | null
  /** Half a sentence: why not. */
  because: string
  /** Its place in the line there; null while it has none. */
  entry: EntryRow | null
  /** Before it goes what a person or a script goes on with. */
  byHand: boolean
}
type Turns = (deviceId: string, workflowId: string, priority: Priority) => Turn

const atOnce: Turn = { turn: noTime, because: '', entry: null, byHand: false }

/** As these devices stand, without what their own runs wait for elsewhere. */
function turnsAt(plans: readonly DevicePlan[]): Turns {
  const byId = new Map(plans.map((plan) => [plan.device.id, plan]))
  const predicted = new Map<string, PredictedRun[]>()

  function predict({ device, runs, outOfService }: DevicePlan): PredictedRun[] {
    const known = predicted.get(device.id) ?? predictRuns({ runs, outOfService, lateness: onTime })
    predicted.set(device.id, known)
    return known
  }

  return (deviceId, workflowId, priority) => {
    const plan = byId.get(deviceId)
    // A device that is gone keeps nobody waiting: the step fails.
    if (!plan || plan.device.workflowId === workflowId) return atOnce
    const runs = predict(plan)
    const entry = plan.entries.find((one) => one.workflowId === workflowId) ?? null
    const places = (plan.holder ? 1 : 0) + (entry ? plan.entries.indexOf(entry) : placesAhead(plan.entries, priority))
    return {
      turn: plan.outOfService ? null : turnBehind(runs, places),
      because: plan.outOfService ? 'which is out of service' : `where "${plan.holder?.name}" does not go on by itself`,
      entry,
      byHand: runs.slice(0, places).some((run) => run.byHand || run.unknown),
    }
  }
}

function turnFor(step: PlannedStep, run: PlannedRun, { device, planned }: DevicePlan, turns: Turns): Turn {
  if (step.deviceId === device.id || step.elapsed !== null) return atOnce
  return turns(step.deviceId, run.workflowId, planned.get(run.workflowId)?.priority ?? 'normal')
}

/**
 * A step on a device that its workflow has not yet begins when its turn comes there: as it stands in line there, else as if it asked for it
 * now. A device of which nobody can know holds up only the holder whose next step it is: by the time others want it, it may serve again.
 */
function withWaits(run: PlannedRun, plan: DevicePlan, turns: Turns): PlannedRun {
  let { stalled, byHandElsewhere } = run
  const goesOnHere = run.queueEntryId === null && !run.steps.some(({ elapsed }) => elapsed !== null)
  const steps = run.steps.map((step, index) => {
    const { turn, because, entry, byHand } = turnFor(step, run, plan, turns)
    byHandElsewhere ||= byHand
    if (turn) return { ...step, notBefore: later(step.notBefore, turn) }
    if (goesOnHere && (entry || (index === 0 && !run.byHand))) stalled ??= `It waits for the device "${step.deviceId}", ${because}`
    return step
  })
  return { ...run, steps, stalled, byHandElsewhere }
}

type WaitingStep = { step: PlannedStep; byHand: boolean }

function waitingStep(plan: DevicePlan, turns: Turns): WaitingStep | null {
  const { holder } = plan
  if (!holder) return null
  for (const step of holder.steps) {
    const { entry, byHand } = turnFor(step, holder, plan, turns)
    if (entry && (entry.stepIndex ?? step.stepIndex) === step.stepIndex) return { step, byHand }
  }
  return null
}

function whereItWaits({ step, byHand }: WaitingStep): string {
  return `It waits for the device "${step.deviceId}"${byHand ? ', where not all goes on by itself' : ''}`
}
