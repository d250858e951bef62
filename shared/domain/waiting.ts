/** Why a workflow does not go on now, in sentences. */

import { nextPendingStep, type StepStatus, stepToRecover, type WorkflowStatus } from './workflow.ts'

export type WaitingWorkflow = {
  status: WorkflowStatus
  deviceId: string
  gaveWay: boolean
  pauseRequested: string | null
  /** Null while nobody has said how its steps run. */
  auto: boolean | null
  steps: readonly {
    stepIndex: number
    operation: string
    status: StepStatus
    error: string | null
    retryAt: Date | null
    deviceId: string | null
  }[]
  /** The device it waits for, and the step that waits; null for the workflow as a whole. One at most. */
  waitsFor: readonly { deviceId: string; stepIndex: number | null }[]
  holds: readonly { deviceId: string; device: { connection: 'online' | 'offline' } }[]
}

/** None when it goes on or is over. Who is ahead of it, the wait-time of the device tells. */
export function whyItWaits(workflow: WaitingWorkflow): string[] {
  const { status, steps, waitsFor, gaveWay, deviceId } = workflow
  const reasons = waitsFor.map(({ deviceId: wanted, stepIndex }) => {
    const who = stepIndex === null ? 'It' : stepName(steps.find((step) => step.stepIndex === stepIndex))
    return `${who} waits for the device "${wanted}"`
  })
  if (gaveWay && status === 'running') reasons.push(`It let others have the device "${deviceId}", which waited in a circle with it`)
  const next = nextPendingStep(steps)
  if (status === 'running' && next && !steps.some((step) => step.status === 'running')) {
    reasons.push(...whyItsDeviceIsMissing(workflow, next.deviceId ?? deviceId))
    if (next.retryAt) {
      const again = workflow.auto ? `is tried again at ${next.retryAt.toISOString()}` : 'may be tried again'
      reasons.push(`${stepName(next)} ${again}: ${next.error}`)
    }
  }
  if (workflow.pauseRequested) reasons.push('It pauses when its running operation has ended')
  if (status === 'paused') reasons.push('It is paused until somebody resumes it')
  if (status === 'awaiting_recovery' || status === 'interrupted') {
    const step = stepToRecover(steps)
    reasons.push(`Somebody has to decide on ${step ? `step ${step.stepIndex} "${step.operation}": ${step.error}` : 'it'}`)
  }
  return reasons
}

/** The next step needs a device that the workflow has lost, or that nobody reaches. */
function whyItsDeviceIsMissing({ deviceId, gaveWay, waitsFor, holds }: WaitingWorkflow, wanted: string): string[] {
  const held = holds.find((booking) => booking.deviceId === wanted)
  if (held) return held.device.connection === 'offline' ? [`The device "${wanted}" is offline`] : []
  const lost = wanted === deviceId && !gaveWay && waitsFor.length === 0
  return lost ? [`Somebody released its device "${wanted}"; pause and resume it to book the device again`] : []
}

function stepName(step: { stepIndex: number; operation: string } | undefined): string {
  return step ? `Step ${step.stepIndex} "${step.operation}"` : 'A step'
}
