/** Which past runs count for which: worked examples, and what must hold of any parameters. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyParameters, durationSignature, expectedStretch, type Measured, signaturesOf } from './duration.ts'

describe('the signature of an operation', () => {
  it.each([
    [{}, ''],
    [{ volume_ul: 50, plate: 'PLATE-01', column: 3, temperature_c: 37, wavelength_nm: 450 }, 'volume_ul=50'],
    [{ wells: 96, volume_ul: 12.5 }, 'volume_ul=12.5&wells=96'],
    [{ seconds: 30, minutes: 1 }, 'minutes=1&seconds=30'],
    [{ mix_cycles: 3, cycles: '3', dispense_volume_ul: 1e-9 }, 'dispense_volume_ul=1e-9&mix_cycles=3'],
    [{ Volume: 5, volumetric: 5, 'volume\0': 5, '': 5, minutes: null }, ''],
  ])('%j is %j', (parameters, signature) => {
    expect(durationSignature(parameters)).toBe(signature)
  })

  it('is the same whatever the order of the parameters, and short whatever they are', () => {
    const name = fc.oneof(fc.constantFrom('volume_ul', 'wells', 'seconds', 'column'), fc.string())
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(fc.double(), fc.string())), { maxLength: 60 }), (entries) => {
        const parameters = Object.fromEntries(entries)
        const reversed = Object.fromEntries(Object.entries(parameters).reverse())
        expect(durationSignature(parameters)).toBe(durationSignature(reversed))
        expect(durationSignature(parameters).length).toBeLessThanOrEqual(200)
      }),
    )
  })

  it('a completion counts for its own and for any, but for any not when it took what it was asked to', () => {
    expect(signaturesOf('dispense_reagent', { volume_ul: 5 })).toEqual([anyParameters, 'volume_ul=5'])
    expect(signaturesOf('incubate', {})).toEqual([anyParameters, ''])
    expect(signaturesOf('incubate', { minutes: 5 })).toEqual(['minutes=5'])
    expect(signaturesOf('shake', { minutes: 5 })).toEqual([anyParameters, 'minutes=5'])
  })
})

describe('what is expected of an operation', () => {
  const measured = (of: Record<string, Measured>) => (signature: string) => of[signature]

  it('runs with the same parameters, from five of them on', () => {
    const runs = { [anyParameters]: { p50: 9, p90: 11, count: 200 }, 'volume_ul=5': { p50: 2, p90: 3, count: 5 } }
    expect(expectedStretch('mix', { volume_ul: 5 }, measured(runs))).toEqual({ p50: 2, p90: 3, basedOn: 'measured' })
    const fewer = { ...runs, 'volume_ul=5': { p50: 2, p90: 3, count: 4 } }
    expect(expectedStretch('mix', { volume_ul: 5 }, measured(fewer))).toEqual({ p50: 9, p90: 11, basedOn: 'measured' })
  })

  it('else any runs, else what is nominal', () => {
    expect(expectedStretch('mix', {}, measured({ [anyParameters]: { p50: 9, p90: 11, count: 1 } }))).toMatchObject({ p50: 9 })
    expect(expectedStretch('plate_read', {}, measured({}))).toEqual({ p50: 20, p90: 30, basedOn: 'nominal' })
  })

  it('an incubation that is asked to take its time: no other time counts', () => {
    const runs = { [anyParameters]: { p50: 60, p90: 61, count: 200 }, 'minutes=5': { p50: 301, p90: 302, count: 9 } }
    expect(expectedStretch('incubate', { minutes: 5 }, measured(runs))).toEqual({ p50: 301, p90: 302, basedOn: 'measured' })
    expect(expectedStretch('incubate', { minutes: 2 }, measured(runs))).toEqual({ p50: 120, p90: 180, basedOn: 'nominal' })
    expect(expectedStretch('incubate', {}, measured(runs))).toEqual({ p50: 60, p90: 61, basedOn: 'measured' })
  })
})
