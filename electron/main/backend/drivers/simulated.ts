/** An instrument that only takes its time, and fails when it is asked to. */

import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { nominalSeconds } from '../../../../shared/domain/operation.ts'
import { type Driver, DriverError, type ExecuteOptions } from './driver.ts'

type Options = {
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** How much faster than nominal; 0 = no waiting. */
  speed: number
}

/** How much longer a `"slow"` operation takes. */
const slowness = 10
/** Progress is told at these many even steps. */
const progressSteps = 10

/**
 * Obeys `parameters.simulate`: `"fail"` (half way), `"hang"` (until it is aborted), `"slow"` (ten times as long), `"disconnect"` (half way,
 * the instrument is gone). Anything else is a plain run of the nominal duration.
 */
export function createSimulatedDriver({ wait, speed }: Options): Driver {
  return {
    describe: async () => ({ operations: [] }),
    connect: async () => undefined,
    heartbeatSeconds: null,
    heartbeat: async () => undefined,
    stop: async () => undefined,
    async execute(operation, parameters, options) {
      const seconds = nominalSeconds(operation, parameters) * (parameters.simulate === 'slow' ? slowness : 1)
      await run(speed === 0 ? 0 : (seconds * 1000) / speed, operation, parameters, options)
      return { simulated: true, nominal_seconds: seconds }
    },
  }

  async function run(
    milliseconds: number,
    operation: string,
    parameters: JsonObject,
    { signal, onProgress }: ExecuteOptions,
  ): Promise<void> {
    for (let step = 1; step <= progressSteps; step += 1) {
      signal.throwIfAborted()
      if (milliseconds > 0) await wait(milliseconds / progressSteps, signal)
      onProgress?.(step / progressSteps)
      if (step === progressSteps / 2) await misbehave(operation, parameters, signal)
    }
  }
}

async function misbehave(operation: string, { simulate }: JsonObject, signal: AbortSignal): Promise<void> {
  if (simulate === 'fail') throw new DriverError(`The simulated device failed during "${operation}", as it was asked to`)
  if (simulate === 'disconnect') {
    throw new DriverError(`The simulated device lost its connection during "${operation}", as it was asked to`, { connectionLost: true })
  }
  if (simulate === 'hang') {
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
    })
  }
}
