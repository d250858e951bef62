/** The two transactions around an operation on a device: claiming it, and recording how it ended. The driver runs between them. */

import { and, eq } from 'drizzle-orm'
import { devices as deviceTable } from '../../../../db/schema/devices.ts'
import { executionLogs } from '../../../../db/schema/history.ts'
import { workflowSteps, workflows } from '../../../../db/schema/workflows.ts'
import { deviceNotAvailable } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { mayRetry, nextPendingStep } from '../../../../shared/domain/workflow.ts'
import { endForced } from './bookings.ts'
import { countFailures, putOutOfService } from './circuit-breaker.ts'
import { type DeviceRow, lockDevice, lockDevices } from './devices.ts'
import { countCompletion } from './durations.ts'
import { activeBooking, type EntryRow } from './hand-over.ts'
import { appendEvent, type Lab, type Transaction } from './lab.ts'
import { type LogRow, operationOf, operationRunning, runningOperation } from './running-operation.ts'
import { deviceIdOf, hasOwnDevice, notBooked, type OnBusy, obtainStepDevice, returnStepDevice, waitingEntryOf } from './step-devices.ts'
import { cancelNow, completeNow, leaveQueue, pauseNow, tellStep } from './workflow-endings.ts'
import { deviceIdsOf, type Locked, lockWorkflowAndDevices, type StepRow, stepsOf } from './workflow-lock.ts'
import { changeStatus, lockWorkflow, type WorkflowRow } from './workflow-state.ts'

/** An operation that is claimed: the log row stands, the device may be driven. `timeoutSeconds`: its step's own limit. */
export type Claim = { log: LogRow; device: DeviceRow; timeoutSeconds: number | null }

export type OperationRequest = { deviceId: string; workflowId: string; operation: string; parameters: JsonObject }

type Station = Pick<Lab, 'station' | 'simSpeed'>

/**
 * Claims an operation for the workflow that holds the device. One that is booked for a step is that step's alone.
 * @throws DomainError `device_not_found`, `not_your_booking`, `operation_running`, `device_unavailable` (offline)
 */
export async function claimOperation(tx: Transaction, request: OperationRequest, station: Station): Promise<Claim> {
  const device = await lockDevice(tx, request.deviceId)
  const booking = await activeBooking(tx, device.id)
  if (booking?.workflowId !== request.workflowId || booking.stepIndex !== null) throw notBooked()
  const running = (await runningOperation(tx, device.id)) ?? (await stepElsewhere(tx, device.id, request.workflowId))
  if (running) throw operationRunning(running)
  if (device.connection === 'offline') throw deviceNotAvailable(device)
  return { device, timeoutSeconds: null, log: await startLog(tx, device, { ...request, stepIndex: null }, station) }
}

/** The step runs, or waits for its device under this queue entry. */
export type ClaimedStep = { kind: 'claimed'; claim: Claim } | { kind: 'queued'; entry: EntryRow }

/**
 * Claims a step: the one named (again, if it ran before), else the next that is pending. Its device, if that is another than the workflow's
 * own, is booked for it, or waited for when `onBusy` says so.
 * @throws DomainError `workflow_not_found`, `invalid_state`, `invalid_step_index`, `no_step_left`, `device_busy` and what `claimOperation`
 * throws
 */
export async function claimStep(
  tx: Transaction,
  workflowId: string,
  stepIndex: number | undefined,
  station: Station,
  onBusy: OnBusy = 'fail',
): Promise<ClaimedStep> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  if (workflow.status !== 'running') throw new DomainError('invalid_state', 'Workflow is not running', { status: workflow.status })
  const steps = await stepsOf(tx, workflowId)
  const step = stepIndex === undefined ? nextPendingStep(steps) : steps[stepIndex]
  if (!step && stepIndex !== undefined) {
    throw new DomainError('invalid_step_index', 'Invalid step index', { field: 'step_index', steps: steps.length })
  }
  const target = step ?? steps.find((candidate) => candidate.status === 'running')
  if (!target) throw new DomainError('no_step_left', 'No step is left to run; complete the workflow')
  return claimLocked(tx, locked, target, station, onBusy)
}

/** What a workflow that runs by itself does now: a step, nothing before that time, or nothing until something happens. */
export type Next = { kind: 'claimed'; claim: Claim } | { kind: 'later'; at: Date } | { kind: 'nothing' }

const nothing: Next = { kind: 'nothing' }

/** Claims the next step of a workflow that runs by itself, or completes it when none is left. */
export async function claimNextStep(tx: Transaction, workflowId: string, station: Station): Promise<Next> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow, devices } = locked
  if (workflow.status !== 'running' || !workflow.auto || workflow.pauseRequested || (await operationOf(tx, workflow))) return nothing
  const step = nextPendingStep(await stepsOf(tx, workflowId))
  const id = step ? deviceIdOf(workflow, step) : workflow.deviceId
  // Without its own device, which somebody released, it waits for a person.
  if (id === workflow.deviceId && !(await hasOwnDevice(tx, locked))) return nothing
  if (!step) {
    await completeNow(tx, locked)
    return nothing
  }
  if (step.retryAt && step.retryAt > tx.context.now) return { kind: 'later', at: step.retryAt }
  const device = devices.get(id)
  if (!device) {
    await failWithoutDevice(tx, locked, step)
    return nothing
  }
  const booking = await activeBooking(tx, device.id)
  if (booking?.workflowId === workflowId) {
    if (device.connection === 'offline' || (await runningOperation(tx, device.id))) return nothing
  } else if (await waitingEntryOf(tx, workflowId)) return nothing
  const claimed = await claimLocked(tx, locked, step, station, 'queue')
  return claimed.kind === 'claimed' ? claimed : nothing
}

/** How an operation ended, in the driver's words. `connectionLost` takes the device offline. */
export type Outcome = {
  status: 'completed' | 'failed' | 'aborted' | 'interrupted'
  result?: unknown
  /** A sentence for a person; null when it completed. */
  error: string | null
  /** A word for a program: the driver's own, `timeout` or `connection_lost`. */
  errorCode?: string
  connectionLost?: boolean
}

/**
 * Records how an operation ended and does what follows from it, all in one transaction: step, workflow, a pause, cancel or forced release
 * that was asked for meanwhile, release and hand-over. An operation that no longer runs is left as it was recorded.
 */
export async function recordOutcome(tx: Transaction, logId: number, outcome: Outcome): Promise<LogRow> {
  const before = await getLog(tx, logId)
  const devices = await lockDevices(tx, [before.deviceId, ...(await deviceIdsOf(tx, before.workflowId))])
  const device = devices.get(before.deviceId)
  const { now } = tx.context
  const [log] = await tx
    .update(executionLogs)
    .set({
      status: outcome.status,
      result: outcome.result ?? null,
      error: outcome.error,
      errorCode: outcome.errorCode ?? null,
      completedAt: now,
      durationMs: Math.max(0, now.getTime() - before.startedAt.getTime()),
    })
    .where(and(eq(executionLogs.id, logId), eq(executionLogs.status, 'running')))
    .returning()
  if (!log) return getLog(tx, logId)

  const kind = log.status === 'completed' ? 'operation.completed' : log.status === 'aborted' ? 'operation.aborted' : 'operation.failed'
  appendEvent(tx, {
    kind,
    deviceId: log.deviceId,
    workflowId: log.workflowId,
    data: {
      log_id: log.id,
      operation: log.operation,
      status: log.status,
      duration_ms: log.durationMs,
      error: log.error,
      error_code: log.errorCode,
    },
  })
  if (device) devices.set(device.id, await countFailures(tx, await whatIsLeftOf(tx, device, log, outcome), log))
  const workflow = await lockWorkflow(tx, log.workflowId)
  const retries = workflow && log.stepIndex !== null ? await endStep(tx, workflow, log, outcome.connectionLost !== true) : false
  const deviceFailed = log.status === 'failed' || (log.status === 'interrupted' && outcome.connectionLost === true)
  await whatFollows(tx, devices, workflow, log, { deviceFailed, retries })
  await countCompletion(tx, log)
  return log
}

/** The step and its device, all rows locked. */
async function claimLocked(tx: Transaction, locked: Locked, step: StepRow, station: Station, onBusy: OnBusy): Promise<ClaimedStep> {
  const { workflow } = locked
  const id = deviceIdOf(workflow, step)
  if (id === workflow.deviceId && !(await hasOwnDevice(tx, locked))) throw notBooked()
  const running = (await operationOf(tx, workflow)) ?? (await heldOperation(tx, workflow.id, id))
  if (running) throw operationRunning(running)
  const obtained = await obtainStepDevice(tx, locked, step, onBusy)
  if (obtained.kind === 'queued') return obtained
  const { device } = obtained
  if (device.connection === 'offline') throw deviceNotAvailable(device)

  const { stepIndex, operation, parameters } = step
  const attempts = step.attempts + 1
  const log = await startLog(tx, device, { workflowId: workflow.id, operation, parameters, stepIndex }, station)
  await tx
    .update(workflowSteps)
    .set({ status: 'running', attempts, startedAt: tx.context.now, completedAt: null, error: null, errorCode: null, retryAt: null })
    .where(and(eq(workflowSteps.workflowId, workflow.id), eq(workflowSteps.stepIndex, stepIndex)))
  tellStep(tx, 'step.started', workflow, step, { log_id: log.id, attempt: attempts })
  return { kind: 'claimed', claim: { log, device, timeoutSeconds: step.timeoutSeconds } }
}

/** A script's operation on a device that it booked in the workflow's name, and that a step would use. */
async function heldOperation(tx: Transaction, workflowId: string, deviceId: string): Promise<LogRow | undefined> {
  const running = await runningOperation(tx, deviceId)
  return running?.workflowId === workflowId ? running : undefined
}

/** A step of the workflow whose own device this is, while it runs on another. */
async function stepElsewhere(tx: Transaction, deviceId: string, workflowId: string): Promise<LogRow | undefined> {
  const [workflow] = await tx
    .select({ id: workflows.id, deviceId: workflows.deviceId })
    .from(workflows)
    .where(and(eq(workflows.id, workflowId), eq(workflows.deviceId, deviceId)))
  return workflow && operationOf(tx, workflow)
}

/** A step whose device was deleted: a person skips it, marks it done, or gives up. */
async function failWithoutDevice(tx: Transaction, { workflow }: Locked, step: StepRow): Promise<void> {
  const error = `There is no device "${deviceIdOf(workflow, step)}" any more`
  const errorCode = 'device_not_found'
  await tx
    .update(workflowSteps)
    .set({ status: 'failed', completedAt: tx.context.now, error, errorCode, retryAt: null })
    .where(and(eq(workflowSteps.workflowId, workflow.id), eq(workflowSteps.stepIndex, step.stepIndex)))
  tellStep(tx, 'step.failed', workflow, step, { error, error_code: errorCode })
  await leaveQueue(tx, workflow)
  await changeStatus(tx, workflow, 'step_failed', { kind: null, set: { error } })
}

async function startLog(
  tx: Transaction,
  device: DeviceRow,
  request: Omit<OperationRequest, 'deviceId'> & { stepIndex: number | null },
  station: Station,
): Promise<LogRow> {
  const [log] = await tx
    .insert(executionLogs)
    .values({
      deviceId: device.id,
      workflowId: request.workflowId,
      stepIndex: request.stepIndex,
      operation: request.operation,
      parameters: request.parameters,
      status: 'running',
      operator: tx.context.caller.operator,
      startedAt: tx.context.now,
      station: station.station,
      speed: device.driver === 'simulated' ? station.simSpeed : 1,
    })
    .returning()
  if (!log) throw new Error('inserting the log row gave no row')
  appendEvent(tx, {
    kind: 'operation.started',
    deviceId: device.id,
    workflowId: request.workflowId,
    data: { log_id: log.id, operation: log.operation },
  })
  return log
}

/**
 * The step as its operation left it; one that failed and may be tried again is pending, not before its time.
 * @param reachable whether the device still answers: a step is not tried again where nobody knows how far it came
 * @returns whether it will be tried again
 */
async function endStep(tx: Transaction, workflow: WorkflowRow, log: LogRow, reachable: boolean): Promise<boolean> {
  const { stepIndex, status, error, errorCode } = log
  if (stepIndex === null || status === 'running') return false
  const thisStep = and(eq(workflowSteps.workflowId, workflow.id), eq(workflowSteps.stepIndex, stepIndex))
  const [step] = await tx.select().from(workflowSteps).where(thisStep)
  const retries =
    status === 'failed' &&
    reachable &&
    !log.stopRequest &&
    workflow.status === 'running' &&
    mayRetry(step?.retry ?? null, step?.attempts ?? 0, errorCode)
  const retryAt = retries ? new Date(tx.context.now.getTime() + (step?.retry?.backoff_seconds ?? 0) * 1000) : null
  await tx
    .update(workflowSteps)
    .set({
      ...(retries ? { status: 'pending', startedAt: null, completedAt: null } : { status, completedAt: tx.context.now }),
      error,
      errorCode,
      retryAt,
    })
    .where(thisStep)
  tellStep(
    tx,
    `step.${status}`,
    workflow,
    { stepIndex, operation: log.operation, deviceId: log.deviceId },
    { log_id: log.id, error, error_code: errorCode, ...(retryAt ? { will_retry_at: retryAt.toISOString() } : {}) },
  )
  return retries
}

async function whatFollows(
  tx: Transaction,
  devices: Map<string, DeviceRow>,
  before: WorkflowRow | undefined,
  log: LogRow,
  { deviceFailed, retries }: { deviceFailed: boolean; retries: boolean },
): Promise<void> {
  const stop = log.stopRequest
  // A stop that came after the device had failed finds the workflow as any later command would.
  const workflow = before && !retries && (deviceFailed || !stop) ? await afterStep(tx, before, log) : before
  // Whoever asked for the stop stands in the events of what follows, as the program that records the outcome may be another.
  if (stop) tx.context.caller = { actor: stop.actor, operator: stop.operator }
  if (stop?.kind === 'cancel' && workflow) return cancelNow(tx, { workflow, devices }, { reason: stop.reason })
  if (stop?.kind === 'force_release') {
    const booking = await activeBooking(tx, log.deviceId)
    if (booking?.workflowId === log.workflowId) await endForced(tx, devices, booking, stop.reason)
    return
  }
  // What a script runs on another device in a workflow's name leaves the workflow as it is.
  if (!workflow || (log.stepIndex === null && workflow.deviceId !== log.deviceId)) return
  const steps = log.stepIndex === null ? [] : await stepsOf(tx, workflow.id)
  const step = steps.find(({ stepIndex }) => stepIndex === log.stepIndex)
  if (step?.status === 'completed') await returnStepDevice(tx, { workflow, devices }, step)
  if (workflow.status !== 'running') return
  if (workflow.pauseRequested) await pauseNow(tx, { workflow, devices }, workflow.pauseRequested === 'release_device')
  else if (workflow.auto && step && !nextPendingStep(steps)) await completeNow(tx, { workflow, devices })
}

/** The workflow after one of its steps: on one that did not complete a person has to decide, and nothing is waited for until then. */
async function afterStep(tx: Transaction, workflow: WorkflowRow, log: LogRow): Promise<WorkflowRow> {
  const { error } = log
  if (workflow.status !== 'running' || log.stepIndex === null || log.status === 'completed') return workflow
  await leaveQueue(tx, workflow)
  if (log.status === 'interrupted') {
    return changeStatus(tx, workflow, 'interrupt', { kind: 'workflow.interrupted', set: { error }, data: { error } })
  }
  // `step.failed` has told it; `workflow.failed` is for one that was given up.
  return changeStatus(tx, workflow, 'step_failed', { kind: null, set: { error } })
}

/** The device whose driver lost contact is offline. Nobody waits for one that was to be stopped, so a person looks at it before the next has it. */
async function whatIsLeftOf(tx: Transaction, device: DeviceRow, log: LogRow, { connectionLost, error }: Outcome): Promise<DeviceRow> {
  if (!connectionLost) return device
  const offline = await goOffline(tx, device, error)
  if (log.status !== 'aborted') return offline
  const reason = `"${log.operation}" may still be running on it: it was told to stop and did not answer. Make sure that it stands still, then put it back into service.`
  return putOutOfService(tx, offline, reason)
}

async function goOffline(tx: Transaction, device: DeviceRow, reason: string | null): Promise<DeviceRow> {
  if (device.connection === 'offline') return device
  await tx.update(deviceTable).set({ connection: 'offline', connectionReason: reason }).where(eq(deviceTable.id, device.id))
  appendEvent(tx, { kind: 'device.changed', deviceId: device.id, data: { connection: 'offline', reason } })
  return { ...device, connection: 'offline', connectionReason: reason }
}

async function getLog(tx: Transaction, logId: number): Promise<LogRow> {
  const [log] = await tx.select().from(executionLogs).where(eq(executionLogs.id, logId))
  if (!log) throw new Error(`execution log ${logId} is gone`)
  return log
}
