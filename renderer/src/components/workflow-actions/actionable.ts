/** A workflow as its commands need to know it, from a line of the list or from the whole. */

import type { WorkflowRowWire, WorkflowWire } from '../../../../shared/contract/workflows.ts'

export type ActionableWorkflow = Pick<WorkflowRowWire, 'id' | 'name' | 'deviceId' | 'status' | 'auto' | 'priority' | 'pauseRequested'> & {
  /** Whether one of its steps runs now. */
  stepRuns: boolean
  stepsLeft: number
}

export function actionableRow(row: WorkflowRowWire): ActionableWorkflow {
  return { ...row, stepRuns: row.step?.status === 'running', stepsLeft: row.stepCount - row.stepsDone }
}

export function actionableWhole(workflow: WorkflowWire): ActionableWorkflow {
  return {
    ...workflow,
    stepRuns: workflow.steps.some((step) => step.status === 'running'),
    stepsLeft: workflow.steps.filter((step) => step.status === 'pending').length,
  }
}
