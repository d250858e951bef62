/** What a lab says it did: the chain of events read from its table, and waiting for one instead of sleeping. */

import type { LabEvent } from '../../shared/domain/event.ts'
import type { TestLab } from './lab.ts'

/** An event as its row stands in the table. */
export type EventRow = {
  kind: string
  actor: string
  operator: string | null
  device_id: string | null
  workflow_id: string | null
  data: Record<string, unknown>
}

/** What `work` answered, and the events that were appended meanwhile, in order. */
export async function withEvents<T>({ lab }: TestLab, work: () => Promise<T>): Promise<{ answer: T; events: EventRow[] }> {
  const { pool } = lab.database
  const { rows: before } = await pool.query('select coalesce(max(id), 0) as id from events')
  const answer = await work()
  const columns = 'kind, actor, operator, device_id, workflow_id, data'
  const { rows: events } = await pool.query<EventRow>(`select ${columns} from events where id > $1 order by id`, [before[0].id])
  return { answer, events }
}

/** The next event that fits. Ask before doing what brings it about. */
export function nextEvent({ lab }: TestLab, fits: (event: LabEvent) => boolean): Promise<LabEvent> {
  return new Promise((resolve) => {
    const unsubscribe = lab.feed.subscribe((event) => {
      if (!fits(event)) return
      unsubscribe()
      resolve(event)
    })
  })
}
