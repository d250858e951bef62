/** What is expected of time: worked examples, and what must hold of any estimate. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allowingFor,
  atPace,
  atSpeed,
  estimateWait,
  inSequence,
  later,
  nominalStretch,
  noTime,
  remaining,
  type Stretch,
  type Work,
} from './estimate.ts'

function measured(p50: number, p90: number): Stretch {
  return { p50, p90, basedOn: 'measured' }
}

/** Rounding of doubles, at the size of numbers the properties use. */
const rounding = 1e-6

const seconds = fc.double({ min: 0, max: 100_000, noNaN: true })
const anyStretch = fc
  .record({ p50: seconds, spread: seconds, basedOn: fc.constantFrom('measured' as const, 'nominal' as const) })
  .map(({ p50, spread, basedOn }): Stretch => ({ p50, p90: p50 + spread, basedOn }))
const anyWork = seconds.map((takes): Work => ({ name: 'Somebody', takes }))
const anyHolder = anyWork.map((work) => ({ ...work, stalled: null, waits: null }))
const anyAhead = fc.array(anyWork, { maxLength: 8 })

describe('a nominal duration', () => {
  it('has a 90th percentile half as long again', () => {
    expect(nominalStretch(12)).toEqual({ p50: 12, p90: 18, basedOn: 'nominal' })
    expect(nominalStretch(0)).toEqual({ p50: 0, p90: 0, basedOn: 'nominal' })
  })
})

describe('stretches in sequence', () => {
  it('add their medians, and their spreads by the root of the sum of squares', () => {
    // 10 + 20 = 30; spreads 13 − 10 = 3 and 24 − 20 = 4, together √(9 + 16) = 5; 30 + 5 = 35
    expect(inSequence([measured(10, 13), measured(20, 24)])).toEqual(measured(30, 35))
  })

  it('of three nominal operations', () => {
    // 12 + 60 + 20 = 92; spreads 6, 30 and 10, together √(36 + 900 + 100) = √1036 = 32.187…
    const total = inSequence([nominalStretch(12), nominalStretch(60), nominalStretch(20)])
    expect(total).toEqual({ p50: 92, p90: expect.closeTo(124.187, 3), basedOn: 'nominal' })
  })

  it('of one are that one', () => {
    expect(inSequence([measured(10, 13)])).toEqual(measured(10, 13))
  })

  it('are nominal when one of them is', () => {
    // 10 + 8 = 18; spreads 3 and 12 − 8 = 4, together 5; 18 + 5 = 23
    expect(inSequence([measured(10, 13), nominalStretch(8)])).toEqual({ p50: 18, p90: 23, basedOn: 'nominal' })
  })

  it('do not count what has no time', () => {
    expect(inSequence([noTime, measured(10, 13), noTime])).toEqual(measured(10, 13))
    expect(inSequence([noTime, noTime])).toEqual(noTime)
    expect(inSequence([])).toEqual({ p50: 0, p90: 0, basedOn: 'none' })
  })

  it('last no less than the longest of them, and no longer than if all were slow at once', () => {
    fc.assert(
      fc.property(fc.array(anyStretch, { minLength: 1, maxLength: 12 }), (stretches) => {
        const total = inSequence(stretches)
        expect(total.p90).toBeGreaterThanOrEqual(total.p50)
        expect(total.p50).toBeCloseTo(sum(stretches.map(({ p50 }) => p50)), 5)
        expect(total.p90).toBeGreaterThanOrEqual(Math.max(...stretches.map(({ p90 }) => p90)) - rounding)
        expect(total.p90).toBeLessThanOrEqual(sum(stretches.map(({ p90 }) => p90)) + rounding)
      }),
    )
  })

  it('give the same whatever their order and however they are grouped', () => {
    fc.assert(
      fc.property(anyStretch, anyStretch, anyStretch, (a, b, c) => {
        const flat = inSequence([a, b, c])
        for (const other of [inSequence([c, a, b]), inSequence([inSequence([a, b]), c])]) {
          expect(other.p50).toBeCloseTo(flat.p50, 5)
          expect(other.p90).toBeCloseTo(flat.p90, 5)
          expect(other.basedOn).toBe(flat.basedOn)
        }
      }),
    )
  })
})

describe('what remains', () => {
  // Of 100 s, at most 150 s in nine of ten cases: the greater of 100 − elapsed and half of 150 − elapsed, and never below 0.
  it.each([
    [0, 100, 150],
    [30, 70, 120], // 100 − 30 = 70 > (150 − 30) / 2 = 60
    [50, 50, 100], // 100 − 50 = 50 = (150 − 50) / 2
    [60, 45, 90], // 100 − 60 = 40 < (150 − 60) / 2 = 45
    [100, 25, 50], // at the median: (150 − 100) / 2
    [140, 5, 10], // past the median: (150 − 140) / 2
    [150, 0, 0],
    [1000, 0, 0], // past the 90th percentile: any moment
  ])('after %i s of 100 (90%%: 150) is %i s (90%%: %i)', (elapsed, p50, p90) => {
    expect(remaining(measured(100, 150), elapsed)).toEqual(measured(p50, p90))
  })

  it('is at most half the median once that is past, however long the tail', () => {
    // 10 s, at most 100 s in nine of ten cases, 20 s in: half of min(10, 100 − 20) = 5
    expect(remaining(measured(10, 100), 20)).toEqual(measured(5, 80))
    // 96 s in: half of min(10, 4) = 2
    expect(remaining(measured(10, 100), 96)).toEqual(measured(2, 4))
  })

  it('keeps what it is based on', () => {
    expect(remaining(nominalStretch(60), 30)).toEqual({ p50: 30, p90: 60, basedOn: 'nominal' })
    expect(remaining(noTime, 30)).toEqual(noTime)
  })

  it('is all of it at the start, never negative, never more likely to be longer than its 90th percentile', () => {
    fc.assert(
      fc.property(anyStretch, seconds, (stretch, elapsed) => {
        expect(remaining(stretch, 0)).toEqual(stretch)
        const left = remaining(stretch, elapsed)
        expect(left.p50).toBeGreaterThanOrEqual(0)
        expect(left.p90).toBeGreaterThanOrEqual(left.p50)
      }),
    )
  })

  it('never grows while time passes', () => {
    fc.assert(
      fc.property(anyStretch, seconds, seconds, (stretch, elapsed, more) => {
        const earlier = remaining(stretch, elapsed)
        const later = remaining(stretch, elapsed + more)
        expect(later.p50).toBeLessThanOrEqual(earlier.p50)
        expect(later.p90).toBeLessThanOrEqual(earlier.p90)
      }),
    )
  })
})

describe('an operation that tells how far it is', () => {
  // Usually 100 s, at most 150 s in nine of ten cases.
  it.each([
    [0, 0, 100, 150], // nothing told
    [30, 0.25, 110, 147.5], // half its own pace (120 s), half the usual; three quarters of the spread
    [100, 0.5, 200, 225], // twice as slow as usual, so 200 s in all; half of the spread
    [40, 1, 40, 40], // done
  ])('%i s in, at %d: takes %d s (90%%: %d s)', (elapsed, fraction, p50, p90) => {
    expect(atPace(measured(100, 150), elapsed, fraction)).toMatchObject({ p50, p90 })
  })

  it('is measured, whatever the usual is', () => {
    expect(atPace(nominalStretch(100), 10, 0.1).basedOn).toBe('measured')
    expect(atPace(nominalStretch(100), 0, 0).basedOn).toBe('nominal')
  })

  it('is never done before now, nor surer than its 90th percentile', () => {
    fc.assert(
      fc.property(anyStretch, seconds, fc.double({ min: 0.001, max: 1, noNaN: true }), (stretch, elapsed, fraction) => {
        const paced = atPace(stretch, elapsed, fraction)
        expect(paced.p90).toBeGreaterThanOrEqual(paced.p50)
        expect(remaining(paced, elapsed).p50).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the lateness of earlier forecasts', () => {
  it('widens what is surer than they turned out to be, and nothing else', () => {
    expect(allowingFor(0.5, measured(100, 110))).toEqual(measured(100, 150))
    expect(allowingFor(0.5, measured(100, 180))).toEqual(measured(100, 180))
    expect(allowingFor(0, measured(100, 110))).toEqual(measured(100, 110))
  })
})

describe('a simulated speed', () => {
  it.each([
    [10, 1.2, 1.8],
    [1, 12, 18],
    [0.5, 24, 36],
    [0, 0, 0], // no waiting
  ])('of %d makes 12 s (90%%: 18 s) %d s (90%%: %d s)', (speed, p50, p90) => {
    const { p50: median, p90: slow, basedOn } = atSpeed(nominalStretch(12), speed)
    expect(median).toBeCloseTo(p50, 9)
    expect(slow).toBeCloseTo(p90, 9)
    expect(basedOn).toBe('nominal')
  })
})

describe('the later of two', () => {
  it('is that of the medians and that of the 90th percentiles, each for themselves', () => {
    expect(later(measured(10, 40), measured(20, 30))).toEqual(measured(20, 40))
    expect(later(measured(20, 40), measured(10, 30))).toEqual(measured(20, 40))
  })

  it('is measured when both are, or when the earlier one does not count', () => {
    expect(later(measured(10, 15), nominalStretch(20))).toEqual({ p50: 20, p90: 30, basedOn: 'nominal' })
    expect(later(nominalStretch(20), measured(30, 33))).toEqual({ p50: 30, p90: 33, basedOn: 'nominal' })
    expect(later(measured(30, 33), nominalStretch(20))).toEqual(measured(30, 33))
    expect(later(measured(30, 33), noTime)).toEqual(measured(30, 33))
  })
})

describe('the wait', () => {
  const pcr = { name: 'PCR', takes: 30, stalled: null, waits: null }
  const elisa: Work = { name: 'ELISA', takes: 20 }
  const script: Work = { name: 'nightly-run', takes: 5, unknown: true }
  const turn = measured(50, 55)
  const known = { outOfService: null, turn }

  it('for a free device is none', () => {
    expect(estimateWait({ outOfService: null, holder: null, ahead: [], turn: noTime })).toEqual({
      position: 0,
      p50: 0,
      p90: 0,
      basedOn: 'none',
      reasons: ['The device is free'],
    })
  })

  it('for a busy device lasts until the turn comes, because of its holder', () => {
    expect(estimateWait({ ...known, holder: pcr, ahead: [] })).toEqual({
      position: 1,
      p50: 50,
      p90: 55,
      basedOn: 'measured',
      reasons: ['"PCR" holds the device: about 30 s left'],
    })
  })

  it('in a queue is also because of all who are ahead', () => {
    expect(estimateWait({ ...known, holder: pcr, ahead: [elisa] })).toMatchObject({
      position: 2,
      reasons: ['"PCR" holds the device: about 30 s left', '"ELISA" is ahead: about 20 s'],
    })
  })

  it('behind a script whose steps nobody knows says so', () => {
    expect(estimateWait({ ...known, holder: pcr, ahead: [script, elisa] })).toMatchObject({
      position: 3,
      reasons: [
        '"PCR" holds the device: about 30 s left',
        '"nightly-run" is ahead: its steps are not known',
        '"ELISA" is ahead: about 20 s',
      ],
    })
    expect(estimateWait({ ...known, holder: { ...script, stalled: null, waits: null }, ahead: [] }).reasons).toEqual([
      '"nightly-run" holds the device: its steps are not known',
    ])
  })

  it('for a holder that does not go on by itself says why', () => {
    const holder = { ...pcr, stalled: 'It is paused' }
    expect(estimateWait({ ...known, holder, ahead: [elisa] })).toEqual({
      position: 2,
      p50: null,
      p90: null,
      basedOn: 'none',
      reasons: ['"PCR" holds the device: about 30 s left', 'It is paused', '"ELISA" is ahead: about 20 s'],
    })
  })

  it('for a holder that stands in line elsewhere says where', () => {
    const holder = { ...pcr, waits: 'It waits for the device "reader"' }
    const told = '"PCR" holds the device: about 30 s left'
    expect(estimateWait({ ...known, holder, ahead: [] }).reasons).toEqual([told, 'It waits for the device "reader"'])
    const stalled = 'It waits for the device "reader", which is out of service'
    expect(estimateWait({ ...known, holder: { ...holder, stalled }, ahead: [] }).reasons).toEqual([told, stalled])
  })

  it('until a turn of which nobody knows when it comes is not known', () => {
    expect(estimateWait({ outOfService: null, holder: pcr, ahead: [], turn: null })).toMatchObject({ position: 1, p50: null, p90: null })
  })

  it('for what is run by hand says on what it depends', () => {
    const question = {
      ...known,
      holder: { ...pcr, byHand: true },
      ahead: [
        { ...elisa, byHand: true },
        { ...script, byHand: true },
      ],
    }
    expect(estimateWait(question).reasons).toEqual([
      '"PCR" holds the device: about 30 s left, if whoever runs it goes on at once',
      '"ELISA" is ahead: about 20 s, if whoever runs it goes on at once',
      '"nightly-run" is ahead: its steps are not known',
    ])
  })

  it.each([
    ['held', pcr],
    ['free', null],
  ])('for a device out of service that is %s is not known, but the place is', (_what, holder) => {
    expect(estimateWait({ outOfService: 'The device is offline', holder, ahead: [elisa], turn })).toEqual({
      position: 2,
      p50: null,
      p90: null,
      basedOn: 'none',
      reasons: ['The device is offline', '"ELISA" is ahead: about 20 s'],
    })
    expect(estimateWait({ outOfService: 'The device is offline', holder, ahead: [], turn })).toMatchObject({
      position: 1,
      p50: null,
      p90: null,
    })
  })

  it('behind a queue that a hand in the database left at a free device is that queue', () => {
    expect(estimateWait({ ...known, holder: null, ahead: [elisa] })).toMatchObject({
      position: 2,
      p50: 50,
      reasons: ['"ELISA" is ahead: about 20 s'],
    })
  })

  it.each([
    [0, '0 s'],
    [7.6, '8 s'],
    [89.4, '89 s'],
    [90, '2 min'], // 1.5
    [240, '4 min'],
    [5399, '90 min'], // 89.98
    [5400, '1.5 h'],
    [9000, '2.5 h'],
    [36_000, '10 h'],
  ])('of %d s is told as %s', (takes, words) => {
    const holder = { name: 'PCR', takes, stalled: null, waits: null }
    expect(estimateWait({ ...known, holder, ahead: [] }).reasons).toEqual([`"PCR" holds the device: about ${words} left`])
  })

  it('is served at once only where nobody holds the device and nobody is ahead', () => {
    fc.assert(
      fc.property(fc.option(anyHolder), anyAhead, fc.option(fc.constant('The device is offline')), (holder, ahead, outOfService) => {
        const { position } = estimateWait({ outOfService, holder, ahead, turn })
        expect(position).toBe(!holder && ahead.length === 0 && !outOfService ? 0 : ahead.length + 1)
      }),
    )
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
