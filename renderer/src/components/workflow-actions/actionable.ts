/** A workflow as its commands need to know it, from a line of the list, from the whole, or from a device that it has. */

import type { HolderWire } from '../../../../shared/contract/bench.ts'
import type { WorkflowRowWire, WorkflowWire } from '../../../../shared/contract/workflows.ts'

export type ActionableWorkflow = Pick<WorkflowRowWire, 'id' | 'name' | 'deviceId' | 'status' | 'auto' | 'priority' | 'pauseRequested'> & {
  /** Whether one of its steps runs now. */
  stepRuns: boolean
  stepsLeft: number
}

export function actionableRow(row: WorkflowRowWire): ActionableWorkflow {
  return { ...row, stepRuns: row.step?.status === 'running', stepsLeft: row.stepCount - row.stepsDone }
}

/** Null for a workflow that a script brought: it is the script's to command. */
export function actionableHolder(holder: HolderWire): ActionableWorkflow | null {
  const { workflowId: id, workflowName: name, ownDeviceId: deviceId, priority, status, auto, pauseRequested, step, elsewhere } = holder
  if (name === null || deviceId === null || priority === null || status === null) return null
  const stepRuns = step?.status === 'running' || elsewhere?.waits === false
  return { id, name, deviceId, status, auto, priority, pauseRequested, stepRuns, stepsLeft: holder.stepCount - holder.stepsDone }
}

export function actionableWhole(workflow: WorkflowWire): ActionableWorkflow {
  return {
    ...workflow,
    stepRuns: workflow.steps.some((step) => step.status === 'running'),
    stepsLeft: workflow.steps.filter((step) => step.status === 'pending').length,
  }
}
