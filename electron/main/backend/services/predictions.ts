/** What is foretold when a workflow begins to wait or gets its device, and how it came out. Kept to tell how good the forecasts are. */

import { and, eq, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { operationDurations, predictions } from '../../../../db/schema/estimates.ts'
import { enoughRuns } from '../../../../shared/domain/duration.ts'
import { allowingFor, type Basis, inSequence, type Stretch } from '../../../../shared/domain/estimate.ts'
import type { EventKind } from '../../../../shared/domain/event.ts'
import type { CallersEvent, Lab, Reader, Transaction } from './lab.ts'
import { plannedWork } from './planned-work.ts'
import { forecastQueue } from './schedule.ts'

/** What an event says of its workflow's wait and run. `over`: what was foretold of it will not come. */
const meanings: { readonly [K in EventKind]?: 'waits' | 'runs' | 'done' | 'over' } = {
  'workflow.queued': 'waits',
  'workflow.started': 'runs',
  'workflow.resumed': 'runs',
  'workflow.completed': 'done',
  'workflow.paused': 'over',
  'workflow.failed': 'over',
  'workflow.cancelled': 'over',
  'workflow.deleted': 'over',
  'queue.entry_cancelled': 'over',
}

type Prediction = typeof predictions.$inferInsert

/**
 * Follows what a command did, among the last statements of its transaction. Only what the lab runs by itself is foretold: when a person or a
 * script goes on is theirs to know. A command that is about no workflow of this lab costs nothing here.
 */
export async function keepPredictions(lab: Lab, tx: Transaction): Promise<void> {
  const { now, events } = tx.context
  const last = lastMeanings(events)
  const having = (wanted: 'waits' | 'runs' | 'done' | 'over') => [...last].flatMap(([id, { meaning }]) => (meaning === wanted ? [id] : []))
  const [waits, runs, done, over] = [having('waits'), having('runs'), having('done'), having('over')]

  if (runs.length + done.length > 0) {
    const came = or(
      and(inArray(predictions.workflowId, runs), eq(predictions.kind, 'start')),
      and(inArray(predictions.workflowId, done), eq(predictions.kind, 'end')),
    )
    await tx
      .update(predictions)
      .set({ actualAt: now })
      .where(and(isNull(predictions.actualAt), came))
  }
  if (over.length > 0) await tx.delete(predictions).where(and(isNull(predictions.actualAt), inArray(predictions.workflowId, over)))

  const foretold: Prediction[] = await ends(lab, tx, runs)
  for (const id of waits) foretold.push(...(await start(lab, tx, id, last.get(id)?.deviceId ?? '')))
  if (foretold.length > 0) await tx.insert(predictions).values(foretold)
}

/** What each workflow's last event of these says. Queued and started in one command: it never waited. */
function lastMeanings(events: readonly CallersEvent[]) {
  const last = new Map<string, { meaning: 'waits' | 'runs' | 'done' | 'over'; deviceId: string }>()
  for (const { kind, workflowId, deviceId } of events) {
    const meaning = meanings[kind]
    if (meaning && workflowId && deviceId) last.set(workflowId, { meaning, deviceId })
  }
  return last
}

async function start(lab: Lab, tx: Transaction, workflowId: string, deviceId: string): Promise<Prediction[]> {
  const { at, runs } = await forecastQueue(lab, tx, deviceId)
  const place = runs.findIndex((run) => run.workflowId === workflowId)
  const expected = runs[place]?.start
  if (!expected || runs.slice(0, place).some((run) => run.byHand || run.unknown || run.byHandElsewhere)) return []
  return foretell('start', { workflowId, deviceId, madeAt: at }, expected)
}

async function ends(lab: Lab, tx: Transaction, ids: readonly string[]): Promise<Prediction[]> {
  if (ids.length === 0) return []
  const { now } = tx.context
  const planned = await plannedWork(lab, tx, ids, now)
  await lab.lateness.load(tx, now)
  const foretold: Prediction[] = []
  for (const { id, auto, deviceId, steps } of planned.values()) {
    if (!auto) continue
    const travels = steps.some((step) => step.deviceId !== deviceId)
    const expected = travels
      ? await endOf(lab, tx, id, deviceId)
      : allowingFor(lab.lateness.value().ends, inSequence(steps.map(({ stretch }) => stretch)))
    if (expected) foretold.push(...foretell('end', { workflowId: id, deviceId, madeAt: now }, expected))
  }
  return foretold
}

/** With what it waits for on other devices; null when that hangs on people or scripts, or nobody can know. */
async function endOf(lab: Lab, tx: Transaction, workflowId: string, deviceId: string): Promise<Stretch | null> {
  const { runs } = await forecastQueue(lab, tx, deviceId)
  const run = runs.find((one) => one.workflowId === workflowId && one.queueEntryId === null)
  return run && !run.byHandElsewhere ? run.end : null
}

/** Nothing where no time passes, as on devices that do not wait. */
function foretell(
  kind: 'start' | 'end',
  of: Pick<Prediction, 'workflowId' | 'deviceId' | 'madeAt'>,
  { p50, p90, basedOn }: Stretch,
): Prediction[] {
  const [p50At, p90At] = [p50, p90].map((seconds) => new Date(of.madeAt.getTime() + seconds * 1000))
  // A queue of years has an end that no date can name.
  if (p90 <= 0 || !p50At || !p90At || Number.isNaN(p90At.getTime())) return []
  return [{ ...of, kind, basedOn, p50At, p90At }]
}

/** Of the predictions that came, made from `from` until before `to`. Seconds; `bias` is positive when things came later than foretold; `coverage` in %: as many came by the foretold 90th percentile. */
export type Accuracy = { kind: 'start' | 'end'; basedOn: Basis; count: number; meanAbsoluteError: number; bias: number; coverage: number }

export async function predictionAccuracy(db: Reader, from: Date, to: Date): Promise<Accuracy[]> {
  const late = sql`extract(epoch from ${predictions.actualAt} - ${predictions.p50At})::float8`
  return db
    .select({
      kind: predictions.kind,
      basedOn: predictions.basedOn,
      count: sql<number>`count(*)::integer`,
      meanAbsoluteError: sql<number>`avg(abs(${late}))`,
      bias: sql<number>`avg(${late})`,
      coverage: sql<number>`100 * avg((${predictions.actualAt} <= ${predictions.p90At})::integer)::float8`,
    })
    .from(predictions)
    .where(and(gte(predictions.madeAt, from), lt(predictions.madeAt, to), sql`${predictions.actualAt} is not null`))
    .groupBy(predictions.kind, predictions.basedOn)
    .orderBy(predictions.kind, predictions.basedOn)
}

const keptForMs = 365 * 24 * 60 * 60 * 1000

/** Lets go of predictions of more than a year ago, and of durations that in a year have not become enough to go by. */
export async function forgetOldEstimates(db: Reader, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptForMs)
  await db.delete(predictions).where(lt(predictions.madeAt, before))
  await db
    .delete(operationDurations)
    .where(and(lt(operationDurations.updatedAt, before), sql`cardinality(${operationDurations.seconds}) < ${enoughRuns}`))
}
