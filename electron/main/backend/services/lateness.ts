/** How much later than foretold things come in this lab, learned from its own latest predictions. */

import { sql } from 'drizzle-orm'
import type { Reader } from './lab.ts'

export type Lateness = {
  /** Reads it anew when what is known is older than a minute: one short statement. */
  load(db: Reader, now: Date): Promise<void>
  /** As `allowingFor` takes it. */
  value(): number
}

const keptForMs = 60_000
/** Predictions that are looked through, the latest ones, and how many of a kind must have come before they teach anything. */
const latest = 400
const enough = 20
/** Nothing is surer than this: between steps the lab has things of its own to do. */
const least = 0.02

export function createLateness(): Lateness {
  let value = least
  let readAt: number | undefined

  return {
    async load(db, now) {
      if (readAt !== undefined && Math.abs(now.getTime() - readAt) < keptForMs) return
      readAt = now.getTime()
      value = await read(db, now)
    },
    value: () => value,
  }
}

/**
 * Of the two kinds, starts and ends, the later one, so that what is said holds for both. What has not come although it was foretold for
 * earlier counts as late as it is by now: without it only what came soon would teach.
 */
async function read(db: Reader, now: Date): Promise<number> {
  const { rows } = await db.execute<{ lateness: number | null }>(sql`
    select max(late) as lateness
      from (select percentile_cont(0.9) within group (
                     order by extract(epoch from came - p50_at)::float8 / extract(epoch from p50_at - made_at)::float8) as late
              from (select kind, made_at, p50_at, coalesce(actual_at, ${now.toISOString()}::timestamptz) as came,
                           actual_at is not null or p50_at < ${now.toISOString()}::timestamptz as teaches
                      from predictions order by id desc limit ${latest}) newest
             where teaches and p50_at > made_at
             group by kind having count(*) >= ${enough}) kinds`)
  return Math.max(least, Number(rows[0]?.lateness ?? 0))
}
