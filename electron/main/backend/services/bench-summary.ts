/** The bench in three numbers, and those whom a person has to decide on. */

import { inArray, sql } from 'drizzle-orm'
import { executionLogs } from '../../../../db/schema/history.ts'
import { workflows } from '../../../../db/schema/workflows.ts'
import type { Reader } from './lab.ts'

export type NeedsPerson = { id: string; name: string; deviceId: string; status: 'awaiting_recovery' | 'interrupted'; error: string | null }

export type Bench = {
  /** Workflows that are running, and operations that scripts run without one. */
  active: number
  /** Workflows that are queued. */
  waiting: number
  needPerson: NeedsPerson[]
}

const needy = ['awaiting_recovery', 'interrupted'] as const

/** Both statements stay on an index, however long the history is. */
export async function readBench(db: Reader): Promise<Bench> {
  const live = await db
    .select({ id: workflows.id, name: workflows.name, deviceId: workflows.deviceId, status: workflows.status, error: workflows.error })
    .from(workflows)
    .where(inArray(workflows.status, ['running', 'queued', ...needy]))
    .orderBy(workflows.seq)
  const ids = live.map(({ id }) => id)
  const operations = await db
    .select({ workflowId: executionLogs.workflowId })
    .from(executionLogs)
    .where(sql`${executionLogs.status} = 'running'`)

  const ofStatus = (status: string) => live.filter((workflow) => workflow.status === status).length
  return {
    active: ofStatus('running') + operations.filter(({ workflowId }) => !ids.includes(workflowId)).length,
    waiting: ofStatus('queued'),
    needPerson: live.flatMap(({ status, ...workflow }) =>
      status === 'awaiting_recovery' || status === 'interrupted' ? [{ ...workflow, status }] : [],
    ),
  }
}
