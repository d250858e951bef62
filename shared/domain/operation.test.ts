/** What operations take when nobody has measured them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nominalSeconds, requestedSeconds } from './operation.ts'

describe('the nominal duration', () => {
  it.each([
    ['pipette_transfer', 12],
    ['dispense_reagent', 8],
    ['incubate', 60],
    ['plate_read', 20],
    ['seal', 5],
    ['Incubate', 5], // names are exact
    ['', 5],
    ['constructor', 5], // no operation borrows the properties of an object
    ['__proto__', 5],
    ['toString', 5],
  ])('of %j is %i s', (operation, seconds) => {
    expect(nominalSeconds(operation, {})).toBe(seconds)
    expect(requestedSeconds(operation, {})).toBeUndefined()
  })

  it.each([
    [{ minutes: 5 }, 300], // 5 × 60
    [{ seconds: 90 }, 90],
    [{ minutes: 1.5, seconds: 30 }, 120], // 1.5 × 60 + 30
    [{ seconds: 0.5 }, 0.5],
    [{ minutes: 0 }, 0],
    [{ minutes: 0, seconds: 0 }, 0],
    [{ minutes: 2, temperature_c: 37 }, 120],
    [{ minutes: 2, seconds: '30' }, 120], // what is no number does not count
    [{ minutes: 525_600 }, 31_536_000], // a year
    [{ minutes: 525_600, seconds: 1 }, 31_536_000], // and no more
    [{ seconds: 1e300 }, 31_536_000],
    [{ minutes: Number.MAX_VALUE }, 31_536_000], // × 60 is Infinity
  ])('of an incubation is what its parameters ask for: %j', (parameters, seconds) => {
    expect(requestedSeconds('incubate', parameters)).toBe(seconds)
    expect(nominalSeconds('incubate', parameters)).toBe(seconds)
  })

  it.each([
    [{ minutes: '5' }],
    [{ seconds: '90' }],
    [{ minutes: true }],
    [{ minutes: null }],
    [{ minutes: [5] }],
    [{ minutes: -5 }],
    [{ seconds: Number.NaN }],
    [{ seconds: Number.POSITIVE_INFINITY }],
    [{ Minutes: 5 }],
    [{ hours: 1 }],
  ])('of an incubation stays 60 s when its parameters ask for nothing that is a duration: %j', (parameters) => {
    expect(requestedSeconds('incubate', parameters)).toBeUndefined()
    expect(nominalSeconds('incubate', parameters)).toBe(60)
  })

  it.each([
    ['pipette_transfer', 12],
    ['plate_read', 20],
    ['shake', 5],
  ])('of %s does not depend on minutes and seconds: %i s', (operation, seconds) => {
    expect(nominalSeconds(operation, { minutes: 5, seconds: 30 })).toBe(seconds)
    expect(requestedSeconds(operation, { minutes: 5, seconds: 30 })).toBeUndefined()
  })

  it('is between nothing and a year, whatever a script sends', () => {
    const operation = fc.oneof(fc.constantFrom('incubate', 'plate_read'), fc.string())
    fc.assert(
      fc.property(
        operation,
        fc.object(),
        fc.record({ minutes: fc.anything(), seconds: fc.double() }, { requiredKeys: [] }),
        (name, noise, asked) => {
          const seconds = nominalSeconds(name, { ...noise, ...asked })
          expect(seconds).toBeGreaterThanOrEqual(0)
          expect(seconds).toBeLessThanOrEqual(31_536_000)
        },
      ),
    )
  })
})
