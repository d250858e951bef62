/** One simulated day: the whole lab on a database of its own, its clock jumping from one thing that happens to the next. */

import { createHash } from 'node:crypto'
import { pino } from 'pino'
import { devices } from '../../../../db/schema/devices.ts'
import { openDatabase } from '../database/open.ts'
import { parseOptions } from '../options.ts'
import type { Lab } from '../services/lab.ts'
import { compose } from '../start.ts'
import { type BrokenRules, createCommitCheck } from './commit-check.ts'
import { type DayFigures, readFigures } from './figures.ts'
import { letPeopleIn } from './people.ts'
import { type DayOptions, hour, planDay } from './plan.ts'
import { createVirtualClock } from './virtual-clock.ts'

export type Place = { dataDir: string; templateFolder: string; migrationsFolder: string }

export type Day = {
  options: DayOptions
  figures: DayFigures
  /** How much faster than nominal the devices ran. */
  speed: number
  /** When the day began, and when the last workflow had ended. */
  from: Date
  until: Date
  /** Transactions that changed something; after each the rules were checked. */
  commits: number
  /** Commands of people that were refused, by code. */
  refusals: Record<string, number>
  /** What the program logged as an error. */
  complaints: string[]
  /** Of all logs and events, with names for the workflows' random ids: the same for the same options. */
  digest: string
  wallSeconds: number
}

const start = new Date('2026-01-05T00:00:00Z')
/** After the day, whatever still waits or needs a person gets this long. Milliseconds. */
const longestEvening = 14 * 24 * hour

/** A rule of the lab did not hold. `message` says which, when, and after which commands. */
export class RuleBroken extends Error {
  override name = 'RuleBroken'

  constructor({ at, events, rules }: BrokenRules) {
    super(`At ${at.toISOString()} rules of the lab were broken by ${events.join(', ')}: ${JSON.stringify(rules, undefined, 2)}`)
  }
}

/**
 * Plays the day and what it takes until every workflow has ended.
 * @throws RuleBroken; Error when work is left that nothing would ever bring to an end
 */
export async function simulateDay(options: DayOptions, place: Place): Promise<Day> {
  const began = performance.now()
  const plan = planDay(options)
  const clock = createVirtualClock(start)
  const complaints: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void complaints.push(line.trim()) })

  const database = await openDatabase({ ...place, logger, durable: false })
  const closers: (() => Promise<void>)[] = []
  try {
    const check = await createCommitCheck(database)
    const { lab, engine } = await compose(
      database,
      {
        ...parseOptions(['--no-demo'], {}, ''),
        simSpeed: plan.speed,
        clock,
        beforeCommit: check.beforeCommit,
        logger,
        version: '',
        folders: { migrations: place.migrationsFolder, template: place.templateFolder, pages: '' },
      },
      closers,
    )
    await lab.database.db.insert(devices).values(plan.devices.map((device) => ({ ...device, createdAt: start })))

    const people = letPeopleIn(lab, engine, plan, options.seed)
    const last = start.getTime() + plan.lasts + longestEvening
    const isBusy = () => database.pool.waitingCount > 0 || database.pool.idleCount < database.pool.totalCount
    await clock.run(isBusy, () => {
      const broken = check.broken()
      if (broken) throw new RuleBroken(broken)
      if (people.failure()) throw people.failure()
      if (clock.now().getTime() > last) throw new Error('Two weeks after the day there is still work that does not come to its end')
      return people.areDone()
    })
    const until = clock.now()
    people.goHome()
    await check.checkAll()
    const broken = check.broken()
    if (broken) throw new RuleBroken(broken)

    return {
      options,
      figures: await readFigures(database, { from: start, until: new Date(start.getTime() + plan.lasts), after: until }),
      speed: plan.speed,
      from: start,
      until,
      commits: check.commits(),
      refusals: Object.fromEntries(people.refusals),
      complaints,
      digest: await digestOf(lab, people.names),
      wallSeconds: (performance.now() - began) / 1000,
    }
  } finally {
    for (const close of closers.reverse()) await close()
    await database.close()
  }
}

/** Rows as text, so that nothing is left out; the events' hashes cover the random ids and are left out. */
async function digestOf(lab: Lab, names: ReadonlyMap<string, string>): Promise<string> {
  const { pool } = lab.database
  const hash = createHash('sha256')
  for (const select of [
    `select l.id, (to_jsonb(l) - 'station')::text as text from execution_logs l order by id`,
    `select e.id, (to_jsonb(e) - 'hash')::text as text from events e order by id`,
  ]) {
    const { rows } = await pool.query<{ text: string }>(select)
    for (const { text } of rows) hash.update(named(text, names)).update('\n')
  }
  return hash.digest('hex')
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => names.get(id) ?? id)
}
