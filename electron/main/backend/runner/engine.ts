/** The commands that touch a running operation: execute it and wait, or end it before its time and wait for that. */

import { DomainError } from '../../../../shared/domain/errors.ts'
import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import { readRelease, releaseDevice } from '../services/bookings.ts'
import type { Engine } from '../services/engine.ts'
import type { Lab } from '../services/lab.ts'
import { claimOperation, claimStep, recordOutcome } from '../services/operations.ts'
import { findRunning, type LogRow } from '../services/running-operation.ts'
import { cancelWorkflow } from '../services/workflow-commands.ts'
import { workflowNotFound } from '../services/workflow-lock.ts'
import { findWorkflow, getWorkflow } from '../services/workflows.ts'
import { describeDevice } from './describe.ts'
import type { Operations } from './operation.ts'

/** Beyond the ten seconds a driver has to obey, plus the recording. Milliseconds. */
const stopTimeout = 20_000

export function createEngine(lab: Lab, operations: Operations, drivers: DriverRegistry): Engine {
  async function stopAndWait(logId: number): Promise<void> {
    const ended = operationEnded(lab, logId)
    try {
      if (!operations.abort(logId)) await lab.database.pool.query('select pg_notify($1, $2)', ['lab_stop', String(logId)])
      // It may have ended before anybody listened.
      if (await findRunning(lab.database.db, logId)) await ended.promise
    } catch (error) {
      if (!(await interruptForgotten(logId))) throw error
    } finally {
      ended.forget()
    }
  }

  /**
   * An operation of this program's that nothing here knows of, so long after: the server kept its claim, and the answer was lost on the way.
   * @returns whether it was one
   */
  async function interruptForgotten(logId: number): Promise<boolean> {
    const log = await findRunning(lab.database.db, logId)
    if (log?.station !== lab.station || operations.abort(logId)) return false
    const error = `The program lost sight of "${log.operation}"; nobody knows whether it ever began`
    await lab.transaction({ actor: 'program', operator: null }, (tx) => recordOutcome(tx, logId, { status: 'interrupted', error }))
    return true
  }

  // A stop that somebody else asked for first goes first: cancel and release are then tried again and find what it left.
  return {
    async execute(caller, request) {
      const claim = await lab.transaction(caller, (tx) => claimOperation(tx, request, lab))
      const { log } = await operations.drive(caller, claim)
      return mustComplete(log, operations)
    },
    async executeStep(caller, workflowId, stepIndex, onBusy) {
      const claimed = await lab.transaction(caller, async (tx) => {
        const step = await claimStep(tx, workflowId, stepIndex, lab, onBusy)
        return step.kind === 'queued' ? { ...step, workflow: await getWorkflow(tx, workflowId) } : step
      })
      if (claimed.kind === 'queued') return claimed
      const { log, workflow } = await operations.drive(caller, claimed.claim, 'log and workflow')
      mustComplete(log, operations)
      if (!workflow) throw workflowNotFound(workflowId)
      return { kind: 'ended', log, workflow }
    },
    async cancel(caller, workflowId, reason) {
      for (;;) {
        const { result, workflow } = await lab.transaction(caller, async (tx) => ({
          result: await cancelWorkflow(tx, workflowId, reason),
          workflow: await getWorkflow(tx, workflowId),
        }))
        if (result.kind === 'done') return workflow
        await stopAndWait(result.logId)
        // It may have been deleted since.
        if (result.asked) return (await findWorkflow(lab.database.db, workflowId)) ?? { ...workflow, status: 'cancelled' }
      }
    },
    async release(caller, deviceId, options) {
      for (;;) {
        const result = await lab.transaction(caller, (tx) => releaseDevice(tx, deviceId, options))
        if (result.kind === 'released') return result.release
        await stopAndWait(result.logId)
        if (result.asked) return readRelease(lab.database.db, deviceId, result.booking.id, lab.clock.now())
      }
    },
    describe: (deviceId) => describeDevice(lab, drivers, deviceId),
    stopAsked: (logId) => void operations.abort(logId),
  }
}

/** What a person who waits for an operation is told when it did not complete. */
function mustComplete(log: LogRow, operations: Operations): LogRow {
  if (log.status === 'completed') return log
  const details = { log_id: log.id, device_id: log.deviceId, operation: log.operation }
  const reason = log.error ?? 'The operation did not complete'
  if (log.status === 'aborted') throw new DomainError('operation_aborted', reason, details)
  if (log.status === 'interrupted' && operations.stopping()) throw new DomainError('stopping', reason, details)
  throw new DomainError('operation_failed', reason, details)
}

const endings = new Set<LabEvent['kind']>(['operation.completed', 'operation.failed', 'operation.aborted'])

/** Resolves when the operation's end has been recorded, by whichever program on the server. */
function operationEnded(lab: Lab, logId: number): { promise: Promise<void>; forget: () => void } {
  const over = new AbortController()
  let unsubscribe = () => {}
  const promise = new Promise<void>((resolve, reject) => {
    unsubscribe = lab.feed.subscribe((event) => {
      if (endings.has(event.kind) && event.data.log_id === logId) resolve()
    })
    lab.clock.wait(stopTimeout, over.signal).then(
      () => reject(new DomainError('stopping', 'The operation has not ended yet; look again in a moment')),
      () => undefined,
    )
  })
  // Nobody may be waiting yet, or any more, when the time is over.
  promise.catch(() => undefined)
  return {
    promise,
    forget: () => {
      unsubscribe()
      over.abort()
    },
  }
}
