/** What people and scripts do with a workflow: start, complete, cancel, pause, resume, recover. One transaction each. */

import { and, eq, inArray } from 'drizzle-orm'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import { deviceNotAvailable, inService } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import { nextStatus, type RecoveryAction, stepToRecover } from '../../../../shared/domain/workflow.ts'
import { deviceNotFound } from './devices.ts'
import { activeBooking, bookHead, type EntryRow, insertBooking } from './hand-over.ts'
import type { Transaction } from './lab.ts'
import { addEntry } from './queue.ts'
import { operationOf, operationRunning, requestStop } from './running-operation.ts'
import { giveWay, hasOwnDevice, type OnBusy, returnStepDevice } from './step-devices.ts'
import { cancelNow, completeNow, failNow, pauseNow, tellStep } from './workflow-endings.ts'
import { type Locked, lockWorkflowAndDevices, ownDevice, stepsOf } from './workflow-lock.ts'
import { changeStatus, requestPause, type WorkflowRow, withdrawPause } from './workflow-state.ts'

/** Either it runs, or it waits under this queue entry. */
export type Started = { kind: 'running' } | { kind: 'queued'; entry: EntryRow }

export type StartOptions = { onBusy?: OnBusy | undefined; priority?: Priority | undefined; auto?: boolean | undefined }

/**
 * Starts a workflow: books its device, or uses the booking it already holds, or queues when asked to.
 * @throws DomainError `workflow_not_found`, `invalid_state`, `device_not_found`, `device_busy`, `device_unavailable`
 */
export async function startWorkflow(tx: Transaction, workflowId: string, options: StartOptions): Promise<Started> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  if (workflow.status !== 'created') {
    throw new DomainError('invalid_state', 'Workflow already started or completed', { status: workflow.status })
  }
  const priority = options.priority ?? workflow.priority
  const set = { priority, auto: options.auto ?? workflow.auto ?? false }
  return obtainDevice(tx, locked, options.onBusy, priority, 'created', {
    run: () => changeStatus(tx, workflow, 'start', { kind: 'workflow.started', set }),
    queue: (entry) => changeStatus(tx, workflow, 'queue', { kind: 'workflow.queued', set, data: { queue_entry_id: entry.id } }),
  })
}

/**
 * Goes on after a pause; books the device again when it was released meanwhile. While the pause is only asked for, it is called off.
 * @throws DomainError as `startWorkflow`
 */
export async function resumeWorkflow(tx: Transaction, workflowId: string, onBusy: OnBusy | undefined): Promise<Started> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  if (workflow.status === 'running' && workflow.pauseRequested) {
    await withdrawPause(tx, workflow)
    return { kind: 'running' }
  }
  nextStatus(workflow.status, 'resume')
  await redoCutOff(tx, workflowId)
  return obtainDevice(tx, locked, onBusy, workflow.priority, 'paused', {
    run: () => changeStatus(tx, workflow, 'resume', { kind: 'workflow.resumed', set: { gaveWay: false } }),
    queue: (entry) => changeStatus(tx, workflow, 'queue', { kind: 'workflow.queued', data: { queue_entry_id: entry.id } }),
  })
}

/** @throws DomainError `workflow_not_found`, `invalid_state`, `operation_running` */
export async function completeWorkflow(tx: Transaction, workflowId: string): Promise<void> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  nextStatus(workflow.status, 'complete')
  const running = await operationOf(tx, workflow)
  if (running) throw operationRunning(running)
  await completeNow(tx, locked)
}

/** What must happen first when an operation still runs: its end, recorded with what was asked for; `asked` as `requestStop` gives it. */
export type Stopping = { kind: 'done' } | { kind: 'stopping'; logId: number; asked: boolean }

/**
 * Cancels a workflow in any state but an ended one. A running operation is asked to stop, and its end does the rest.
 * @throws DomainError `workflow_not_found`, `invalid_state`
 */
export async function cancelWorkflow(tx: Transaction, workflowId: string, reason: string | null): Promise<Stopping> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  nextStatus(workflow.status, 'cancel')
  const running = await operationOf(tx, workflow)
  if (running) {
    return { kind: 'stopping', logId: running.id, asked: await requestStop(tx, running, 'cancel', reason) }
  }
  await cancelNow(tx, locked, { reason })
  return { kind: 'done' }
}

/**
 * Pauses a running workflow, after the running step if there is one.
 * @returns whether it is paused already (`true`) or will be at the step's end
 * @throws DomainError `workflow_not_found`, `invalid_state`
 */
export async function pauseWorkflow(tx: Transaction, workflowId: string, releases: boolean): Promise<boolean> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  nextStatus(workflow.status, 'pause')
  const running = await operationOf(tx, workflow)
  if (!running) {
    await pauseNow(tx, locked, releases)
    return true
  }
  await requestPause(tx, workflow, releases ? 'release_device' : 'hold_device')
  return false
}

/** `seen`: the step that the person decides on, and which attempt at it. */
export type Recovery = {
  action: RecoveryAction
  parameters?: JsonObject | undefined
  note?: string | null | undefined
  seen?: { stepIndex: number; attempts: number } | undefined
}

/**
 * A person's word on a step that failed or was cut off: retry it (with other parameters), skip it, mark it done, or give up. Who said what
 * and why stands in the event; the note also with the step. One whose device was taken away meanwhile is paused afterwards.
 * @throws DomainError `workflow_not_found`, `invalid_state`, `not_waiting` (another than the one `seen`), `operation_running` (to give up)
 */
export async function recoverWorkflow(tx: Transaction, workflowId: string, recovery: Recovery): Promise<void> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  const { action, parameters, note = null, seen } = recovery
  nextStatus(workflow.status, action === 'abort' ? 'give_up' : 'recover')
  const step = stepToRecover(await stepsOf(tx, workflowId))
  if (seen && (step?.stepIndex !== seen.stepIndex || step.attempts !== seen.attempts)) {
    throw new DomainError('not_waiting', 'Somebody has decided on this step already; another waits for a decision now', {
      step_index: step?.stepIndex ?? null,
    })
  }
  const data = { action, step_index: step?.stepIndex ?? null, reason: note }
  if (action === 'abort') {
    // A script may run something in its name meanwhile: the device is not handed over while it moves.
    const running = await operationOf(tx, workflow)
    if (running) throw operationRunning(running)
    return void (await failNow(tx, locked, data))
  }

  if (step) {
    const change = {
      retry: {
        status: 'pending',
        error: null,
        errorCode: null,
        startedAt: null,
        completedAt: null,
        ...(parameters ? { parameters } : {}),
      },
      skip: { status: 'skipped' },
      mark_done: { status: 'completed', error: null, errorCode: null, completedAt: tx.context.now },
    } as const
    await tx
      .update(workflowSteps)
      .set({ ...change[action], note })
      .where(and(eq(workflowSteps.workflowId, workflowId), eq(workflowSteps.stepIndex, step.stepIndex)))
    if (action !== 'retry') {
      tellStep(tx, action === 'skip' ? 'step.skipped' : 'step.completed', workflow, step, { reason: note })
      await returnStepDevice(tx, locked, step)
    }
  }
  await changeStatus(tx, workflow, (await hasOwnDevice(tx, locked)) ? 'recover' : 'recover_without_device', {
    kind: 'workflow.recovered',
    set: { error: null },
    data,
  })
}

/** A step that a forced release cut off has to run again, however it ended: aborted, or its program or device was quicker. */
async function redoCutOff(tx: Transaction, workflowId: string): Promise<void> {
  await tx
    .update(workflowSteps)
    .set({ status: 'pending', startedAt: null, completedAt: null, error: null, errorCode: null })
    .where(and(eq(workflowSteps.workflowId, workflowId), inArray(workflowSteps.status, ['failed', 'aborted', 'interrupted'])))
}

type Ways = { run: () => Promise<WorkflowRow>; queue: (entry: EntryRow) => Promise<WorkflowRow> }

/** The device for a workflow that wants to run: the booking it holds, a new one, or a place in the queue. */
async function obtainDevice(
  tx: Transaction,
  locked: Locked,
  onBusy: OnBusy | undefined,
  priority: Priority,
  cameFrom: 'created' | 'paused',
  ways: Ways,
): Promise<Started> {
  const { workflow } = locked
  const device = ownDevice(locked)
  if (!device) throw deviceNotFound(workflow.deviceId)
  const held = device.status === 'busy' ? await activeBooking(tx, device.id) : undefined
  if (held?.workflowId === workflow.id) return runs(ways)
  // A free device with a queue is left for a moment when somebody deletes a booking by hand: nobody may jump that queue.
  if (device.status === 'available') await bookHead(tx, device)
  if (inService(device) && (await insertBooking(tx, device.id, workflow.id))) return runs(ways)
  if (onBusy !== 'queue') throw deviceNotAvailable(inService(device) ? { ...device, status: 'busy' } : device)

  // Paused, it may hold what its steps booked.
  if (cameFrom === 'paused') await giveWay(tx, locked, device)
  const entry = await addEntry(tx, device, { workflowId: workflow.id, priority }, cameFrom)
  await ways.queue(entry)
  return { kind: 'queued', entry }
}

async function runs(ways: Ways): Promise<Started> {
  await ways.run()
  return { kind: 'running' }
}
