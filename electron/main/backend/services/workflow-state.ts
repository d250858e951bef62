/** The one place that changes a workflow's status: by the transition table, with its times and its event. */

import { eq, sql } from 'drizzle-orm'
import { workflows } from '../../../../db/schema/workflows.ts'
import type { EventKind } from '../../../../shared/domain/event.ts'
import { hasEnded, nextStatus, type WorkflowTrigger } from '../../../../shared/domain/workflow.ts'
import { appendEvent, type Transaction } from './lab.ts'

export type WorkflowRow = typeof workflows.$inferSelect

/** `kind` null: what happened is told by another event of the same command. */
type Options = { kind: EventKind | null; set?: Partial<typeof workflows.$inferInsert>; data?: Record<string, unknown> }

/** The workflow's row, locked until the transaction ends; lock its device first. Undefined when the lab has none of that id. */
export async function lockWorkflow(tx: Transaction, workflowId: string): Promise<WorkflowRow | undefined> {
  const [row] = await tx.select().from(workflows).where(eq(workflows.id, workflowId)).for('update')
  return row
}

/**
 * Moves the workflow along the transition table and says so.
 * @throws DomainError `invalid_state`
 */
export async function changeStatus(
  tx: Transaction,
  workflow: WorkflowRow,
  trigger: WorkflowTrigger,
  options: Options,
): Promise<WorkflowRow> {
  const status = nextStatus(workflow.status, trigger)
  const { now } = tx.context
  const [changed] = await tx
    .update(workflows)
    .set({
      status,
      auto: workflow.auto ?? false,
      ...(status === 'queued' ? { queuedAt: now } : {}),
      ...(status === 'running' ? { startedAt: sql`coalesce(${workflows.startedAt}, ${now.toISOString()}::timestamptz)`, error: null } : {}),
      ...(hasEnded(status) ? { completedAt: now } : {}),
      ...(status === 'running' ? {} : { pauseRequested: null }),
      ...options.set,
    })
    .where(eq(workflows.id, workflow.id))
    .returning()
  if (options.kind) tell(tx, { ...workflow, status }, options.kind, options.data ?? {})
  return changed ?? { ...workflow, status }
}

/** The workflow pauses when its running operation ends. */
export async function requestPause(tx: Transaction, workflow: WorkflowRow, wish: 'hold_device' | 'release_device'): Promise<void> {
  if (workflow.pauseRequested === wish) return
  await tx.update(workflows).set({ pauseRequested: wish }).where(eq(workflows.id, workflow.id))
  tell(tx, workflow, 'workflow.pause_requested', { releases_device: wish === 'release_device' })
}

/** The workflow goes on when its running operation ends, as if no pause had been asked for. */
export async function withdrawPause(tx: Transaction, workflow: WorkflowRow): Promise<void> {
  await tx.update(workflows).set({ pauseRequested: null }).where(eq(workflows.id, workflow.id))
  tell(tx, workflow, 'workflow.pause_withdrawn', {})
}

function tell(tx: Transaction, { id, name, deviceId, status }: WorkflowRow, kind: EventKind, data: Record<string, unknown>): void {
  appendEvent(tx, { kind, deviceId, workflowId: id, data: { name, status, ...data } })
}
