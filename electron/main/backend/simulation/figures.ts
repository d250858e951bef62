/** What a day came to, read from the tables that it left. */

import { type Priority, priorities } from '../../../../shared/domain/queue.ts'
import type { Database } from '../database/open.ts'
import { type Accuracy, predictionAccuracy } from '../services/predictions.ts'

export type DayFigures = {
  /** Parts of the day, 0 to 1: held by somebody, and at work. */
  devices: { id: string; booked: number; running: number; operations: number }[]
  /** Of those that waited in a queue and got the device, in seconds. */
  waits: { priority: Priority; count: number; median: number | null; p90: number | null; longest: number | null }[]
  /** How they ended; without any, nothing is listed. */
  workflows: Record<string, number>
  operations: Record<string, number>
  /** Of those that did not complete, by the driver's or the program's code. */
  failures: Record<string, number>
  /** How often a device was lost, and how often the circuit breaker took one out of service. */
  outages: { offline: number; breaker: number }
  /** How often a workflow gave up a device so that nobody waits in a circle. */
  gaveWay: number
  /** What people did about failures. */
  recoveries: Record<string, number>
  /** How good the predictions were. */
  estimates: Accuracy[]
  /** Workflows that have not ended, entries that wait, devices that are held: none, when everything came to its end. */
  left: { workflows: number; waiting: number; held: number }
}

type Span = { from: Date; until: Date; after: Date }

/** @param after when everything had come to its end */
export async function readFigures({ pool, db }: Database, { from, until, after }: Span): Promise<DayFigures> {
  const select = async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query<Row>(text, values)).rows
  const counts = async (text: string) =>
    Object.fromEntries((await select<{ name: string; count: string }>(text)).map(({ name, count }) => [name, Number(count)]))

  const devices = await select<DayFigures['devices'][number]>(
    `select d.id, least(1, ${shareOf('b.booked_at', 'b.released_at', 'device_bookings b')}) as booked,
            least(1, ${shareOf('l.started_at', 'l.completed_at', 'execution_logs l')}) as running,
            (select count(*)::int from execution_logs l where l.device_id = d.id) as operations
       from devices d order by d.id`,
    [from, until],
  )
  const waited = await select<DayFigures['waits'][number]>(
    `select priority, count(*)::int as count, percentile_cont(0.5) within group (order by seconds) as median,
            percentile_cont(0.9) within group (order by seconds) as p90, max(seconds)::float8 as longest
       from (select priority, extract(epoch from booked_at - queued_at) as seconds from device_queue where status = 'booked') waited
      group by priority`,
  )
  const [told] = await select<DayFigures['outages'] & { gaveWay: number }>(
    `select count(*) filter (where data ->> 'connection' = 'offline')::int as offline,
            count(*) filter (where data ->> 'mode' = 'maintenance' and actor = 'runner')::int as breaker,
            count(*) filter (where data ->> 'gave_way_for' is not null)::int as "gaveWay"
       from events where kind in ('device.changed', 'device.released')`,
  )
  const [left] = await select<DayFigures['left']>(
    `select (select count(*)::int from workflows where status not in ('completed', 'failed', 'cancelled')) as workflows,
            (select count(*)::int from device_queue where status = 'waiting') as waiting,
            (select count(*)::int from device_bookings where status = 'active') as held`,
  )
  return {
    devices,
    waits: priorities.map(
      (priority) => waited.find((row) => row.priority === priority) ?? { priority, count: 0, median: null, p90: null, longest: null },
    ),
    workflows: await counts('select status::text as name, count(*) from workflows group by 1 order by 1'),
    operations: await counts('select status::text as name, count(*) from execution_logs group by 1 order by 1'),
    failures: await counts(
      `select coalesce(error_code, 'none') as name, count(*) from execution_logs where status <> 'completed' group by 1 order by 1`,
    ),
    outages: { offline: told?.offline ?? 0, breaker: told?.breaker ?? 0 },
    gaveWay: told?.gaveWay ?? 0,
    recoveries: await counts(`select data ->> 'action' as name, count(*) from events
       where kind = 'workflow.recovered' or (kind = 'workflow.failed' and data ->> 'action' is not null) group by 1 order by 1`),
    estimates: await predictionAccuracy(db, from, after),
    left: left ?? { workflows: 0, waiting: 0, held: 0 },
  }
}

/** The part of the span ($1 to $2) that the rows of a device fill. */
function shareOf(began: string, ended: string, table: string): string {
  return `coalesce((select sum(extract(epoch from greatest(least(coalesce(${ended}, $2), $2) - greatest(${began}, $1), interval '0')))
             from ${table} where device_id = d.id), 0)::float8 / extract(epoch from $2::timestamptz - $1::timestamptz)::float8`
}
