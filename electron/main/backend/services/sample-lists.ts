/** Reading samples for the screens: pages by keyset, plates, and which workflow each is in. */

import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { samples, workflowSamples, workflows } from '../../../../db/schema/workflows.ts'
import type { WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import type { Reader } from './lab.ts'
import { contains } from './like.ts'
import { getSample, type Sample } from './samples.ts'

export type SampleFilter = {
  /** Somewhere in its barcode, name, type or plate. */
  text?: string | undefined
  plate?: string | undefined
  placed?: boolean | undefined
}

export type SampleUse = { id: string; name: string; status: WorkflowStatus }
/** `workflow`: the one that was made last of those that use it. */
export type PlacedSample = Sample & { workflow: SampleUse | null }

/** Samples a statement may look at while a booking waits. */
const chunkSize = 2000
/** Workflows that are told of one sample, plates on one page. */
const mostUses = 100
const platesOnPage = 200

/** In the database's order of barcodes. Looks at one chunk after another until the page is full, each a short statement. */
export async function readSamplePage(
  db: Reader,
  filter: SampleFilter,
  page: { after: string | null; limit: number },
): Promise<{ rows: PlacedSample[]; next: string | null }> {
  const rows: Sample[] = []
  let { after } = page
  for (;;) {
    const chunk = await readChunk(db, filter, after, page.limit - rows.length)
    rows.push(...chunk.rows)
    after = chunk.end
    if (after === null || rows.length === page.limit) return { rows: await withUses(db, rows), next: after }
  }
}

/** Everything that sits on a plate. */
export async function readPlate(db: Reader, plate: string): Promise<PlacedSample[]> {
  return withUses(db, await db.select().from(samples).where(eq(samples.plate, plate)))
}

/** Plates that samples name, in order, with how many sit on each; from one to the next on the index. */
export async function readPlates(
  db: Reader,
  { text, after }: { text?: string | undefined; after: string | null },
): Promise<{ rows: { plate: string; samples: number }[]; next: string | null }> {
  const { rows } = await db.execute<{ plate: string; samples: number }>(sql`
    with recursive plates as (
      (select plate from samples where plate > ${after ?? ''} order by plate limit 1)
      union all
      select (select s.plate from samples s where s.plate > plates.plate order by s.plate limit 1) from plates where plates.plate is not null
    ), page as (
      select plate from plates
       where plate is not null ${text === undefined ? sql`` : sql`and plate ilike ${contains(text)}`}
       limit ${platesOnPage}
    )
    select plate, (select count(*)::integer from samples s where s.plate = page.plate) as samples from page order by plate`)
  return { rows, next: rows.length === platesOnPage ? (rows.at(-1)?.plate ?? null) : null }
}

/** A sample with the workflows that use it, the newest first. @throws DomainError `sample_not_found` */
export async function readSample(db: Reader, barcode: string): Promise<Sample & { workflows: (SampleUse & { createdAt: Date })[] }> {
  const sample = await getSample(db, barcode)
  const uses = await db
    .select({ id: workflows.id, name: workflows.name, status: workflows.status, createdAt: workflows.createdAt })
    .from(workflows)
    .where(sql`${workflows.id} in (select s.workflow_id from workflow_samples s where s.barcode = ${barcode})`)
    .orderBy(sql`${workflows.seq} desc`)
    .limit(mostUses)
  return { ...sample, workflows: uses }
}

async function readChunk(
  db: Reader,
  filter: SampleFilter,
  after: string | null,
  limit: number,
): Promise<{ rows: Sample[] /** How far it looked; null when there is nothing behind it. */; end: string | null }> {
  const asked = conditionsOf(filter)
  const most = asked.length === 0 ? limit : chunkSize
  const looked = db.$with('looked').as(
    db
      .select()
      .from(samples)
      .where(and(after === null ? undefined : gt(samples.barcode, after), filter.plate ? eq(samples.plate, filter.plate) : undefined))
      .orderBy(asc(samples.barcode))
      .limit(most),
  )
  const fits = sql<boolean>`coalesce(${and(...asked) ?? sql`true`}, false)`
  const found = await db
    .with(looked)
    .select({ ...looked._.selectedFields, fits, looked: sql<number>`(select count(*)::integer from looked)` })
    .from(looked)
    // What fits, and the last one, which says how far it looked.
    .where(sql`${fits} or looked.barcode = (select max(l.barcode) from looked l)`)
    .orderBy(asc(looked.barcode))
  const fitting = found.filter((row) => row.fits)
  const rows = fitting.slice(0, limit)
  const last = found.at(-1)
  const end = fitting.length > limit ? rows.at(-1) : last?.looked === most ? last : undefined
  return { rows: rows.map(({ fits, looked, ...row }) => row), end: end?.barcode ?? null }
}

function conditionsOf({ text, placed }: SampleFilter): SQL[] {
  return [
    ...(text === undefined
      ? []
      : [sql`(concat_ws(E'\\n', looked.barcode, looked.name, looked.type, looked.plate) ilike ${contains(text)})`]),
    ...(placed === undefined ? [] : [placed ? sql`looked.plate is not null` : sql`looked.plate is null`]),
  ]
}

async function withUses(db: Reader, rows: Sample[]): Promise<PlacedSample[]> {
  if (rows.length === 0) return []
  const uses = await db
    .selectDistinctOn([workflowSamples.barcode], {
      barcode: workflowSamples.barcode,
      id: workflows.id,
      name: workflows.name,
      status: workflows.status,
    })
    .from(workflowSamples)
    .innerJoin(workflows, eq(workflows.id, workflowSamples.workflowId))
    .where(sql`${workflowSamples.barcode} = any(${sql.param(rows.map((row) => row.barcode))}::text[])`)
    .orderBy(workflowSamples.barcode, sql`${workflows.seq} desc`)
  const ofBarcode = new Map(uses.map(({ barcode, ...use }) => [barcode, use]))
  return rows.map((row) => ({ ...row, workflow: ofBarcode.get(row.barcode) ?? null }))
}
