/** One operation on one device, from the claim to the recorded outcome. The driver runs between two transactions, never inside one. */

import { DriverError } from '../drivers/driver.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import type { Caller, Lab } from '../services/lab.ts'
import { type Claim, type Outcome, recordOutcome } from '../services/operations.ts'
import type { LogRow } from '../services/running-operation.ts'
import { findWorkflow, type Workflow } from '../services/workflows.ts'
import { limitOf } from './limit.ts'

/** An operation as it ended, and for a step its workflow as that left it, if somebody wants to be told. */
export type Ended = { log: LogRow; workflow: Workflow | undefined }

export type Operations = {
  /** Drives a claimed operation to its end and records it. Rejects only when the outcome could not be recorded. */
  drive(caller: Caller, claim: Claim, wants?: 'log' | 'log and workflow'): Promise<Ended>
  /** Ends a running operation of this program on somebody's word; false when it is not one of its own. */
  abort(logId: number): boolean
  /**
   * Nobody can reach the device: what this program runs on it ends as interrupted, and takes the device offline.
   * @param because a sentence for a person
   * @returns the operation once its end is recorded; undefined when nothing runs there
   */
  contactLost(deviceId: string, because: string): Promise<Ended> | undefined
  /** Set once `close` was called: what is cut off then says so. */
  stopping(): boolean
  /** Ends all of them as interrupted and waits until that is recorded. */
  close(): Promise<void>
}

/** A driver that ignores an abort for this long is declared lost. Milliseconds. */
const abortGrace = 10_000
/** Less, where the operation is interrupted whatever the driver does. Milliseconds. */
const shortGrace = 3_000
/** Between attempts to record an outcome while the database does not answer. Milliseconds. */
const recordAgainAfter = 1_000

export function createOperations(lab: Lab, drivers: Pick<DriverRegistry, 'driverFor'>): Operations {
  const running = new Map<number, { claim: Claim; controller: AbortController; recorded: Promise<Ended> }>()
  /** They read the history, so the database has to stay open for them. */
  const timing = new Set<Promise<void>>()
  let stopping = false

  async function perform(claim: Claim, controller: AbortController): Promise<Outcome> {
    const { log, device } = claim
    const over = new AbortController()
    const timed = abortAtLimit(claim, controller, over.signal).finally(() => timing.delete(timed))
    timing.add(timed)
    try {
      const driver = drivers.driverFor(device)
      // A driver that was given up may go on telling.
      const onProgress = (fraction: number) => {
        if (!over.signal.aborted) lab.progress.report(log.id, log.deviceId, log.workflowId, fraction)
      }
      const { signal } = controller
      signal.throwIfAborted()
      const result = await orLost(driver.execute(log.operation, log.parameters, { signal, givenUp: over.signal, onProgress }), signal)
      return { status: 'completed', result: result ?? null, error: null }
    } catch (error) {
      return outcomeOf(error, controller.signal, log.operation)
    } finally {
      over.abort()
      lab.progress.end(log.id)
    }
  }

  /** The operation has begun by then: finding its limit holds nothing up. */
  async function abortAtLimit({ log, ...claim }: Claim, controller: AbortController, over: AbortSignal): Promise<void> {
    try {
      const seconds = await limitOf(lab, drivers, { log, ...claim })
      if (seconds === undefined || over.aborted) return
      const passed = lab.clock.now().getTime() - log.startedAt.getTime()
      await lab.clock.wait(Math.max(0, seconds * 1000 - passed), over)
      controller.abort(
        new Ending('timeout', `"${log.operation}" took longer than its limit of ${Number(seconds.toFixed(1))} s and was aborted`),
      )
    } catch (error) {
      if (!over.aborted) lab.logger.error({ err: error, log_id: log.id }, 'the limit of an operation could not be found')
    }
  }

  /** The driver's answer, or `Lost` when it ignores an abort. */
  async function orLost(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const over = new AbortController()
    const patience = new Promise<never>((_, reject) => {
      const giveUp = () => {
        const cause = endingOf(signal)?.cause
        const grace = cause === 'stopping' || cause === 'contact_lost' ? shortGrace : abortGrace
        lab.clock.wait(grace, over.signal).then(
          () => reject(new Lost()),
          () => undefined,
        )
      }
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })
    try {
      return await Promise.race([work, patience])
    } finally {
      over.abort()
    }
  }

  async function record(caller: Caller, claim: Claim, outcome: Outcome, wants: 'log' | 'log and workflow'): Promise<Ended> {
    for (;;) {
      try {
        return await lab.transaction(caller, async (tx) => {
          const log = await recordOutcome(tx, claim.log.id, outcome)
          // Read here, because what comes after it may delete it.
          return { log, workflow: wants === 'log' || log.stepIndex === null ? undefined : await findWorkflow(tx, log.workflowId) }
        })
      } catch (error) {
        lab.logger.error({ err: error, log_id: claim.log.id }, 'the outcome of an operation could not be recorded')
        // At the next start it is found running and becomes interrupted: nothing is guessed.
        if (stopping) throw error
        await lab.clock.wait(recordAgainAfter)
      }
    }
  }

  function stop({ claim: { log }, controller }: { claim: Claim; controller: AbortController }): void {
    controller.abort(new Ending('stopping', `The program stopped while "${log.operation}" was running`))
  }

  return {
    drive(caller, claim, wants = 'log') {
      const controller = new AbortController()
      if (stopping) stop({ claim, controller })
      const recorded = perform(claim, controller)
        .then((outcome) => record(caller, claim, storable(outcome), wants))
        .finally(() => running.delete(claim.log.id))
      running.set(claim.log.id, { claim, controller, recorded })
      return recorded
    },
    abort(logId) {
      const operation = running.get(logId)
      operation?.controller.abort(new Ending('asked', `"${operation.claim.log.operation}" was aborted`))
      return operation !== undefined
    },
    contactLost(deviceId, because) {
      const operation = [...running.values()].find(({ claim }) => claim.device.id === deviceId)
      operation?.controller.abort(new Ending('contact_lost', because))
      return operation?.recorded
    },
    stopping: () => stopping,
    async close() {
      stopping = true
      const all = [...running.values()]
      all.forEach(stop)
      await Promise.allSettled([...all.map(({ recorded }) => recorded), ...timing])
    },
  }
}

/** Why an operation is ended before its time, with the sentence that its log keeps: what the driver's signal is aborted with. */
class Ending extends Error {
  override readonly cause: 'asked' | 'timeout' | 'contact_lost' | 'stopping'

  constructor(cause: Ending['cause'], sentence: string) {
    super(sentence)
    this.cause = cause
  }
}

function endingOf(signal: AbortSignal): Ending | undefined {
  return signal.reason instanceof Ending ? signal.reason : undefined
}

/** The driver did not stop when it was told to. */
class Lost extends Error {}

function outcomeOf(error: unknown, signal: AbortSignal, operation: string): Outcome {
  const ending = endingOf(signal)
  // What cannot be told to stop, because it no longer answers, is as lost as what does not listen.
  const lost = error instanceof Lost || (error instanceof DriverError && error.connectionLost)
  switch (ending?.cause) {
    case 'stopping':
      return { status: 'interrupted', error: ending.message }
    case 'contact_lost':
      return { status: 'interrupted', error: ending.message, errorCode: 'connection_lost', connectionLost: true }
    case 'timeout':
      return {
        status: 'failed',
        error: lost ? `${ending.message}, but the device did not stop; it is taken for lost` : ending.message,
        errorCode: 'timeout',
        connectionLost: lost,
      }
    case 'asked':
      if (!lost) return { status: 'aborted', error: ending.message }
      return {
        status: 'aborted',
        error: `The device did not stop "${operation}" when it was told to; it is taken for lost`,
        errorCode: 'connection_lost',
        connectionLost: true,
      }
    case undefined:
      return failureOf(error, operation)
  }
}

/** What the database can keep, or recording would be tried for ever: text without the NUL character, a result that is JSON. */
function storable(outcome: Outcome): Outcome {
  const { result, error, errorCode } = outcome
  return {
    ...outcome,
    result: isJson(result) ? result : { unreadable: 'The driver gave a result that is no JSON' },
    error: error && withoutNul(error),
    ...(errorCode !== undefined && { errorCode: withoutNul(errorCode) }),
  }
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

function failureOf(error: unknown, operation: string): Outcome {
  if (error instanceof DriverError) {
    const { message, code, connectionLost } = error
    return { status: connectionLost ? 'interrupted' : 'failed', error: message, errorCode: code, connectionLost }
  }
  const what = error instanceof Error ? error.message : String(error)
  return { status: 'failed', error: `The driver failed during "${operation}": ${what}`, errorCode: 'driver_error' }
}
