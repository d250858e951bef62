/** What must be true of the database at every moment, whoever did what in whatever order. */

import type { Pool } from 'pg'
import { expect } from 'vitest'

/** Each statement gives the rows that break a rule. */
const rules: Readonly<Record<string, string>> = {
  'a device has at most one active booking': `
    select device_id from device_bookings where status = 'active' group by device_id having count(*) > 1`,
  'a device is busy exactly when it has an active booking': `
    select id from devices d where (status = 'busy') <> exists (select 1 from device_bookings b where b.device_id = d.id and b.status = 'active')`,
  'a device that can be booked has no queue': `
    select id from devices d where status = 'available' and mode = 'processing' and connection = 'online'
       and exists (select 1 from device_queue q where q.device_id = d.id and q.status = 'waiting')`,
  'queue_length counts the waiting entries': `
    select id from devices d where queue_length <> (select count(*) from device_queue q where q.device_id = d.id and q.status = 'waiting')`,
  'a workflow waits at most once for a device': `
    select device_id, workflow_id from device_queue where status = 'waiting' group by 1, 2 having count(*) > 1`,
  'nobody waits for a device it holds': `
    select q.id from device_queue q join device_bookings b using (device_id, workflow_id) where q.status = 'waiting' and b.status = 'active'`,
  'a workflow is queued exactly when it has a waiting entry': `
    select w.id from workflows w
     where (w.status = 'queued') <> exists (select 1 from device_queue q where q.workflow_id = w.id and q.status = 'waiting')`,
  'a released booking has its time, an active one has none': `
    select id from device_bookings where (status = 'released') <> (released_at is not null)`,
  'no booking ends before it began or overlaps the next on its device': `
    select a.id from device_bookings a join device_bookings b on b.device_id = a.device_id and b.id > a.id
     where a.released_at is null or a.released_at > b.booked_at or a.released_at < a.booked_at`,
  // A script may book anew in its name afterwards: any workflow id may book.
  'a workflow that has ended gave its device back': `
    select w.id from workflows w join device_bookings b on b.workflow_id = w.id and b.status = 'active' and b.device_id = w.device_id
     where w.status in ('completed', 'failed', 'cancelled') and b.booked_at < w.completed_at`,
  'at most one operation runs on a device': `
    select device_id from execution_logs where status = 'running' group by device_id having count(*) > 1`,
  'a step runs exactly when its operation does': `
    select s.workflow_id, s.step_index from workflow_steps s
     where (s.status = 'running') <> exists (
       select 1 from execution_logs l where l.workflow_id = s.workflow_id and l.step_index = s.step_index and l.status = 'running')`,
  'an ended workflow has no step that waits or runs': `
    select w.id from workflows w join workflow_steps s on s.workflow_id = w.id
     where w.status in ('completed', 'failed', 'cancelled') and s.status in ('pending', 'running')`,
  'the chain of events is whole': `select first_broken_event() as id where first_broken_event() is not null`,
}

/** Fails naming the rules that are broken, with the rows that break them. */
export async function expectInvariants(pool: Pool): Promise<void> {
  expect(await brokenRules(pool)).toEqual({})
}

/** The rules that are broken, each with the rows that break it. */
export async function brokenRules(pool: Pool): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {}
  for (const [rule, statement] of Object.entries(rules)) {
    const { rows } = await pool.query(statement)
    if (rows.length > 0) broken[rule] = rows
  }
  return broken
}
