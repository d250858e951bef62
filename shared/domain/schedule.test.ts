/** A device's runs one after another: worked examples, and what must hold of any plan. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateWait, inSequence, noTime, type Stretch } from './estimate.ts'
import { freeFrom, type PlannedRun, type PlannedStep, predictRuns, stepsWhileHeld } from './schedule.ts'

const measured = (p50: number, p90: number): Stretch => ({ p50, p90, basedOn: 'measured' })
const at = (p50: number, p90 = p50) => expect.objectContaining({ p50, p90: expect.closeTo(p90, 6) })

function step(stretch: Stretch, fields: Partial<PlannedStep> = {}): PlannedStep {
  return { stepIndex: 0, operation: 'mix', deviceId: 'here', stretch, elapsed: null, notBefore: 0, ...fields }
}

function run(steps: PlannedStep[], fields: Partial<PlannedRun> = {}): PlannedRun {
  const stretch = inSequence(steps.map((each) => each.stretch))
  return { workflowId: 'w', name: 'w', queueEntryId: 1, heldFor: 0, steps, stretch, stalled: null, ...fields }
}

const holder = (steps: PlannedStep[], fields: Partial<PlannedRun> = {}) => run(steps, { queueEntryId: null, heldFor: 20, ...fields })
const onTime = { ends: 0, starts: 0 }
const inService = { outOfService: null, lateness: onTime }

describe('runs on a device', () => {
  it('follow each other, step by step; what has begun began when it did', () => {
    const runs = [holder([step(measured(10, 13), { elapsed: 5 }), step(measured(20, 24))]), run([step(measured(30, 42))])]
    const predicted = predictRuns({ runs, ...inService })
    expect(predicted).toMatchObject([
      {
        start: at(-20),
        end: at(30, 35), // spreads 3 and 4: 5
        steps: [
          { start: at(-5), end: at(10, 13) },
          { start: at(10, 13), end: at(30, 35) },
        ],
      },
      { start: at(30, 35), end: at(60, 73), steps: [{ start: at(30, 35), end: at(60, 73) }] }, // spreads 5 and 12: 13
    ])
    expect(freeFrom(predicted)).toEqual(at(60, 73))
  })

  it('on a free device without a queue leave it free now', () => {
    expect(freeFrom(predictRuns({ runs: [], ...inService }))).toEqual(noTime)
  })

  it('wait for a retry that is not due yet', () => {
    const [first] = predictRuns({ runs: [holder([step(measured(10, 13)), step(measured(5, 5), { notBefore: 60 })])], ...inService })
    expect(first).toMatchObject({
      steps: [
        { start: at(0), end: at(10, 13) },
        { start: at(60), end: at(65) },
      ],
    })
  })

  it('are allowed to come as late as earlier ones came', () => {
    const runs = [holder([step(measured(100, 110))]), run([step(measured(100, 101))])]
    expect(predictRuns({ runs, outOfService: null, lateness: { ends: 0.2, starts: 0.5 } })).toMatchObject([
      { start: at(-20), end: at(100, 120) },
      { start: at(100, 150), end: at(200, 300) },
    ])
  })

  it('behind a holder that stalled have no times, nor has what it has still to do', () => {
    const runs = [holder([step(measured(10, 13))], { stalled: 'It is paused' }), run([step(measured(10, 13))])]
    const none = { start: null, end: null }
    expect(predictRuns({ runs, ...inService })).toMatchObject([
      { start: at(-20), end: null, steps: [none] },
      { ...none, steps: [none] },
    ])
    expect(freeFrom(predictRuns({ runs, ...inService }))).toBeNull()
  })

  it('of a device out of service: the holder may go on, nobody knows when the queue moves', () => {
    const runs = [holder([step(measured(10, 13))]), run([step(measured(10, 13))])]
    expect(predictRuns({ runs, outOfService: 'The device is in maintenance', lateness: onTime })).toMatchObject([
      { end: at(10, 13) },
      { start: null, end: null, steps: [{ start: null, end: null }] },
    ])
  })

  it("of a script count as what they are taken for, though their steps aren't known", () => {
    const runs = [holder([], { unknown: true, stretch: measured(5, 7) }), run([step(measured(10, 10))])]
    expect(predictRuns({ runs, ...inService })).toMatchObject([{ end: at(5, 7) }, { start: at(5, 7), end: at(15, 17) }])
  })

  it('never go backwards, and give each place what the wait for it is', () => {
    const seconds = fc.double({ min: 0, max: 100_000, noNaN: true })
    const stretch = fc.tuple(seconds, seconds).map(([p50, spread]) => measured(p50, p50 + spread))
    const steps = fc.array(
      stretch.map((each) => step(each)),
      { maxLength: 4 },
    )
    const anyRuns = fc.tuple(steps, fc.array(steps, { maxLength: 6 }))
    fc.assert(
      fc.property(anyRuns, fc.double({ min: 0, max: 3, noNaN: true }), ([held, queued], lateness) => {
        const first = holder(held)
        const works = queued.map((each) => run(each))
        const predicted = predictRuns({ runs: [first, ...works], outOfService: null, lateness: { ends: lateness / 2, starts: lateness } })
        const times = predicted
          .slice(1)
          .flatMap(({ start, end, steps }) => [start, ...steps.flatMap((each) => [each.start, each.end]), end])
        for (const [index, time] of times.entries()) {
          expect(time?.p50).toBeGreaterThanOrEqual((times[index - 1]?.p50 ?? 0) - 1e-6)
          expect(time?.p90).toBeGreaterThanOrEqual((times[index - 1]?.p90 ?? 0) - 1e-6)
        }
        for (const place of works.keys()) {
          const { p50, p90 } = estimateWait({ outOfService: null, holder: first, ahead: works.slice(0, place), lateness })
          expect(predicted[place + 1]?.start?.p50).toBeCloseTo(p50 ?? Number.NaN, 4)
          expect(predicted[place + 1]?.start?.p90).toBeCloseTo(p90 ?? Number.NaN, 4)
        }
      }),
    )
  })
})

describe('steps on a device that is not their workflow’s', () => {
  const on = (deviceId: string, stepIndex: number, hold = false) => ({ deviceId, stepIndex, hold })
  const indexes = (steps: { stepIndex: number | null }[]) => steps.map(({ stepIndex }) => stepIndex)

  it('hold it for that step', () => {
    expect(indexes(stepsWhileHeld([on('own', 0), on('reader', 1), on('own', 2)], 'reader', 1))).toEqual([1])
  })

  it('or up to the next that uses it, when they are to hold it', () => {
    const steps = [on('reader', 1, true), on('own', 2), on('reader', 3, true), on('own', 4), on('reader', 5), on('own', 6)]
    expect(indexes(stepsWhileHeld(steps, 'reader', 1))).toEqual([1, 2, 3, 4, 5])
    // Step 1 has ended meanwhile.
    expect(indexes(stepsWhileHeld(steps.slice(1), 'reader', 1))).toEqual([2, 3, 4, 5])
  })

  it('that hold it for a next one that does not come keep it to the end', () => {
    expect(indexes(stepsWhileHeld([on('reader', 1, true), on('own', 2), on('own', 3)], 'reader', 1))).toEqual([1, 2, 3])
    expect(indexes(stepsWhileHeld([on('own', 2), on('own', 3)], 'reader', 1))).toEqual([2, 3])
  })
})
