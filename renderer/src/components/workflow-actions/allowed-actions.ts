/** What a person may do with a workflow in its present state: what is not here, the lab would refuse. */

import { isDeletable, transitions, type WorkflowStatus } from '../../../../shared/domain/workflow.ts'

export const workflowActions = [
  'start',
  'run_step',
  'recover',
  'resume',
  'keep_running',
  'pause',
  'complete',
  'leave_queue',
  'cancel',
  'delete',
] as const
export type WorkflowAction = (typeof workflowActions)[number]

/** What the state of a workflow is known by: one of the list, one of the bench, or a whole one. */
export type ActionState = {
  status: WorkflowStatus
  auto: boolean | null
  pauseRequested?: boolean
  /** Whether one of its steps runs now. */
  stepRuns: boolean
  stepsLeft: number
}

/** The most likely first: to complete it, once no step is left. */
export function allowedActions({ status, auto, pauseRequested = false, stepRuns, stepsLeft }: ActionState): WorkflowAction[] {
  const can = transitions[status]
  const runs = status === 'running'
  const allowed: Readonly<Record<WorkflowAction, boolean>> = {
    start: status === 'created',
    run_step: runs && !auto && !stepRuns && !pauseRequested && stepsLeft > 0,
    recover: can.recover !== undefined,
    resume: can.resume !== undefined,
    keep_running: runs && pauseRequested,
    pause: can.pause !== undefined && !pauseRequested,
    complete: can.complete !== undefined && !stepRuns,
    leave_queue: status === 'queued',
    cancel: can.cancel !== undefined,
    delete: isDeletable(status),
  }
  const actions = workflowActions.filter((action) => allowed[action])
  return allowed.complete && stepsLeft === 0 ? ['complete', ...actions.filter((action) => action !== 'complete')] : actions
}
