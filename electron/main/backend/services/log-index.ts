/**
 * Where the rows of a filtered list of logs are: a sparse index of positions, counted in short statements and kept in memory per filter, so that
 * any window of a million rows is a seek. It grows as logs arrive; what may still change at its end is counted again.
 */

import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type Bucket, bucketOrigin, bucketWidth, mergeBuckets } from '../../../../shared/domain/histogram.ts'
import type { Database } from '../database/open.ts'
import { isoOf } from './execution-logs.ts'
import type { Reader } from './lab.ts'
import { conditionsOf, type LogCursor, type LogFilter } from './log-filter.ts'

/** Rows that one statement looked at, in the order (started_at, id). */
export type LogChunk = {
  /** Matching rows in all chunks before this one. */
  before: number
  matches: number
  looked: number
  /** It holds the rows behind `after`, up to and with `end`. */
  after: LogCursor | undefined
  end: LogCursor
  /** Its matching rows, where they are few among those looked at. */
  ids: number[] | undefined
  buckets: Bucket[]
}

export type LogIndex = {
  /** Positions of another generation are not comparable. */
  readonly generation: string
  readonly filter: LogFilter
  chunks: readonly LogChunk[]
  /** Everything there was has been counted. */
  complete: boolean
  /** Rows before this position stay where they are. */
  settled: number
  /** Of the buckets it counts into, in milliseconds, and the time it covers as far as was known when it began, in milliseconds since 1970. */
  scale: { width: number; from: number; to: number }
}

/** Rows one statement looks at: some 7 ms of the embedded database, also where each row is searched for a text. */
const chunkSize = 4000
const textChunkSize = 2000
/** Statements of one call. */
const chunksAtOnce = 6
const fewMatches = 60
const mostBuckets = 120
/** A log may be committed this much later than one that started after it: clocks of several programs differ, transactions take time. */
const settleMs = 10_000
/** Filters that are kept for whoever comes back. */
const kept = 12

type Kept = { index: LogIndex; counting: Promise<void> }

/** By filter, the longest unused first. An index says something about one database, so it lives as long as that. */
const indexesOf = new WeakMap<Database, Map<string, Kept>>()

/** Counts on, as far as a call may take; call again until it is complete, and when logs may have arrived. */
export async function extendLogIndex(database: Database, filter: LogFilter): Promise<LogIndex> {
  const indexes = indexesFor(database)
  const key = JSON.stringify(filter)
  const found = indexes.get(key) ?? { index: emptyIndex(filter), counting: Promise.resolve() }
  indexes.delete(key)
  indexes.set(key, found)
  for (const oldest of [...indexes.keys()].slice(0, -kept)) indexes.delete(oldest)

  // Two pages with the same filter count one after the other.
  const counted = found.counting.then(() => countOn(database, found.index))
  found.counting = counted.catch(() => undefined)
  await counted
  return found.index
}

/** Undefined when it is no longer kept, or never was. */
export function findLogIndex(database: Database, generation: string): LogIndex | undefined {
  return [...indexesFor(database).values()].find(({ index }) => index.generation === generation)?.index
}

/** Somebody else changed logs that had been counted: the next call counts anew. */
export function dropLogIndex(database: Database, { filter }: LogIndex): void {
  indexesFor(database).delete(JSON.stringify(filter))
}

export function totalOf({ chunks }: LogIndex): number {
  const last = chunks.at(-1)
  return last ? last.before + last.matches : 0
}

/** How much of the time has been counted, 0 to 1. */
export function progressOf({ chunks, complete, scale: { from, to } }: LogIndex): number {
  if (complete) return 1
  const last = chunks.at(-1)
  if (!last || to <= from) return 0
  return Math.min(1, Math.max(0, (Date.parse(last.end.startedAt) - from) / (to - from)))
}

/** In order of time; as many as are legible beside each other. Empty ones are left out. */
export function histogramOf({ chunks, scale: { width, from, to } }: LogIndex) {
  const all = chunks.flatMap((chunk) => chunk.buckets)
  const last = all.at(-1)
  // It may have grown since the width was chosen.
  const needed = last ? Math.max(width, bucketWidth(from, last.start, mostBuckets)) : width
  const whole = Math.ceil(needed / width) * width
  return { width: whole, from, to: Math.max(to, last?.start ?? to), buckets: mergeBuckets(all, whole) }
}

function emptyIndex(filter: LogFilter): LogIndex {
  return { generation: randomUUID(), filter, chunks: [], complete: false, settled: 0, scale: { width: 0, from: 0, to: 0 } }
}

async function countOn({ db }: Database, index: LogIndex): Promise<void> {
  if (index.scale.width === 0) index.scale = await scaleOf(db, index.filter)
  const lasting = index.complete
    ? index.chunks.filter((chunk) => chunk.before + chunk.matches <= index.settled && isFull(chunk, index))
    : index.chunks
  // What may have changed since is counted again, and put in place at once: whoever reads meanwhile finds no hole.
  const chunks = [...lasting]
  const statements = chunksAtOnce + index.chunks.length - lasting.length
  let complete = false
  for (let asked = 0; asked < statements && !complete; asked += 1) {
    const chunk = await countChunk(db, index, chunks.at(-1))
    if (chunk) chunks.push(chunk)
    complete = !chunk || !isFull(chunk, index)
  }
  const calm = await settledTime(db, index, chunks.at(-1))
  const lastSettled = chunks.findLast((chunk) => isFull(chunk, index) && chunk.end.startedAt < calm)
  Object.assign(index, { chunks, complete, settled: lastSettled ? lastSettled.before + lastSettled.matches : 0 })
}

/** The buckets' width is chosen once, so that what was counted need not be counted again. */
async function scaleOf(db: Reader, filter: LogFilter): Promise<LogIndex['scale']> {
  const { within } = conditionsOf(filter)
  const { rows } = await db.execute<{ first: string | null; last: string | null }>(sql`
    select (select started_at from execution_logs where ${within} order by started_at, id limit 1)::text as first,
           (select started_at from execution_logs where ${within} order by started_at desc, id desc limit 1)::text as last`)
  const [first, last] = [rows[0]?.first, rows[0]?.last].map((time) => (time == null ? undefined : Date.parse(isoOf(time))))
  const from = filter.start?.getTime() ?? first ?? bucketOrigin
  const to = filter.end?.getTime() ?? Math.max(from, last ?? from)
  return { width: bucketWidth(from, to, mostBuckets), from, to }
}

async function countChunk(db: Reader, { filter, scale }: LogIndex, last: LogChunk | undefined): Promise<LogChunk | undefined> {
  const { within, fits } = conditionsOf(filter)
  const after = last?.end
  const behind = after ? sql`${within} and (started_at, id) > (${after.startedAt}::timestamptz, ${after.id}::bigint)` : within
  const matches = fits ? sql`filter (where fits)` : sql``
  const { rows } = await db.execute<Counted>(sql`
    with looked as materialized (
      select id, started_at, status, ${fits ?? sql`true`} as fits from execution_logs where ${behind}
       order by started_at, id limit ${sizeOf(filter)}),
    last as (select id, started_at from looked order by started_at desc, id desc limit 1)
    select date_bin(${`${scale.width} milliseconds`}::interval, looked.started_at, ${new Date(bucketOrigin).toISOString()}::timestamptz)::text as bucket,
           count(*)::integer as looked, count(*) ${matches}::integer as matches,
           count(*) filter (where fits and status in ('failed', 'aborted', 'interrupted'))::integer as bad,
           ${fits ? sql`array_agg(looked.id order by looked.started_at, looked.id) filter (where fits)::text[]` : sql`null::text[]`} as ids,
           max(last.started_at)::text as "endAt", max(last.id)::text as "endId"
      from looked, last group by 1 order by 1`)
  const [first] = rows
  if (!first) return undefined
  const sum = (of: (row: Counted) => number) => rows.reduce((total, row) => total + of(row), 0)
  const found = sum((row) => row.matches)
  return {
    before: last ? last.before + last.matches : 0,
    matches: found,
    looked: sum((row) => row.looked),
    after,
    end: { startedAt: isoOf(first.endAt), id: Number(first.endId) },
    ids: fits && found <= fewMatches ? rows.flatMap((row) => (row.ids ?? []).map(Number)) : undefined,
    buckets: rows
      .filter((row) => row.matches > 0)
      .map((row) => ({ start: Date.parse(isoOf(row.bucket)), good: row.matches - row.bad, bad: row.bad })),
  }
}

type Counted = { bucket: string; looked: number; matches: number; bad: number; ids: string[] | null; endAt: string; endId: string }

/** What started before it stays as it is; ISO 8601. An operation that runs will have another status and other texts when it ends. */
async function settledTime(db: Reader, { filter }: LogIndex, last: LogChunk | undefined): Promise<string> {
  const calm = last ? new Date(Date.parse(last.end.startedAt) - settleMs).toISOString() : ''
  if (filter.status === undefined && filter.text === undefined) return calm
  const { rows } = await db.execute<{ oldest: string | null }>(
    sql`select min(started_at)::text as oldest from execution_logs where status = 'running' and status <> 'completed'`,
  )
  const running = rows[0]?.oldest
  return running == null || isoOf(running) > calm ? calm : isoOf(running)
}

function isFull({ looked }: LogChunk, { filter }: LogIndex): boolean {
  return looked === sizeOf(filter)
}

function sizeOf({ text }: LogFilter): number {
  return text === undefined ? chunkSize : textChunkSize
}

function indexesFor(database: Database): Map<string, Kept> {
  const known = indexesOf.get(database) ?? new Map<string, Kept>()
  indexesOf.set(database, known)
  return known
}
