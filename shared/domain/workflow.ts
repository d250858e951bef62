/** The life of a workflow and of its steps, as data. Every change of state goes through `nextStatus`. */

import { DomainError } from './errors.ts'

export const workflowStatuses = [
  'created',
  'queued',
  'running',
  'paused',
  'awaiting_recovery',
  'interrupted',
  'completed',
  'failed',
  'cancelled',
] as const
export type WorkflowStatus = (typeof workflowStatuses)[number]

/** How a list of workflows can be sorted. */
export const workflowOrders = ['newest', 'oldest', 'name', 'name_down', 'device', 'device_down'] as const
export type WorkflowOrder = (typeof workflowOrders)[number]

export const stepStatuses = ['pending', 'running', 'completed', 'failed', 'skipped', 'aborted', 'interrupted'] as const
export type StepStatus = (typeof stepStatuses)[number]

/** When a failed step is tried again by itself, in wire names as it is stored. `on`: a driver's error codes; without it, any failure. `max_attempts` counts the first one. */
export type RetryPolicy = { max_attempts: number; backoff_seconds: number; on?: string[] | undefined }

export const recoveryActions = ['retry', 'skip', 'mark_done', 'abort'] as const
export type RecoveryAction = (typeof recoveryActions)[number]

/** What can happen to a workflow. */
export type WorkflowTrigger =
  | 'start'
  | 'queue'
  | 'leave_queue'
  | 'leave_queue_paused'
  | 'pause'
  | 'resume'
  | 'complete'
  | 'step_failed'
  | 'interrupt'
  | 'recover'
  | 'recover_without_device'
  | 'give_up'
  | 'cancel'

type Transitions = { readonly [S in WorkflowStatus]: { readonly [T in WorkflowTrigger]?: WorkflowStatus } }

/**
 * From each state, what each trigger leads to; what is absent is refused.
 * Leaving the queue goes back to where the workflow came from, so there are two ways: `leave_queue` for one that was never started,
 * `leave_queue_paused` for one that `resume` had queued. One whose device was taken away while it waited for a person's word is paused when
 * that comes: running without a device, it would wait for something that nobody does; `resume` books the device again or queues for it.
 */
export const transitions: Transitions = {
  created: { start: 'running', queue: 'queued', cancel: 'cancelled' },
  queued: { start: 'running', leave_queue: 'created', leave_queue_paused: 'paused', cancel: 'cancelled' },
  running: {
    pause: 'paused',
    complete: 'completed',
    step_failed: 'awaiting_recovery',
    interrupt: 'interrupted',
    cancel: 'cancelled',
  },
  paused: { resume: 'running', queue: 'queued', cancel: 'cancelled' },
  awaiting_recovery: { recover: 'running', recover_without_device: 'paused', give_up: 'failed', cancel: 'cancelled' },
  interrupted: { recover: 'running', recover_without_device: 'paused', give_up: 'failed', cancel: 'cancelled' },
  completed: {},
  failed: {},
  cancelled: {},
}

/** The sentence for a refused trigger; three of them are fixed by the REST contract. */
const refusals: { readonly [T in WorkflowTrigger]: string } = {
  start: 'Workflow already started or completed',
  queue: 'Workflow cannot be queued in its present state',
  leave_queue: 'Workflow is not queued',
  leave_queue_paused: 'Workflow is not queued',
  pause: 'Workflow is not running',
  resume: 'Workflow is not paused',
  complete: 'Workflow is not running',
  step_failed: 'Workflow is not running',
  interrupt: 'Workflow is not running',
  recover: 'Workflow does not wait for recovery',
  recover_without_device: 'Workflow does not wait for recovery',
  give_up: 'Workflow does not wait for recovery',
  cancel: 'Workflow has already ended',
}

/** @throws DomainError `invalid_state` when the state does not know the trigger */
export function nextStatus(status: WorkflowStatus, trigger: WorkflowTrigger): WorkflowStatus {
  const next = transitions[status][trigger]
  if (!next) throw new DomainError('invalid_state', refusals[trigger], { status })
  return next
}

/** Ended for good: nothing leads out of it. */
export function hasEnded(status: WorkflowStatus): boolean {
  return Object.keys(transitions[status]).length === 0
}

/** May be deleted: never started, or over. */
export function isDeletable(status: WorkflowStatus): boolean {
  return status === 'created' || hasEnded(status)
}

/**
 * The step a person is asked about while the workflow waits for recovery: the one that failed or was cut off.
 * One that a forced release aborted earlier is not it, unless there is no other; of several the last, as steps run in their order.
 */
export function stepToRecover<S extends { stepIndex: number; status: StepStatus }>(steps: readonly S[]): S | undefined {
  return (
    steps.findLast(({ status }) => status === 'failed' || status === 'interrupted') ?? steps.findLast(({ status }) => status === 'aborted')
  )
}

/**
 * Whether a step that failed is tried again by itself.
 * @param attempts how often it has run, this time included; a person's `retry` counts as well
 */
export function mayRetry(policy: RetryPolicy | null, attempts: number, errorCode: string | null): boolean {
  if (!policy || attempts >= policy.max_attempts) return false
  return policy.on === undefined || (errorCode !== null && policy.on.includes(errorCode))
}

/** The first step that has not run yet. */
export function nextPendingStep<S extends { stepIndex: number; status: StepStatus }>(steps: readonly S[]): S | undefined {
  return steps.find((step) => step.status === 'pending')
}
