/** Workflows as people and scripts see them: reading, creating and deleting. */

import { randomUUID } from 'node:crypto'
import { asc, eq, sql } from 'drizzle-orm'
import { deviceBookings, deviceQueue } from '../../../../db/schema/devices.ts'
import { samples, workflowSamples, workflowSteps, workflows } from '../../../../db/schema/workflows.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import { isDeletable, type RetryPolicy, type WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import { type DeviceRow, getDevice } from './devices.ts'
import { appendEvent, type Reader, type Transaction } from './lab.ts'
import { operationOf, operationRunning } from './running-operation.ts'
import { letGo } from './workflow-endings.ts'
import { lockWorkflowAndDevices, type StepRow, workflowNotFound } from './workflow-lock.ts'
import type { WorkflowRow } from './workflow-state.ts'

/** `steps` in order of their index, `samples` in the order the workflow named them, `waitsFor` and `holds` as they are now. */
export type Workflow = WorkflowRow & {
  steps: StepRow[]
  samples: { barcode: string }[]
  waitsFor: { deviceId: string; stepIndex: number | null }[]
  holds: { deviceId: string; device: { connection: DeviceRow['connection'] } }[]
}

export type WorkflowFilter = {
  status?: WorkflowStatus | undefined
  deviceId?: string | undefined
  /** Only those created before the one with this sequence number. */
  before?: number | undefined
  limit?: number | undefined
}

/** The newest first, each with its steps and samples, in one SQL statement however many there are. */
export async function listWorkflows(db: Reader, filter: WorkflowFilter): Promise<Workflow[]> {
  const { status, deviceId, before, limit } = filter
  return db.query.workflows.findMany({
    with: withParts,
    where: (table, { and, eq, lt }) =>
      and(
        status === undefined ? undefined : eq(table.status, status),
        deviceId === undefined ? undefined : eq(table.deviceId, deviceId),
        before === undefined ? undefined : lt(table.seq, before),
      ),
    orderBy: (table, { desc }) => desc(table.seq),
    ...(limit === undefined ? {} : { limit }),
  })
}

/** @throws DomainError `workflow_not_found` */
export async function getWorkflow(db: Reader, workflowId: string): Promise<Workflow> {
  const workflow = await findWorkflow(db, workflowId)
  if (!workflow) throw workflowNotFound(workflowId)
  return workflow
}

/** As `getWorkflow`, for one that may have been deleted meanwhile. */
export async function findWorkflow(db: Reader, workflowId: string): Promise<Workflow | undefined> {
  return db.query.workflows.findFirst({ with: withParts, where: (table, { eq }) => eq(table.id, workflowId) })
}

export type WorkflowWithSteps = WorkflowRow & { steps: StepRow[] }

/** The lab's own workflows among these ids, in one statement. */
export async function workflowsWithSteps(db: Reader, ids: readonly string[]): Promise<WorkflowWithSteps[]> {
  return db.query.workflows.findMany({
    with: { steps: withParts.steps },
    where: (table, { inArray }) => inArray(table.id, [...ids]),
  })
}

/** Null or absent: the workflow's own device, no retries, the operation's own limit. */
export type NewStep = {
  operation: string
  parameters: JsonObject
  deviceId?: string | null | undefined
  hold?: boolean | undefined
  retry?: RetryPolicy | null | undefined
  timeoutSeconds?: number | null | undefined
}
/** `auto` null or absent: whoever starts it says. */
export type NewWorkflow = {
  name: string
  deviceId: string
  barcodes: string[]
  steps: NewStep[]
  priority: Priority
  auto?: boolean | null
}

/** @throws DomainError `unknown_device`, `unknown_samples` (all of them listed) */
export async function createWorkflow(tx: Transaction, values: NewWorkflow): Promise<Workflow> {
  await mustKnowDevice(tx, values.deviceId, 'device_id')
  for (const [index, { deviceId }] of values.steps.entries()) {
    if (deviceId != null) await mustKnowDevice(tx, deviceId, `steps[${index}].device_id`)
  }
  await mustKnowSamples(tx, values.barcodes)
  const id = randomUUID()
  await tx.insert(workflows).values({
    id,
    name: values.name,
    deviceId: values.deviceId,
    priority: values.priority,
    auto: values.auto ?? null,
    operator: tx.context.caller.operator,
    createdAt: tx.context.now,
  })
  if (values.steps.length > 0) {
    await tx.insert(workflowSteps).values(values.steps.map((step, stepIndex) => ({ workflowId: id, stepIndex, ...step })))
  }
  if (values.barcodes.length > 0) {
    await tx.insert(workflowSamples).values(values.barcodes.map((barcode, position) => ({ workflowId: id, position, barcode })))
  }
  appendEvent(tx, {
    kind: 'workflow.created',
    deviceId: values.deviceId,
    workflowId: id,
    data: { name: values.name, steps: values.steps.length, samples: values.barcodes.length },
  })
  return getWorkflow(tx, id)
}

/**
 * Deletes a workflow that never started or has ended. A device that was booked in its name is released to the next in line.
 * @throws DomainError `workflow_not_found`, `workflow_in_use`, `operation_running` (a script's own, on a device booked in its name)
 */
export async function deleteWorkflow(tx: Transaction, workflowId: string): Promise<void> {
  const locked = await lockWorkflowAndDevices(tx, workflowId)
  const { workflow } = locked
  if (!isDeletable(workflow.status)) {
    throw new DomainError('workflow_in_use', `Workflow is ${workflow.status}; cancel it before deleting it`, { status: workflow.status })
  }
  const running = await operationOf(tx, workflow)
  if (running) throw operationRunning(running)
  await tx.delete(workflows).where(eq(workflows.id, workflowId))
  appendEvent(tx, { kind: 'workflow.deleted', deviceId: workflow.deviceId, workflowId, data: { name: workflow.name } })
  await letGo(tx, locked)
}

const withParts = {
  steps: { orderBy: asc(workflowSteps.stepIndex) },
  samples: { columns: { barcode: true }, orderBy: asc(workflowSamples.position) },
  waitsFor: { columns: { deviceId: true, stepIndex: true }, where: eq(deviceQueue.status, 'waiting') },
  holds: { columns: { deviceId: true }, with: { device: { columns: { connection: true } } }, where: eq(deviceBookings.status, 'active') },
} as const

async function mustKnowDevice(tx: Transaction, deviceId: string, field: string): Promise<void> {
  try {
    await getDevice(tx, deviceId)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new DomainError('unknown_device', `There is no device "${deviceId}"`, { field, device_id: deviceId })
  }
}

async function mustKnowSamples(tx: Transaction, barcodes: string[]): Promise<void> {
  if (barcodes.length === 0) return
  const rows = await tx
    .select({ barcode: samples.barcode })
    .from(samples)
    .where(sql`${samples.barcode} = any(${sql.param(barcodes)}::text[])`)
  const known = new Set(rows.map((row) => row.barcode))
  const unknown = [...new Set(barcodes.filter((barcode) => !known.has(barcode)))]
  if (unknown.length > 0) {
    throw new DomainError('unknown_samples', `These samples are not known: ${unknown.join(', ')}`, {
      field: 'sample_barcodes',
      barcodes: unknown,
    })
  }
}
