/** Where every command on a workflow begins: its device's row and its own, locked in the lab's order. */

import { asc, eq } from 'drizzle-orm'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { type DeviceRow, lockDeviceIfKept } from './devices.ts'
import type { Transaction } from './lab.ts'
import { lockWorkflow, type WorkflowRow } from './workflow-state.ts'

export type StepRow = typeof workflowSteps.$inferSelect

/**
 * A workflow and its device, device first. The device may have been deleted meanwhile.
 * @throws DomainError `workflow_not_found`
 */
export async function lockWorkflowAndDevice(
  tx: Transaction,
  workflowId: string,
): Promise<{ device: DeviceRow | undefined; workflow: WorkflowRow }> {
  const seen = await tx.query.workflows.findFirst({ columns: { deviceId: true }, where: (table, { eq }) => eq(table.id, workflowId) })
  if (!seen) throw workflowNotFound(workflowId)
  const device = await lockDeviceIfKept(tx, seen.deviceId)
  const workflow = await lockWorkflow(tx, workflowId)
  if (!workflow) throw workflowNotFound(workflowId)
  return { device, workflow }
}

export async function stepsOf(tx: Transaction, workflowId: string): Promise<StepRow[]> {
  return tx.select().from(workflowSteps).where(eq(workflowSteps.workflowId, workflowId)).orderBy(asc(workflowSteps.stepIndex))
}

export function workflowNotFound(workflowId: string): DomainError {
  return new DomainError('workflow_not_found', 'Workflow not found', { workflow_id: workflowId })
}
