/** How busy the lab was and how well it went, between edges of time that whoever asks has chosen (the days of their time zone, say). */

import { sql } from 'drizzle-orm'
import { durationSteps, percentile } from '../../../../shared/domain/duration-scale.ts'
import type { WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import { readActivity } from './activity.ts'
import { isoOf } from './execution-logs.ts'
import type { Lab, Reader } from './lab.ts'

/** One stretch between two edges. Of the devices only those that did something. */
export type ActivityStretch = { devices: { deviceId: string; count: number; bad: number; busyMs: number }[] }
export type OperationFigures = { operation: string; count: number; bad: number; p50Ms: number | null; p90Ms: number | null }
export type ActivityFigures = { stretches: ActivityStretch[]; operations: OperationFigures[]; complete: boolean; counted: number }

/** @param edges in order; one more than stretches. Those in between are right where they stand at quarters of an hour. */
export async function activityFigures(lab: Lab, edges: readonly Date[]): Promise<ActivityFigures> {
  const times = edges.map((edge) => edge.getTime())
  const { days, complete, counted } = await readActivity(lab, times[0] ?? 0, times.at(-1) ?? 0)
  const stretches = times.slice(1).map((): ActivityStretch => ({ devices: [] }))
  for (const { start, deviceId, count, bad, busyMs } of days.flatMap((day) => day.quarters)) {
    const devices = stretches[stretchOf(times, start)]?.devices
    const known = devices?.find((device) => device.deviceId === deviceId)
    if (known) Object.assign(known, { count: known.count + count, bad: known.bad + bad, busyMs: known.busyMs + busyMs })
    else devices?.push({ deviceId, count, bad, busyMs })
  }

  const operations = new Map<string, { count: number; bad: number; durations: Map<number, number> }>()
  for (const [operation, { count, bad, durations }] of days.flatMap((day) => [...day.operations])) {
    const sum = operations.get(operation) ?? { count: 0, bad: 0, durations: new Map<number, number>() }
    operations.set(operation, sum)
    sum.count += count
    sum.bad += bad
    for (const [mark, more] of durations) sum.durations.set(mark, (sum.durations.get(mark) ?? 0) + more)
  }
  return {
    stretches,
    operations: [...operations]
      .map(([operation, { count, bad, durations }]) => ({
        operation,
        count,
        bad,
        p50Ms: percentile(durations, 0.5) ?? null,
        p90Ms: percentile(durations, 0.9) ?? null,
      }))
      .sort((a, b) => b.count - a.count),
    complete,
    counted,
  }
}

export type FlowStretch = {
  /** Workflows that ended. */
  ended: Partial<Record<WorkflowStatus, number>>
  /** Requests that were served from a queue, and what they had waited. Seconds. */
  served: number
  waitP50: number | null
  waitP90: number | null
}

/** Rows one statement reads. */
const chunkSize = 2000

/** @param edges in order; one more than stretches */
export async function flowFigures(db: Reader, edges: readonly Date[]): Promise<FlowStretch[]> {
  const times = edges.map((edge) => edge.getTime())
  const stretches = times.slice(1).map(() => ({ ended: {} as FlowStretch['ended'], waits: new Map<number, number>() }))
  for await (const { at, status } of endedWorkflows(db, times)) {
    const ended = stretches[stretchOf(times, at)]?.ended
    if (ended) ended[status] = (ended[status] ?? 0) + 1
  }
  for await (const { at, mark } of servedEntries(db, times)) {
    const waits = stretches[stretchOf(times, at)]?.waits
    waits?.set(mark, (waits.get(mark) ?? 0) + 1)
  }
  return stretches.map(({ ended, waits }) => ({
    ended,
    served: [...waits.values()].reduce((sum, count) => sum + count, 0),
    waitP50: seconds(percentile(waits, 0.5)),
    waitP90: seconds(percentile(waits, 0.9)),
  }))
}

async function* endedWorkflows(db: Reader, times: number[]): AsyncGenerator<{ at: number; status: WorkflowStatus }> {
  for (let after: { at: string; id: string } | undefined; ; ) {
    const { rows }: { rows: { at: string; id: string; status: WorkflowStatus }[] } = await db.execute(sql`
      select completed_at::text as at, id, status from workflows
       where completed_at is not null and completed_at >= ${first(times)} and completed_at < ${last(times)}
         ${after ? sql`and (completed_at, id) > (${after.at}::timestamptz, ${after.id})` : sql``}
       order by completed_at, id limit ${chunkSize}`)
    for (const { at, status } of rows) yield { at: Date.parse(isoOf(at)), status }
    after = rows.at(-1)
    if (rows.length < chunkSize) return
  }
}

async function* servedEntries(db: Reader, times: number[]): AsyncGenerator<{ at: number; mark: number }> {
  for (let after: { at: string; id: string } | undefined; ; ) {
    const { rows }: { rows: { at: string; id: string; mark: number }[] } = await db.execute(sql`
      select booked_at::text as at, id::text as id,
             floor(ln(greatest(1, extract(epoch from booked_at - queued_at)::float8 * 1000)) * ${durationSteps}::float8)::integer as mark
        from device_queue where status = 'booked' and booked_at >= ${first(times)} and booked_at < ${last(times)}
         ${after ? sql`and (booked_at, id) > (${after.at}::timestamptz, ${after.id}::bigint)` : sql``}
       order by booked_at, id limit ${chunkSize}`)
    for (const { at, mark } of rows) yield { at: Date.parse(isoOf(at)), mark }
    after = rows.at(-1)
    if (rows.length < chunkSize) return
  }
}

function first(times: number[]) {
  return sql`${new Date(times[0] ?? 0).toISOString()}::timestamptz`
}

function last(times: number[]) {
  return sql`${new Date(times.at(-1) ?? 0).toISOString()}::timestamptz`
}

/** The number of the stretch that a time falls into; -1 before the first edge. */
function stretchOf(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

function seconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : milliseconds / 1000
}
