/** Workflows as lines of a list: filtered, in order, by keyset. One statement a page, whatever it holds. */

import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import { workflows } from '../../../../db/schema/workflows.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import { type StepStatus, type WorkflowOrder, type WorkflowStatus, workflowStatuses } from '../../../../shared/domain/workflow.ts'
import type { Reader } from './lab.ts'
import { contains } from './like.ts'
import type { WorkflowRow } from './workflow-state.ts'

export type WorkflowListFilter = {
  status?: readonly WorkflowStatus[] | undefined
  deviceId?: string | undefined
  priority?: Priority | undefined
  auto?: boolean | undefined
  /** Somewhere in its name, id or operator, or in the barcode of one of its samples. */
  text?: string | undefined
  workflowId?: string | undefined
}

/** The place of a page's last row: its value in the list's order, and its sequence number. */
export type WorkflowCursor = { value: string; seq: number }

export type WorkflowPage = { order: WorkflowOrder; after: WorkflowCursor | null; limit: number }

export type WorkflowLine = WorkflowRow & {
  sampleCount: number
  stepCount: number
  /** Completed or skipped. */
  stepsDone: number
  /** The step that runs or that a person has to decide on; else the next one. */
  step: { stepIndex: number; operation: string; status: StepStatus } | null
}

export async function readWorkflowPage(
  db: Reader,
  filter: WorkflowListFilter,
  { order, after, limit }: WorkflowPage,
): Promise<{ rows: WorkflowLine[]; next: WorkflowCursor | null }> {
  const { value, down } = orders[order]
  const direction = down ? sql`desc` : sql`asc`
  const rows = await db
    .select({ ...getTableColumns(workflows), value: sql<string>`${value ?? sql`''`}`, ...parts })
    .from(workflows)
    .where(and(...conditionsOf(filter), after ? isBehind(value, after, down) : undefined))
    .orderBy(...(value ? [sql`${value} ${direction}`] : []), sql`${workflows.seq} ${direction}`)
    .limit(limit)
  const last = rows.length === limit ? rows.at(-1) : undefined
  return { rows: rows.map(({ value: _, ...row }) => row), next: last ? { value: last.value, seq: last.seq } : null }
}

/** How many of them stand how. */
export async function countWorkflows(db: Reader, filter: WorkflowListFilter): Promise<Record<WorkflowStatus, number>> {
  const rows = await db
    .select({ status: workflows.status, count: sql<number>`count(*)::integer` })
    .from(workflows)
    .where(and(...conditionsOf(filter)))
    .groupBy(workflows.status)
  const counts = Object.fromEntries(workflowStatuses.map((status) => [status, 0])) as Record<WorkflowStatus, number> // all of them
  for (const { status, count } of rows) counts[status] = count
  return counts
}

/** By what does not change while a workflow runs, so that rows do not jump between pages. Null leaves it to the sequence number. */
const orders = {
  newest: { value: null, down: true },
  oldest: { value: null, down: false },
  name: { value: sql`lower(workflows.name) collate "C"`, down: false },
  name_down: { value: sql`lower(workflows.name) collate "C"`, down: true },
  device: { value: sql`workflows.device_id collate "C"`, down: false },
  device_down: { value: sql`workflows.device_id collate "C"`, down: true },
} satisfies Record<WorkflowOrder, { value: SQL | null; down: boolean }>

const parts = {
  sampleCount: sql<number>`(select count(*)::integer from workflow_samples s where s.workflow_id = workflows.id)`,
  stepCount: sql<number>`(select count(*)::integer from workflow_steps s where s.workflow_id = workflows.id)`,
  stepsDone: sql<number>`(select count(*)::integer from workflow_steps s where s.workflow_id = workflows.id and s.status in ('completed', 'skipped'))`,
  step: sql<WorkflowLine['step']>`(
    select json_build_object('stepIndex', s.step_index, 'operation', s.operation, 'status', s.status)
      from workflow_steps s
     where s.workflow_id = workflows.id and s.status not in ('completed', 'skipped')
     order by case s.status when 'running' then 0 when 'pending' then 2 else 1 end,
              case s.status when 'pending' then s.step_index else -s.step_index end
     limit 1)`,
}

function isBehind(value: SQL | null, after: WorkflowCursor, down: boolean): SQL {
  const place = value ? sql`(${value}, ${workflows.seq})` : sql`${workflows.seq}`
  const last = value ? sql`(${after.value}::text, ${after.seq}::bigint)` : sql`${after.seq}::bigint`
  return down ? sql`${place} < ${last}` : sql`${place} > ${last}`
}

function conditionsOf({ status, deviceId, priority, auto, text, workflowId }: WorkflowListFilter): (SQL | undefined)[] {
  return [
    workflowId === undefined ? undefined : eq(workflows.id, workflowId),
    status && status.length > 0 ? inArray(workflows.status, [...status]) : undefined,
    deviceId === undefined ? undefined : eq(workflows.deviceId, deviceId),
    priority === undefined ? undefined : eq(workflows.priority, priority),
    auto === undefined ? undefined : eq(workflows.auto, auto),
    text === undefined ? undefined : mentions(contains(text)),
  ]
}

function mentions(pattern: string): SQL {
  return sql`(${workflows.name} ilike ${pattern} or ${workflows.id} ilike ${pattern} or ${workflows.operator} ilike ${pattern}
    or ${workflows.id} in (select s.workflow_id from workflow_samples s where s.barcode ilike ${pattern}))`
}
