/** An instrument that only takes its time, and misbehaves as it is asked to, at a rate, or by a script. */

import type { DeviceType } from '../../../../shared/domain/device.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { nominalSeconds } from '../../../../shared/domain/operation.ts'
import { mulberry32, type Random, seedOf, standardNormal } from '../../../../shared/domain/random.ts'
import { type SimulatedConfig, type SimulatedOutcome, simulatedOutcomes } from '../../../../shared/domain/simulated-config.ts'
import { type Driver, type DriverClock, DriverError, type ExecuteOptions } from './driver.ts'
import { simulatedOperations } from './simulated-operations.ts'

type Options = {
  /** As it stands when it is asked. */
  device: () => { id: string; type: DeviceType; capabilities: readonly string[] }
  config: SimulatedConfig
  clock: DriverClock
  /** How much faster than nominal; 0 = no waiting. */
  speed: number
}

/** How an operation will end; `cause` completes the sentence of a failure. */
type Fate = { outcome: SimulatedOutcome; cause: string; code?: string | undefined; message?: string | undefined }

/** How much longer a `slow` operation takes. */
const slowness = 10
/** Progress is told at these many even steps. */
const progressSteps = 10

/**
 * What happens to an operation is decided in this order: `parameters.simulate` (`"fail"` and `"disconnect"` half way, `"hang"` until it is
 * aborted, `"slow"` ten times as long), else the next of the script, else the rates. Each operation takes the same count of random numbers
 * whatever becomes of it, so that one device's course depends on its seed and the order of its operations alone.
 */
export function createSimulatedDriver({ device, config, clock, speed }: Options): Driver {
  const random = mulberry32(seedOf(`${config.seed ?? 0}/${device().id}`))
  const script = [...(config.script ?? [])]
  let lost = false

  function fateOf({ simulate }: JsonObject, drawn: number): Fate {
    const asked = simulatedOutcomes.find((outcome) => outcome === simulate)
    if (asked) return { outcome: asked, cause: ', as it was asked to' }
    const scripted = script.shift()
    if (typeof scripted === 'string') return { outcome: scripted, cause: ', as its script says' }
    if (scripted) return { ...scripted, cause: ', as its script says' }
    return { outcome: outcomeAt(config, drawn), cause: '' }
  }

  return {
    async describe() {
      const { type, capabilities } = device()
      return { operations: simulatedOperations(type, capabilities, factorOf) }
    },
    async connect() {
      lost = false
    },
    heartbeatSeconds: null,
    heartbeat: async () => undefined,
    secondsUntilBack() {
      const { reconnect_after_seconds: seconds } = config
      if (!lost || seconds === undefined) return null
      return speed === 0 ? 0 : seconds / speed
    },
    stop: async () => undefined,
    async execute(operation, parameters, options) {
      lost = false
      const stretch = stretchOf(config, random)
      const fate = fateOf(parameters, random())
      const seconds = nominalSeconds(operation, parameters) * factorOf(operation) * (fate.outcome === 'slow' ? slowness : 1)
      try {
        await run(speed === 0 ? 0 : (seconds * stretch * 1000) / speed, operation, fate, options)
      } catch (error) {
        lost = error instanceof DriverError && error.connectionLost
        throw error
      }
      return { simulated: true, nominal_seconds: seconds }
    },
  }

  function factorOf(operation: string): number {
    return (config.factors && Object.hasOwn(config.factors, operation) ? config.factors[operation] : undefined) ?? 1
  }

  async function run(milliseconds: number, operation: string, fate: Fate, { signal, onProgress }: ExecuteOptions): Promise<void> {
    for (let step = 1; step <= progressSteps; step += 1) {
      signal.throwIfAborted()
      if (milliseconds > 0) await clock.wait(milliseconds / progressSteps, signal)
      onProgress?.(step / progressSteps)
      if (step === progressSteps / 2) await misbehave(operation, fate, signal)
    }
  }
}

/** Log-normal around 1: instruments are late more often than early, and never done before they began. */
function stretchOf({ jitter = 0 }: SimulatedConfig, random: Random): number {
  return Math.exp(jitter * standardNormal(random))
}

function outcomeAt(config: SimulatedConfig, drawn: number): SimulatedOutcome {
  const rates = [
    ['fail', config.failure_rate],
    ['hang', config.hang_rate],
    ['slow', config.slow_rate],
    ['disconnect', config.disconnect_rate],
  ] as const
  let upTo = 0
  for (const [outcome, rate = 0] of rates) {
    upTo += rate
    if (drawn < upTo) return outcome
  }
  return 'ok'
}

async function misbehave(operation: string, { outcome, cause, code, message }: Fate, signal: AbortSignal): Promise<void> {
  const errorCode = code === undefined ? {} : { code }
  if (outcome === 'fail') throw new DriverError(message ?? `The simulated device failed during "${operation}"${cause}`, errorCode)
  if (outcome === 'disconnect') {
    const sentence = message ?? `The simulated device lost its connection during "${operation}"${cause}`
    throw new DriverError(sentence, { ...errorCode, connectionLost: true })
  }
  if (outcome === 'hang') {
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
    })
  }
}
