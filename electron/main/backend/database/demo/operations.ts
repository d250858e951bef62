/** What operations of the demo lab were asked for and gave, and how long they took. */

import type { JsonObject } from '../../../../../shared/domain/execution-log.ts'
import { between, pick, type Random, wholeBetween } from './random.ts'

/** Parameters and the result of one run of an operation. */
export type Work = { parameters: JsonObject; result: JsonObject }

type OperationKind = {
  /** @param longest seconds that it may take, where the parameters decide that */
  work(random: Random, longest: number): Work
  /** Sentences for a person. */
  failures: readonly [string, ...string[]]
}

const plates = ['PLATE-01', 'PLATE-02'] as const
const volumes = [2, 5, 10, 20, 25, 50, 100, 150, 200]
const reagents = ['PBS', 'lysis buffer', 'wash buffer', 'TMB substrate', 'master mix', 'ethanol 70 %']
const temperatures = [4, 25, 30, 37, 42, 56, 65]
/** What an incubation is asked to take; nothing asked is the nominal minute. */
const incubations = [
  { seconds: 30 },
  { seconds: 45 },
  {},
  {},
  { seconds: 90 },
  { minutes: 2 },
  { minutes: 5 },
  { minutes: 10 },
  { minutes: 15 },
  { minutes: 30 },
  { minutes: 45 },
]
const readings = [
  { mode: 'absorbance', wavelength_nm: 260, full: 2 },
  { mode: 'absorbance', wavelength_nm: 450, full: 3 },
  { mode: 'absorbance', wavelength_nm: 595, full: 1.5 },
  { mode: 'fluorescence', wavelength_nm: 535, full: 40_000 },
  { mode: 'luminescence', wavelength_nm: 560, full: 900_000 },
]

export const operationKinds = {
  pipette_transfer: {
    work(random) {
      const volume_ul = pick(random, volumes)
      const parameters = { from: pick(random, plates), to: pick(random, plates), column: wholeBetween(random, 1, 12), volume_ul }
      return { parameters, result: { channels: 8, mean_volume_ul: rounded(volume_ul * between(random, 0.98, 1.02), 2) } }
    },
    failures: [
      'A tip was not picked up by channel 3',
      'A clot was found in the source well',
      'The liquid level was not found in the source well',
    ],
  },
  dispense_reagent: {
    work(random) {
      const volume_ul = pick(random, volumes)
      const wells = pick(random, [8, 24, 48, 96])
      const parameters = { reagent: pick(random, reagents), plate: pick(random, plates), wells, volume_ul }
      return { parameters, result: { dispensed_ul: rounded(volume_ul * wells * between(random, 0.99, 1.01), 1) } }
    },
    failures: ['The reagent bottle is empty', 'The pressure in the dispensing line is too high'],
  },
  mix: {
    work(random) {
      const cycles = wholeBetween(random, 3, 10)
      return { parameters: { plate: pick(random, plates), cycles, volume_ul: pick(random, volumes) }, result: { cycles } }
    },
    failures: ['The plate was not found on the deck'],
  },
  incubate: {
    work(random, longest) {
      const temperature_c = pick(random, temperatures)
      const asked = pick(
        random,
        incubations.filter(({ minutes = 0, seconds = 0 }) => minutes * 60 + seconds <= longest),
      )
      const parameters = { plate: pick(random, plates), temperature_c, ...asked }
      return { parameters, result: { mean_temperature_c: rounded(temperature_c + between(random, -0.3, 0.3), 2) } }
    },
    failures: ['The chamber did not reach its temperature', 'The door was open for too long'],
  },
  shake: {
    work(random) {
      const rpm = pick(random, [300, 500, 700, 900, 1200])
      return { parameters: { plate: pick(random, plates), rpm }, result: { mean_rpm: Math.round(rpm * between(random, 0.99, 1.01)) } }
    },
    failures: ['The plate was not locked on the shaker'],
  },
  plate_read: {
    work(random) {
      const { mode, wavelength_nm, full } = pick(random, readings)
      const column = wholeBetween(random, 1, 12)
      const values = Array.from({ length: 8 }, () => rounded(full * between(random, 0.02, 1), full > 100 ? 0 : 3))
      const named = Object.fromEntries(values.map((value, row) => [`${'ABCDEFGH'[row]}${column}`, value]))
      const mean = rounded(values.reduce((sum, value) => sum + value, 0) / values.length, full > 100 ? 0 : 3)
      return { parameters: { plate: pick(random, plates), mode, wavelength_nm, column }, result: { mean, readings: named } }
    },
    failures: ['The plate carrier is blocked', 'The lamp is weaker than its limit'],
  },
} as const satisfies Record<string, OperationKind>

export type DemoOperation = keyof typeof operationKinds

/** How much longer than nominal operations take, averaged over `tookMs`. */
export const meanSlowness = 1.02

/**
 * Milliseconds an operation really took: what is timed by the instrument ends on time plus its handling, anything else scatters by a tenth
 * around the nominal, and one in 25 takes half as long again.
 * @param seconds nominal
 */
export function tookMs(random: Random, operation: string, seconds: number): number {
  if (operation === 'incubate') return Math.round(seconds * 1000 + between(random, 200, 2000))
  const usual = 0.9 + 0.1 * (random() + random())
  return Math.round(seconds * 1000 * (random() < 0.04 ? usual * 1.5 : usual))
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
