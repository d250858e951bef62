/** How much later than foretold things come in this lab, learned from its own latest predictions. */

import { sql } from 'drizzle-orm'
import { latenessFrom, type Outcome } from '../../../../shared/domain/lateness.ts'
import type { Lateness } from '../../../../shared/domain/schedule.ts'
import type { Reader } from './lab.ts'

export type LearnedLateness = {
  /** Reads it anew when what is known is older than five minutes: one short statement. */
  load(db: Reader, now: Date): Promise<void>
  value(): Lateness
}

const keptForMs = 5 * 60_000
/** Predictions that are looked through, the latest ones. */
const latest = 400

export function createLateness(): LearnedLateness {
  let value = learnedFrom(new Map())
  let readAt: number | undefined

  return {
    async load(db, now) {
      if (readAt !== undefined && Math.abs(now.getTime() - readAt) < keptForMs) return
      readAt = now.getTime()
      value = learnedFrom(await read(db, now))
    },
    value: () => value,
  }
}

/** Whoever waits is held up by what holds up the others, and by those who go first. */
function learnedFrom(outcomes: ReadonlyMap<string, Outcome>): Lateness {
  const [ends, starts] = ['end', 'start'].map((kind) => latenessFrom(outcomes.get(kind) ?? { latenesses: [], kept: null }))
  return { ends: ends ?? 0, starts: Math.max(starts ?? 0, ends ?? 0) }
}

/**
 * By kind. What has not come although it was foretold for earlier counts as late as it is by now: without it only what came soon would teach.
 * `kept` counts what came, and what is past its 90th percentile.
 */
async function read(db: Reader, now: Date): Promise<Map<string, Outcome>> {
  const { rows } = await db.execute<Outcome & { kind: string }>(sql`
    select kind, array_agg(extract(epoch from came - p50_at)::float8 / extract(epoch from p50_at - made_at)::float8) as latenesses,
           avg((came <= p90_at)::integer) filter (where has_come or p90_at < came)::float8 as kept
      from (select kind, made_at, p50_at, p90_at, coalesce(actual_at, ${now.toISOString()}::timestamptz) as came, actual_at is not null as has_come
              from predictions order by id desc limit ${latest}) newest
     where (has_come or p50_at < came) and p50_at > made_at
     group by kind`)
  return new Map(rows.map(({ kind, ...outcome }) => [kind, outcome]))
}
