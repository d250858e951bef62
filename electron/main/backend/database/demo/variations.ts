/** The stock of log entries that the month is made of: each row of the history is one of these, at its own time and for its own workflow. */

import type { DeviceType } from '../../../../../shared/domain/device.ts'
import type { JsonObject, LogStatus } from '../../../../../shared/domain/execution-log.ts'
import { nominalSeconds } from '../../../../../shared/domain/operation.ts'
import type { DemoDevice } from './bench.ts'
import { type DemoOperation, meanSlowness, operationKinds } from './operations.ts'
import { pick, type Random } from './random.ts'

/** What a log row says, but for when, how long and for whom. `seconds` is what it nominally takes. */
export type Variation = {
  deviceId: string
  operation: string
  status: Exclude<LogStatus, 'running'>
  parameters: JsonObject
  result: JsonObject | null
  error: string | null
  operator: string | null
  seconds: number
}

/** What one device does, each operation as often in the list as in its work. */
export type Repertoire = readonly { completed: Variation[]; failed: Variation[]; aborted: Variation[] }[]

/** An assay that runs on a handler as a whole is rare beside its daily pipetting, so only the ended workflows do that. */
const dailyWork: { readonly [type in DeviceType]: readonly { operation: DemoOperation; times: number }[] } = {
  liquid_handler: [
    { operation: 'pipette_transfer', times: 6 },
    { operation: 'dispense_reagent', times: 3 },
    { operation: 'mix', times: 1 },
  ],
  incubator: [
    { operation: 'incubate', times: 6 },
    { operation: 'shake', times: 1 },
  ],
  plate_reader: [
    { operation: 'plate_read', times: 9 },
    { operation: 'shake', times: 1 },
  ],
  other: [],
}

/** How many of each: enough that nobody sees them come round again, few enough to send them along with every chunk. */
const completedOnes = 100
const failedOnes = 6
const abortedOnes = 2

/** @param longest seconds that an operation may take, where its parameters decide that */
export function repertoireOf(device: DemoDevice, random: Random, longest: number): Repertoire {
  return dailyWork[device.type].flatMap(({ operation, times }) => {
    const vary = (count: number, status: Variation['status'], error: () => string | null) =>
      Array.from({ length: count }, (): Variation => {
        const { parameters, result } = operationKinds[operation].work(random, longest)
        const seconds = nominalSeconds(operation, parameters)
        const given = status === 'completed' ? result : null
        return { deviceId: device.id, operation, status, parameters, result: given, error: error(), operator: null, seconds }
      })
    const variations = {
      completed: vary(completedOnes, 'completed', () => null),
      failed: vary(failedOnes, 'failed', () => pick<string>(random, operationKinds[operation].failures)),
      aborted: vary(abortedOnes, 'aborted', () => `"${operation}" was aborted`),
    }
    return Array.from({ length: times }, () => variations)
  })
}

/** Milliseconds that an operation of this repertoire takes on average. */
export function meanMs(repertoire: Repertoire): number {
  const seconds = repertoire.flatMap(({ completed }) => completed.map((variation) => variation.seconds))
  return (seconds.reduce((sum, each) => sum + each, 0) / seconds.length) * 1000 * meanSlowness
}
