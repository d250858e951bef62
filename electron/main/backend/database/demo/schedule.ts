/** When each device did what: runs of operations in the rhythm of the lab, one after another where the month has room for that. */

import { type DemoDevice, demoDevices } from './bench.ts'
import { tookMs } from './operations.ts'
import { between, createRandom, pick, type Random, seededUuid, wholeBetween } from './random.ts'
import { createRhythm } from './rhythm.ts'
import { meanMs, type Repertoire, repertoireOf, type Variation } from './variations.ts'

/** One log row. `startedAt` in milliseconds since the month began. */
export type PlannedLog = { variation: Variation; workflowId: string; stepIndex: number; startedAt: number; durationMs: number }

/** A time when the device is somebody else's, in milliseconds since the month began. */
export type Reservation = { deviceId: string; from: number; to: number }

/**
 * How the rows are shared out: as each device can bear, so that all five are full at about the same number of rows. That is near 630,000;
 * beyond it the month is too short for one operation after another, and operations overlap.
 */
const shares = [0.34, 0.34, 0.07, 0.07, 0.18]

const monthMs = 31 * 86_400_000
/** A device that is busy for more of the month than this cannot wait for its turns any more. */
const crowdedLoad = 0.85
/** Up to the first load the lab works in its rhythm, from the second on day and night alike. */
const calmLoad = 0.3
const busyLoad = 0.6

const longestRun = 4
const longestPauseMs = 15_000
const failing = 0.02
const aborting = 0.003

/**
 * The rows in order of their start.
 * @param reservations no operation lies in them, as long as there is room for one after another
 */
export function scheduleLogs(count: number, seed: number, reservations: readonly Reservation[]): Generator<PlannedLog> {
  return inOrder(
    demoDevices.map((device, index) => {
      const from = Math.round(sumTo(shares, index) * count)
      const to = Math.round(sumTo(shares, index + 1) * count)
      const reserved = reservations.filter(({ deviceId }) => deviceId === device.id).sort((a, b) => a.from - b.from)
      return scheduleOfDevice(device, to - from, createRandom(seed, device.id), reserved)
    }),
  )
}

/** Merges rows that are in order of their start already. */
export function* inOrder(sources: readonly Iterator<PlannedLog>[]): Generator<PlannedLog> {
  const heads = sources.map((source) => ({ source, head: next(source) }))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const each of heads) if (each.head && (!first?.head || each.head.startedAt < first.head.startedAt)) first = each
    if (!first?.head) return
    yield first.head
    first.head = next(first.source)
  }
}

function* scheduleOfDevice(device: DemoDevice, count: number, random: Random, reserved: readonly Reservation[]): Generator<PlannedLog> {
  if (count === 0) return
  const interval = monthMs / count
  const repertoire = repertoireOf(device, random, Math.max(60, (interval * 0.4) / 1000))
  const load = meanMs(repertoire) / interval
  const crowded = load > crowdedLoad
  const rhythm = createRhythm(Math.min(1, Math.max(0, (busyLoad - load) / (busyLoad - calmLoad))))
  const pauseMs = Math.min(longestPauseMs, interval * 0.1)

  let free = 0
  for (let done = 0; done < count; ) {
    const run = drawRun(repertoire, random, Math.min(count - done, longestRun))
    const workflowId = seededUuid(random)
    const arrival = rhythm((done + random() * run.length) / count)
    let startedAt = Math.round(afterReservations(reserved, Math.max(free, arrival), lengthOf(run, pauseMs)))

    for (const [stepIndex, { variation, durationMs }] of run.entries()) {
      if (crowded) startedAt = Math.round(rhythm((done + random()) / count))
      yield { variation, workflowId, stepIndex, startedAt, durationMs }
      startedAt += durationMs + Math.round(random() * pauseMs)
      done += 1
    }
    free = crowded ? 0 : startedAt
  }
}

type Step = { variation: Variation; durationMs: number }

/** One to four operations; one that does not complete is the last, because nobody goes on without asking. */
function drawRun(repertoire: Repertoire, random: Random, longest: number): Step[] {
  const run: Step[] = []
  const length = wholeBetween(random, 1, longest)
  while (run.length < length) {
    const step = drawStep(repertoire, random)
    run.push(step)
    if (step.variation.status !== 'completed') break
  }
  return run
}

function drawStep(repertoire: Repertoire, random: Random): Step {
  const { completed, failed, aborted } = pick(random, repertoire)
  const luck = random()
  const variation = pick(random, luck < failing ? failed : luck < failing + aborting ? aborted : completed)
  const wholeMs = tookMs(random, variation.operation, variation.seconds)
  return { variation, durationMs: variation.status === 'completed' ? wholeMs : Math.round(wholeMs * between(random, 0.1, 0.9)) }
}

/** The first moment from `start` on at which that many milliseconds lie in no reservation. */
function afterReservations(reserved: readonly Reservation[], start: number, lengthMs: number): number {
  return reserved.reduce((moment, { from, to }) => (moment < to && moment + lengthMs > from ? to : moment), start)
}

/** At most: with every pause as long as it can be. */
function lengthOf(run: readonly Step[], pauseMs: number): number {
  return run.reduce((sum, { durationMs }) => sum + durationMs + pauseMs, 0)
}

function next(source: Iterator<PlannedLog>): PlannedLog | undefined {
  const { value, done } = source.next()
  return done ? undefined : value
}

function sumTo(numbers: readonly number[], end: number): number {
  return numbers.slice(0, end).reduce((sum, each) => sum + each, 0)
}
