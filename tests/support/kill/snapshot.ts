/** What stands in a lab's tables at one moment, as far as a crash may not change it. */

import { cpSync, rmSync } from 'node:fs'
import { openEmbeddedStore } from '../../../electron/main/backend/database/embedded-store.ts'
import { brokenRules } from '../../../electron/main/backend/database/lab-rules.ts'

type Query = { query(text: string): Promise<{ rows: Record<string, unknown>[] }> }

export type Operation = {
  id: number
  device_id: string
  workflow_id: string
  step_index: number | null
  status: string
  stop_kind: string | null
  error: string | null
  ended: boolean
}
export type WorkflowState = {
  id: string
  device_id: string
  status: string
  auto: boolean
  /** Of each step: status, attempts, and the device it runs on. */
  steps: { status: string; attempts: number; device_id: string }[]
  /** How many operations were ever started in its name. */
  operations: number
}

export type Snapshot = {
  /** By id, those of scripts as well. */
  running: Operation[]
  operations: Map<number, Operation>
  workflows: Map<string, WorkflowState>
  /** The active booking of each device. */
  bookings: Map<string, { id: number; workflow_id: string }>
  /** Ids of the waiting entries of each device, in order of turn. */
  queues: Map<string, number[]>
  /** Workflows that wait for a device, for themselves or for a step. */
  waiting: Set<string>
  /** The latest queue entry there is. */
  lastEntry: number
  offline: Set<string>
  /** Whoever appended an event: each command of the crowd has an operator of its own. */
  operators: Set<string>
  lastEvent: number
  broken: Record<string, unknown[]>
}

/** The one statement for all of it, so that it is of one moment. */
const everything = `select
  (select json_agg(l order by id) from (
     select id, device_id, workflow_id, step_index, status, stop_request ->> 'kind' as stop_kind, error, completed_at is not null as ended
       from execution_logs) l) as operations,
  (select json_agg(w) from (
     select id, device_id, status, auto,
            (select coalesce(json_agg(json_build_object('status', s.status, 'attempts', s.attempts, 'device_id', coalesce(s.device_id, w.device_id))
                     order by step_index), '[]')
               from workflow_steps s where s.workflow_id = w.id) as steps,
            (select count(*) from execution_logs l where l.workflow_id = w.id) as operations
       from workflows w) w) as workflows,
  (select json_agg(b) from (select id, device_id, workflow_id from device_bookings where status = 'active') b) as bookings,
  (select json_agg(q) from (
     select id, device_id, workflow_id from device_queue where status = 'waiting' order by priority, rank, id) q) as queue,
  (select max(id) from device_queue) as last_entry,
  (select json_agg(id) from devices where connection = 'offline') as offline,
  (select json_agg(distinct operator) from events where operator is not null) as operators,
  (select max(id) from events) as last_event`

export async function takeSnapshot(database: Query): Promise<Snapshot> {
  const { rows } = await database.query(everything)
  const row = rows[0] as {
    operations: Operation[] | null
    workflows: WorkflowState[] | null
    bookings: { id: number; device_id: string; workflow_id: string }[] | null
    queue: { id: number; device_id: string; workflow_id: string }[] | null
    last_entry: string | null
    offline: string[] | null
    operators: string[] | null
    last_event: string
  } // as `everything` selects it
  const operations = row.operations ?? []
  const queues = new Map<string, number[]>()
  for (const { id, device_id } of row.queue ?? []) queues.set(device_id, [...(queues.get(device_id) ?? []), id])
  return {
    running: operations.filter(({ status }) => status === 'running'),
    operations: new Map(operations.map((operation) => [operation.id, operation])),
    workflows: new Map((row.workflows ?? []).map((workflow) => [workflow.id, workflow])),
    bookings: new Map((row.bookings ?? []).map(({ id, device_id, workflow_id }) => [device_id, { id, workflow_id }])),
    queues,
    waiting: new Set(row.queue?.map(({ workflow_id }) => workflow_id)),
    lastEntry: Number(row.last_entry),
    offline: new Set(row.offline),
    operators: new Set(row.operators),
    lastEvent: Number(row.last_event),
    broken: await brokenRules(database),
  }
}

/** Copies the folder of a dead program, to look into it without touching what the program will find. */
export function copyOfDead(dataDir: string): { read(): Promise<Snapshot> } {
  const copy = `${dataDir}-copy`
  cpSync(dataDir, copy, { recursive: true })
  return {
    async read() {
      const store = await openEmbeddedStore(copy, { flush: () => {} })
      try {
        return await takeSnapshot(store.pool)
      } finally {
        await store.close()
        rmSync(copy, { recursive: true, force: true })
      }
    },
  }
}
