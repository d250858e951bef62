/** What each device did in a stretch of time: runs and steps as they were while they are few enough to draw, sums by the hour when they are not. */

import { type SQL, sql } from 'drizzle-orm'
import type { LogStatus } from '../../../../shared/domain/execution-log.ts'
import { readActivity } from './activity.ts'
import { listDevices } from './devices.ts'
import { isoOf } from './execution-logs.ts'
import type { Lab, Reader } from './lab.ts'

/** A workflow had the device; `end` null while it has. Times in ISO 8601. */
export type PastRun = { id: number; workflowId: string; workflowName: string | null; start: string; end: string | null }
/** An operation ran; `end` null while it runs. */
export type PastStep = PastRun & { operation: string; stepIndex: number | null; status: LogStatus }
/** `busyMs` of the cell's time an operation ran. */
export type PastCell = { start: string; count: number; bad: number; busyMs: number }

export type DevicePast = {
  deviceId: string
  name: string
  /** Null: too many to draw. */
  runs: PastRun[] | null
  /** Null: too many to draw; the cells say it then. */
  steps: PastStep[] | null
  cells: PastCell[]
}

export type Past = { devices: DevicePast[]; cellMs: number; complete: boolean; counted: number }

/** Rows of a device that a page draws, and that one statement reads. */
const mostDrawn = 2000
const hourMs = 3_600_000
/** Cells of a device in one answer. */
const mostCells = 240

/** Every device's past from `start` to before `end`, what had begun before and went on included. */
export async function readPast(lab: Lab, start: Date, end: Date): Promise<Past> {
  const { db } = lab.database
  const devices: DevicePast[] = []
  for (const { id, name } of await listDevices(db)) {
    const runs = await spans<PastRun>(db, runsOf(id), start, end)
    const steps = await spans<PastStep>(db, stepsOf(id), start, end)
    devices.push({ deviceId: id, name, runs, steps, cells: [] })
  }
  const cellMs = Math.max(1, Math.ceil((end.getTime() - start.getTime()) / hourMs / mostCells)) * hourMs
  if (devices.every(({ steps }) => steps !== null)) return { devices, cellMs, complete: true, counted: 1 }

  // Whole cells: one that two answers share is the same in both.
  const first = Math.floor(start.getTime() / cellMs) * cellMs
  const { days, complete, counted } = await readActivity(lab, first, Math.ceil(end.getTime() / cellMs) * cellMs)
  const quarters = days.flatMap((day) => day.quarters)
  for (const device of devices) {
    if (device.steps) continue
    const cells = new Map<number, PastCell>()
    for (const { start: quarter, deviceId, count, bad, busyMs } of quarters) {
      if (deviceId !== device.deviceId) continue
      const at = Math.floor(quarter / cellMs) * cellMs
      const cell = cells.get(at) ?? { start: new Date(at).toISOString(), count: 0, bad: 0, busyMs: 0 }
      cells.set(at, { ...cell, count: cell.count + count, bad: cell.bad + bad, busyMs: cell.busyMs + busyMs })
    }
    device.cells = [...cells.values()].sort((a, b) => (a.start < b.start ? -1 : 1))
  }
  return { devices, cellMs, complete, counted }
}

/** Where spans of one device are, in the order in which they began; one after another, so that at most one reaches into a window. */
type Source = { from: SQL; of: SQL; columns: SQL; begin: SQL; id: SQL; end: SQL }

function runsOf(deviceId: string): Source {
  return {
    from: sql`device_bookings spans`,
    of: sql`spans.device_id = ${deviceId}`,
    columns: sql``,
    begin: sql`spans.booked_at`,
    id: sql`spans.id`,
    end: sql`spans.released_at`,
  }
}

function stepsOf(deviceId: string): Source {
  return {
    from: sql`execution_logs spans`,
    of: sql`spans.device_id = ${deviceId}`,
    columns: sql`, spans.operation, spans.step_index as "stepIndex", spans.status`,
    begin: sql`spans.started_at`,
    id: sql`spans.id`,
    end: sql`spans.completed_at`,
  }
}

type SpanRow = Record<string, unknown> & { id: number; start: string; end: string | null }

/** @returns null when there are more than a page draws */
async function spans<Span extends PastRun>(db: Reader, source: Source, start: Date, end: Date): Promise<Span[] | null> {
  const begun = sql`${source.begin} >= ${iso(start)} and ${source.begin} < ${iso(end)}`
  if (await areTooMany(db, source, begun)) return null
  const within = await select(db, source, begun, 'asc', mostDrawn)
  const before = await select(db, source, sql`${source.begin} < ${iso(start)}`, 'desc', 1)
  return [...before.filter((span) => span.end === null || span.end > start.toISOString()), ...within] as Span[] // as the source's columns are
}

/** Looks at places in the index only. */
async function areTooMany(db: Reader, { from, of, begin, id }: Source, when: SQL): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select 1 from (select ${begin}, ${id} from ${from} where ${of} and ${when} order by ${begin}, ${id} offset ${mostDrawn} limit 1) spans`)
  return rows.length > 0
}

async function select(db: Reader, { from, of, columns, begin, id, end }: Source, when: SQL, direction: 'asc' | 'desc', limit: number) {
  const order = direction === 'asc' ? sql`${begin}, ${id}` : sql`${begin} desc, ${id} desc`
  const { rows } = await db.execute<SpanRow>(sql`
    select spans.id::float8 as id, spans.workflow_id as "workflowId", workflows.name as "workflowName",
           ${begin}::text as start, ${end}::text as end ${columns}
      from (select * from ${from} where ${of} and ${when} order by ${order} limit ${limit}) spans
      left join workflows on workflows.id = spans.workflow_id
     order by ${order}`)
  return rows.map((row) => ({ ...row, start: isoOf(row.start), end: row.end === null ? null : isoOf(row.end) }))
}

function iso(time: Date): SQL {
  return sql`${time.toISOString()}::timestamptz`
}
