/** One operation on one device, from the claim to the recorded outcome. The driver runs between two transactions, never inside one. */

import { DriverError } from '../drivers/driver.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import type { Caller, Lab } from '../services/lab.ts'
import { type Claim, type Outcome, recordOutcome } from '../services/operations.ts'
import type { LogRow } from '../services/running-operation.ts'
import { findWorkflow, type Workflow } from '../services/workflows.ts'

/** Why an operation is ended before its time. */
export type AbortReason = 'asked' | 'stopping'

/** An operation as it ended, and for a step its workflow as that left it. */
export type Ended = { log: LogRow; workflow: Workflow | undefined }

export type Operations = {
  /** Drives a claimed operation to its end and records it. Rejects only when the outcome could not be recorded. */
  drive(caller: Caller, claim: Claim): Promise<Ended>
  /** Ends a running operation of this program; false when it is not one of its own. */
  abort(logId: number, reason: AbortReason): boolean
  /** Set once `close` was called: what is cut off then says so. */
  stopping(): boolean
  /** Ends all of them as interrupted and waits until that is recorded. */
  close(): Promise<void>
}

/** A driver that ignores an abort for this long is declared lost. Milliseconds. */
const abortGrace = 10_000
/** When the program stops it waits less, because the operation is interrupted either way. Milliseconds. */
const stoppingGrace = 3_000
/** Between attempts to record an outcome while the database does not answer. Milliseconds. */
const recordAgainAfter = 1_000

export function createOperations(lab: Lab, drivers: DriverRegistry): Operations {
  const running = new Map<number, { controller: AbortController; recorded: Promise<Ended> }>()
  let stopping = false

  async function perform(claim: Claim, controller: AbortController): Promise<Outcome> {
    const { log, device } = claim
    try {
      const driver = drivers.driverFor(device)
      const result = await orLost(driver.execute(log.operation, log.parameters, { signal: controller.signal }), controller.signal)
      return { status: 'completed', result: result ?? null, error: null }
    } catch (error) {
      return outcomeOf(error, controller.signal, log.operation)
    }
  }

  /** The driver's answer, or `Lost` when it ignores an abort. */
  async function orLost(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const over = new AbortController()
    const patience = new Promise<never>((_, reject) => {
      const giveUp = () => {
        const grace = signal.reason === 'stopping' ? stoppingGrace : abortGrace
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

  async function record(caller: Caller, claim: Claim, outcome: Outcome): Promise<Ended> {
    for (;;) {
      try {
        return await lab.transaction(caller, async (tx) => {
          const log = await recordOutcome(tx, claim.log.id, outcome)
          // Read here, because what comes after it may delete it.
          return { log, workflow: log.stepIndex === null ? undefined : await findWorkflow(tx, log.workflowId) }
        })
      } catch (error) {
        lab.logger.error({ err: error, log_id: claim.log.id }, 'the outcome of an operation could not be recorded')
        // At the next start it is found running and becomes interrupted: nothing is guessed.
        if (stopping) throw error
        await lab.clock.wait(recordAgainAfter)
      }
    }
  }

  return {
    drive(caller, claim) {
      const controller = new AbortController()
      const recorded = perform(claim, controller)
        .then((outcome) => record(caller, claim, outcome))
        .finally(() => running.delete(claim.log.id))
      running.set(claim.log.id, { controller, recorded })
      if (stopping) controller.abort('stopping' satisfies AbortReason)
      return recorded
    },
    abort(logId, reason) {
      const operation = running.get(logId)
      operation?.controller.abort(reason)
      return operation !== undefined
    },
    stopping: () => stopping,
    async close() {
      stopping = true
      for (const operation of running.values()) operation.controller.abort('stopping' satisfies AbortReason)
      await Promise.allSettled([...running.values()].map((operation) => operation.recorded))
    },
  }
}

/** The driver did not stop when it was told to. */
class Lost extends Error {}

function outcomeOf(error: unknown, signal: AbortSignal, operation: string): Outcome {
  if (signal.reason === 'stopping') {
    return { status: 'interrupted', error: `The program stopped while "${operation}" was running` }
  }
  if (error instanceof Lost) {
    return {
      status: 'aborted',
      error: `The device did not stop "${operation}" when it was told to; it is taken for lost`,
      connectionLost: true,
    }
  }
  if (signal.aborted) return { status: 'aborted', error: `"${operation}" was aborted` }
  if (error instanceof DriverError && error.connectionLost) return { status: 'interrupted', error: error.message, connectionLost: true }
  if (error instanceof DriverError) return { status: 'failed', error: error.message }
  return { status: 'failed', error: `The driver failed during "${operation}": ${error instanceof Error ? error.message : String(error)}` }
}
