/** The two transactions around an operation on a device: claiming it, and recording how it ended. The driver runs between them. */

import { and, eq } from 'drizzle-orm'
import { devices } from '../../../../db/schema/devices.ts'
import { executionLogs } from '../../../../db/schema/history.ts'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import { deviceNotAvailable } from '../../../../shared/domain/device.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { mayRetry, nextPendingStep } from '../../../../shared/domain/workflow.ts'
import { endForced } from './bookings.ts'
import { countFailures } from './circuit-breaker.ts'
import { type DeviceRow, lockDevice, lockDeviceIfKept } from './devices.ts'
import { countCompletion } from './durations.ts'
import { activeBooking } from './hand-over.ts'
import { appendEvent, type Lab, type Transaction } from './lab.ts'
import { type LogRow, operationRunning, runningOperation } from './running-operation.ts'
import { cancelNow, completeNow, pauseNow, tellStep } from './workflow-endings.ts'
import { lockWorkflowAndDevice, stepsOf } from './workflow-lock.ts'
import { changeStatus, lockWorkflow, type WorkflowRow } from './workflow-state.ts'

/** An operation that is claimed: the log row stands, the device may be driven. `timeoutSeconds`: its step's own limit. */
export type Claim = { log: LogRow; device: DeviceRow; timeoutSeconds: number | null }

export type OperationRequest = { deviceId: string; workflowId: string; operation: string; parameters: JsonObject }

type Station = Pick<Lab, 'station' | 'simSpeed'>

/**
 * Claims an operation for the workflow that holds the device.
 * @throws DomainError `device_not_found`, `not_your_booking`, `operation_running`, `device_unavailable` (offline)
 */
export async function claimOperation(tx: Transaction, request: OperationRequest, station: Station): Promise<Claim> {
  const device = await lockDevice(tx, request.deviceId)
  return { ...(await startLog(tx, device, { ...request, stepIndex: null }, station)), timeoutSeconds: null }
}

/**
 * Claims a step: the one named (again, if it ran before), else the next that is pending.
 * @throws DomainError `workflow_not_found`, `invalid_state`, `invalid_step_index`, `no_step_left` and what `claimOperation` throws
 */
export async function claimStep(tx: Transaction, workflowId: string, stepIndex: number | undefined, station: Station): Promise<Claim> {
  const { device, workflow } = await lockWorkflowAndDevice(tx, workflowId)
  if (workflow.status !== 'running') throw new DomainError('invalid_state', 'Workflow is not running', { status: workflow.status })
  const steps = await stepsOf(tx, workflowId)
  const step = stepIndex === undefined ? nextPendingStep(steps) : steps[stepIndex]
  if (!step && stepIndex !== undefined) {
    throw new DomainError('invalid_step_index', 'Invalid step index', { field: 'step_index', steps: steps.length })
  }
  const running = steps.find((candidate) => candidate.status === 'running')
  if (!step && !running) throw new DomainError('no_step_left', 'No step is left to run; complete the workflow')
  if (!device) throw notBooked()

  const started = await startLog(
    tx,
    device,
    {
      deviceId: device.id,
      workflowId,
      operation: (step ?? running)?.operation ?? '',
      parameters: step?.parameters ?? {},
      stepIndex: step?.stepIndex ?? null,
    },
    station,
  )
  if (!step) throw operationRunning(started.log)
  await tx
    .update(workflowSteps)
    .set({
      status: 'running',
      attempts: step.attempts + 1,
      startedAt: tx.context.now,
      completedAt: null,
      error: null,
      errorCode: null,
      retryAt: null,
    })
    .where(and(eq(workflowSteps.workflowId, workflowId), eq(workflowSteps.stepIndex, step.stepIndex)))
  tellStep(tx, 'step.started', workflow, step, { log_id: started.log.id, attempt: step.attempts + 1 })
  return { ...started, timeoutSeconds: step.timeoutSeconds }
}

/** What a workflow that runs by itself does now: a step, nothing before that time, or nothing until something happens. */
export type Next = { kind: 'claimed'; claim: Claim } | { kind: 'later'; at: Date } | { kind: 'nothing' }

const nothing: Next = { kind: 'nothing' }

/** Claims the next step of a workflow that runs by itself, or completes it when none is left. */
export async function claimNextStep(tx: Transaction, workflowId: string, station: Station): Promise<Next> {
  const { device, workflow } = await lockWorkflowAndDevice(tx, workflowId)
  if (!device || workflow.status !== 'running' || !workflow.auto || workflow.pauseRequested) return nothing
  const booking = await activeBooking(tx, device.id)
  if (booking?.workflowId !== workflowId || device.connection === 'offline' || (await runningOperation(tx, device.id))) return nothing
  const step = nextPendingStep(await stepsOf(tx, workflowId))
  if (step?.retryAt && step.retryAt > tx.context.now) return { kind: 'later', at: step.retryAt }
  if (step) return { kind: 'claimed', claim: await claimStep(tx, workflowId, step.stepIndex, station) }
  await completeNow(tx, device, workflow)
  return nothing
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
  const device = await lockDeviceIfKept(tx, before.deviceId)
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
  const reached = device && outcome.connectionLost ? await goOffline(tx, device, outcome.error) : device
  const after = reached && (await countFailures(tx, reached, log))
  const workflow = await lockWorkflow(tx, log.workflowId)
  const retries = workflow && log.stepIndex !== null ? await endStep(tx, workflow, log, outcome.connectionLost !== true) : false
  const deviceFailed = log.status === 'failed' || (log.status === 'interrupted' && outcome.connectionLost === true)
  await whatFollows(tx, after, workflow, log, { deviceFailed, retries })
  await countCompletion(tx, log)
  return log
}

async function startLog(
  tx: Transaction,
  device: DeviceRow,
  request: OperationRequest & { stepIndex: number | null },
  station: Station,
): Promise<{ log: LogRow; device: DeviceRow }> {
  const booking = await activeBooking(tx, device.id)
  if (booking?.workflowId !== request.workflowId) throw notBooked()
  const running = await runningOperation(tx, device.id)
  if (running) throw operationRunning(running)
  if (device.connection === 'offline') throw deviceNotAvailable(device)

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
  return { log, device }
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
    { stepIndex, operation: log.operation },
    { log_id: log.id, error, error_code: errorCode, ...(retryAt ? { will_retry_at: retryAt.toISOString() } : {}) },
  )
  return retries
}

async function whatFollows(
  tx: Transaction,
  device: DeviceRow | undefined,
  before: WorkflowRow | undefined,
  log: LogRow,
  { deviceFailed, retries }: { deviceFailed: boolean; retries: boolean },
): Promise<void> {
  const stop = log.stopRequest
  // A stop that came after the device had failed finds the workflow as any later command would.
  const workflow = before && !retries && (deviceFailed || !stop) ? await afterStep(tx, before, log) : before
  // Whoever asked for the stop stands in the events of what follows, as the program that records the outcome may be another.
  if (stop) tx.context.caller = { actor: stop.actor, operator: stop.operator }
  if (stop?.kind === 'cancel' && workflow) return void (await cancelNow(tx, device, workflow, { reason: stop.reason }))
  if (stop?.kind === 'force_release' && device) {
    const booking = await activeBooking(tx, device.id)
    if (booking?.workflowId === log.workflowId) await endForced(tx, device, booking, stop.reason)
    return
  }
  // What a script runs on another device in a workflow's name leaves the workflow as it is.
  if (workflow?.status !== 'running' || workflow.deviceId !== log.deviceId) return
  if (workflow.pauseRequested) {
    await pauseNow(tx, device, workflow, workflow.pauseRequested === 'release_device')
  } else if (workflow.auto && log.stepIndex !== null && !nextPendingStep(await stepsOf(tx, workflow.id))) {
    await completeNow(tx, device, workflow)
  }
}

/** The workflow after one of its steps: on one that did not complete a person has to decide. */
async function afterStep(tx: Transaction, workflow: WorkflowRow, log: LogRow): Promise<WorkflowRow> {
  const { error } = log
  if (workflow.status !== 'running' || log.stepIndex === null || log.status === 'completed') return workflow
  if (log.status === 'interrupted') {
    return changeStatus(tx, workflow, 'interrupt', { kind: 'workflow.interrupted', set: { error }, data: { error } })
  }
  // `step.failed` has told it; `workflow.failed` is for one that was given up.
  return changeStatus(tx, workflow, 'step_failed', { kind: null, set: { error } })
}

async function goOffline(tx: Transaction, device: DeviceRow, reason: string | null): Promise<DeviceRow> {
  if (device.connection === 'offline') return device
  await tx.update(devices).set({ connection: 'offline', connectionReason: reason }).where(eq(devices.id, device.id))
  appendEvent(tx, { kind: 'device.changed', deviceId: device.id, data: { connection: 'offline', reason } })
  return { ...device, connection: 'offline', connectionReason: reason }
}

async function getLog(tx: Transaction, logId: number): Promise<LogRow> {
  const [log] = await tx.select().from(executionLogs).where(eq(executionLogs.id, logId))
  if (!log) throw new Error(`execution log ${logId} is gone`)
  return log
}

function notBooked(): DomainError {
  return new DomainError('not_your_booking', 'Device not booked by this workflow')
}
