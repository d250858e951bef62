/**
 * What devices did, summed by the quarter of an hour, and operations by the day. A day of logs is read once, in short statements, and its sums
 * are kept in memory: months add up without a statement that anybody has to wait for.
 */

import { sql } from 'drizzle-orm'
import { durationSteps } from '../../../../shared/domain/duration-scale.ts'
import type { Database } from '../database/open.ts'
import { isoOf } from './execution-logs.ts'
import type { Lab, Reader } from './lab.ts'
import type { LogCursor } from './log-filter.ts'

/**
 * `start` in milliseconds since 1970; `bad`: failed, aborted or interrupted. An operation counts to the quarter of an hour it began in: in some
 * time zones hours and days begin at half past or a quarter to.
 */
export type QuarterSum = { start: number; deviceId: string; count: number; bad: number; busyMs: number }

/** `durations` of those that completed, by the marks of shared/domain/duration-scale.ts. */
export type OperationSum = { count: number; bad: number; durations: Map<number, number> }

/** Of a day (UTC), or of the part of it that was asked about. */
export type DaySum = { quarters: QuarterSum[]; operations: Map<string, OperationSum> }

export type Activity = {
  days: DaySum[]
  /** False: ask again, it reads on. */
  complete: boolean
  /** How much of the time has been read, 0 to 1. */
  counted: number
}

const dayMs = 86_400_000
/** Rows one statement looks at: some 10 ms of the embedded database. */
const chunkSize = 4000
/** Statements of one call. */
const chunksAtOnce = 12
/** A day that is not over is read again after this long. Milliseconds. */
const freshFor = 5_000
/** A day is over when nothing can be committed into it any more. Milliseconds. */
const settleMs = 60_000
const keptDays = 800

type Day = DaySum & { after: LogCursor | undefined; complete: boolean; settled: boolean; readAt: number }
/** By their start and end. */
type Days = { byStretch: Map<string, Day>; reading: Promise<unknown> }

/** The sums say something about one database, so they live as long as that. */
const daysOf = new WeakMap<Database, Days>()

/** @param from, to milliseconds since 1970; days (UTC) that they cut are summed for themselves from there, and up to there */
export async function readActivity(lab: Lab, from: number, to: number): Promise<Activity> {
  const days = daysOf.get(lab.database) ?? { byStretch: new Map(), reading: Promise.resolve() }
  daysOf.set(lab.database, days)
  // One reads at a time, so that no day is counted twice.
  const mine = days.reading.then(() => readOn(lab, days.byStretch, from, to))
  days.reading = mine.catch(() => undefined)
  return mine
}

async function readOn(lab: Lab, byStretch: Days['byStretch'], from: number, to: number): Promise<Activity> {
  const { db } = lab.database
  const now = lab.clock.now().getTime()
  const settled = Math.min(now - settleMs, await oldestRunning(db))
  const found: Day[] = []
  let left = chunksAtOnce

  for (let start = from; start < to; ) {
    const end = Math.min(to, dayOf(start) + dayMs)
    const key = `${start} ${end}`
    const known = byStretch.get(key)
    const isFresh = known?.complete && (known.settled || now - known.readAt < freshFor)
    if (!known && left > 0) {
      // Whole months may be empty.
      const next = await nextLogFrom(db, start, to)
      left -= 1
      if (next === undefined) break
      if (next >= end) {
        start = dayOf(next)
        continue
      }
    }
    const day = isFresh ? known : known && !known.complete ? known : emptyDay()
    byStretch.delete(key)
    byStretch.set(key, day)
    while (!day.complete && left > 0) {
      left -= 1
      await readChunk(db, day, start, end)
    }
    if (!day.complete) return { days: found, complete: false, counted: (start - from) / (to - from) }
    if (!isFresh) Object.assign(day, { settled: end <= settled, readAt: now })
    found.push(day)
    start = end
  }
  for (const oldest of [...byStretch.keys()].slice(0, -keptDays)) byStretch.delete(oldest)
  return { days: found, complete: true, counted: 1 }
}

function emptyDay(): Day {
  return { quarters: [], operations: new Map(), after: undefined, complete: false, settled: false, readAt: 0 }
}

function dayOf(time: number): number {
  return Math.floor(time / dayMs) * dayMs
}

async function nextLogFrom(db: Reader, from: number, to: number): Promise<number | undefined> {
  const { rows } = await db.execute<{ at: string }>(sql`
    select started_at::text as at from execution_logs
     where started_at >= ${new Date(from).toISOString()}::timestamptz and started_at < ${new Date(to).toISOString()}::timestamptz
     order by started_at, id limit 1`)
  const [first] = rows
  return first && Date.parse(isoOf(first.at))
}

async function oldestRunning(db: Reader): Promise<number> {
  const { rows } = await db.execute<{ at: string | null }>(
    sql`select min(started_at)::text as at from execution_logs where status = 'running' and status <> 'completed'`,
  )
  const at = rows[0]?.at
  return at == null ? Number.POSITIVE_INFINITY : Date.parse(isoOf(at))
}

type Sum = {
  quarter: string | null
  device: string | null
  operation: string | null
  mark: number | null
  count: number
  bad: number
  busy: number
  endAt: string
  endId: string
}

async function readChunk(db: Reader, day: Day, start: number, end: number): Promise<void> {
  const { after } = day
  const begin = sql`${new Date(start).toISOString()}::timestamptz`
  const behind = after ? sql`and (started_at, id) > (${after.startedAt}::timestamptz, ${after.id}::bigint)` : sql``
  const bad = sql`count(*) filter (where status in ('failed', 'aborted', 'interrupted'))::integer`
  const { rows } = await db.execute<Sum>(sql`
    with looked as materialized (
      select id, started_at, device_id, operation, status, duration_ms from execution_logs
       where started_at >= ${begin} and started_at < ${new Date(end).toISOString()}::timestamptz ${behind}
       order by started_at, id limit ${chunkSize}),
    last as (select id, started_at from looked order by started_at desc, id desc limit 1),
    sums as (
      select greatest(${begin}, date_bin('15 minutes', started_at, '2001-01-01T00:00:00Z'))::text as quarter, device_id as device, null as operation, null::integer as mark,
             count(*)::integer as count, ${bad} as bad, coalesce(sum(duration_ms), 0)::float8 as busy
        from looked group by 1, 2
      union all
      select null, null, operation,
             case when status = 'completed' then floor(ln(greatest(1, coalesce(duration_ms, 1))) * ${durationSteps}::float8)::integer end,
             count(*)::integer, ${bad}, 0
        from looked group by 3, 4)
    select sums.*, last.started_at::text as "endAt", last.id::text as "endId" from sums, last`)
  let looked = 0
  for (const row of rows) {
    if (row.operation === null) {
      addQuarter(day.quarters, row)
      looked += row.count
    } else addOperation(day.operations, row.operation, row)
  }
  const [first] = rows
  if (first) day.after = { startedAt: isoOf(first.endAt), id: Number(first.endId) }
  day.complete = looked < chunkSize
}

function addQuarter(quarters: QuarterSum[], { quarter, device, count, bad, busy }: Sum): void {
  const start = Date.parse(isoOf(quarter ?? ''))
  const known = quarters.find((sum) => sum.start === start && sum.deviceId === device)
  if (known) Object.assign(known, { count: known.count + count, bad: known.bad + bad, busyMs: known.busyMs + busy })
  else quarters.push({ start, deviceId: device ?? '', count, bad, busyMs: busy })
}

function addOperation(operations: Map<string, OperationSum>, operation: string, { mark, count, bad }: Sum): void {
  const sum = operations.get(operation) ?? { count: 0, bad: 0, durations: new Map<number, number>() }
  operations.set(operation, sum)
  sum.count += count
  sum.bad += bad
  if (mark !== null) sum.durations.set(mark, (sum.durations.get(mark) ?? 0) + count)
}
