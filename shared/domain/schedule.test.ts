/** A device's runs one after another: worked examples, and what must hold of any plan. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inSequence, noTime, remaining, type Stretch } from './estimate.ts'
import { freeFrom, onTime, type PlannedRun, type PlannedStep, predictRuns, stepsWhileHeld, turnBehind } from './schedule.ts'

const measured = (p50: number, p90: number): Stretch => ({ p50, p90, basedOn: 'measured' })
const at = (p50: number, p90 = p50) => expect.objectContaining({ p50, p90: expect.closeTo(p90, 6) })

function step(stretch: Stretch, fields: Partial<PlannedStep> = {}): PlannedStep {
  return { stepIndex: 0, operation: 'mix', deviceId: 'here', stretch, elapsed: null, notBefore: noTime, ...fields }
}

function run(steps: PlannedStep[], fields: Partial<PlannedRun> = {}): PlannedRun {
  const stretch = inSequence(steps.map((each) => each.stretch))
  return { workflowId: 'w', name: 'w', queueEntryId: 1, heldFor: 0, steps, stretch, stalled: null, byHandElsewhere: false, ...fields }
}

const holder = (steps: PlannedStep[], fields: Partial<PlannedRun> = {}) => run(steps, { queueEntryId: null, heldFor: 20, ...fields })
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
    const [first] = predictRuns({
      runs: [holder([step(measured(10, 13)), step(measured(5, 5), { notBefore: { ...noTime, p50: 60, p90: 60 } })])],
      ...inService,
    })
    expect(first).toMatchObject({
      steps: [
        { start: at(0), end: at(10, 13) },
        { start: at(60), end: at(65) },
      ],
    })
  })

  it('wait for a retry also when nothing else comes before it', () => {
    const [first] = predictRuns({ runs: [holder([step(measured(5, 7), { notBefore: { ...noTime, p50: 60, p90: 60 } })])], ...inService })
    expect(first).toMatchObject({ end: at(65, 67), next: at(65, 67), takes: 65, steps: [{ start: at(60), end: at(65, 67) }] })
  })

  it('wait for a device that others have, as long as they may have it, and keep theirs meanwhile', () => {
    const elsewhere = step(measured(20, 24), { deviceId: 'there', notBefore: measured(60, 72) })
    const [first, second] = predictRuns({
      runs: [holder([step(measured(10, 13)), elsewhere]), run([step(measured(30, 30))])],
      ...inService,
    })
    // 72 and 60 + 20 = 80 with spreads 12 and 4, together √160 = 12.6
    expect(first).toMatchObject({ end: at(80, 92.649111), takes: 80, steps: [{ end: at(10, 13) }, { start: at(60, 72) }] })
    expect(second).toMatchObject({ start: at(80, 92.649111), end: at(110, 122.649111), takes: 30 })
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
        for (const [place, { start }] of predicted.slice(1).entries()) expect(turnBehind(predicted, place + 1)).toEqual(start)
      }),
    )
  })
})

describe('a turn', () => {
  const seconds = fc.double({ min: 0, max: 100_000, noNaN: true })
  const stretch = fc.tuple(seconds, seconds).map(([p50, spread]) => measured(p50, p50 + spread))
  const anyRuns = fc.array(
    stretch.map((each) => run([step(each)])),
    { maxLength: 6 },
  )
  const turnAfter = (runs: PlannedRun[]): Stretch => turnBehind(predictRuns({ runs, ...inService }), runs.length) ?? noTime

  it('behind nobody is now, and behind a holder that stalled nobody knows it', () => {
    expect(turnBehind([], 0)).toEqual(noTime)
    const stalled = holder([step(measured(1, 1))], { stalled: 'It is paused' })
    expect(turnBehind(predictRuns({ runs: [stalled], ...inService }), 1)).toBeNull()
  })

  it('never gets later while the holder works on', () => {
    fc.assert(
      fc.property(stretch, anyRuns, seconds, seconds, (held, runs, elapsed, more) => {
        const turnAt = (time: number) => turnAfter([holder([step(remaining(held, time), { elapsed: time })]), ...runs])
        expect(turnAt(elapsed + more).p50).toBeLessThanOrEqual(turnAt(elapsed).p50 + 1e-6)
        expect(turnAt(elapsed + more).p90).toBeLessThanOrEqual(turnAt(elapsed).p90 + 1e-6)
      }),
    )
  })

  it('never gets earlier by one more ahead', () => {
    fc.assert(
      fc.property(anyRuns, stretch, (runs, more) => {
        expect(turnAfter([...runs, run([step(more)])]).p50).toBeGreaterThanOrEqual(turnAfter(runs).p50 - 1e-6)
        expect(turnAfter([...runs, run([step(more)])]).p90).toBeGreaterThanOrEqual(turnAfter(runs).p90 - 1e-6)
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
