/** Where every command on a workflow begins: the rows of its devices and its own, locked in the lab's order. */

import { asc, eq, sql } from 'drizzle-orm'
import { workflowSteps } from '../../../../db/schema/workflows.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { type DeviceRow, lockDevices } from './devices.ts'
import type { Reader, Transaction } from './lab.ts'
import { lockWorkflow, type WorkflowRow } from './workflow-state.ts'

export type StepRow = typeof workflowSteps.$inferSelect

/** `devices`: its own and those its steps name, as they are now; one that was deleted meanwhile is not among them. */
export type Locked = { workflow: WorkflowRow; devices: Map<string, DeviceRow> }

/**
 * A workflow and all devices it may use, devices first. Which they are never changes after its creation.
 * @throws DomainError `workflow_not_found`
 */
export async function lockWorkflowAndDevices(tx: Transaction, workflowId: string): Promise<Locked> {
  const ids = await deviceIdsOf(tx, workflowId)
  if (ids.length === 0) throw workflowNotFound(workflowId)
  const devices = await lockDevices(tx, ids)
  const workflow = await lockWorkflow(tx, workflowId)
  if (!workflow) throw workflowNotFound(workflowId)
  return { workflow, devices }
}

/** Its own device and those its steps name; none for an id that is no workflow of this lab. */
export async function deviceIdsOf(db: Reader, workflowId: string): Promise<string[]> {
  const { rows } = await db.execute<{ device_id: string }>(sql`
    select device_id from workflows where id = ${workflowId}
    union
    select device_id from workflow_steps where workflow_id = ${workflowId} and device_id is not null`)
  return rows.map((row) => row.device_id)
}

export function ownDevice({ workflow, devices }: Locked): DeviceRow | undefined {
  return devices.get(workflow.deviceId)
}

export async function stepsOf(tx: Transaction, workflowId: string): Promise<StepRow[]> {
  return tx.select().from(workflowSteps).where(eq(workflowSteps.workflowId, workflowId)).orderBy(asc(workflowSteps.stepIndex))
}

export function workflowNotFound(workflowId: string): DomainError {
  return new DomainError('workflow_not_found', 'Workflow not found', { workflow_id: workflowId })
}
