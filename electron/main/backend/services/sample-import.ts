/** Taking a table of samples into the lab: all of it or nothing, in one transaction that is as short as it can be. */

import { setImmediate } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { samples } from '../../../../db/schema/workflows.ts'
import {
  type BadRow,
  type ImportProblem,
  type ImportProblems,
  type ImportRow,
  mostProblems,
  type SampleTable,
} from '../../../../shared/domain/sample-import.ts'
import { appendEvent, type Caller, type Lab, type Reader, sqlState, type Transaction } from './lab.ts'

export type Imported = { created: number; updated: number }

/**
 * What the lab has already is looked up before, in short statements that bookings may come between; the transaction only writes. When
 * somebody changed the same samples in between and the database refuses, it is looked up again in the transaction.
 * @param problems what is known to be wrong; wells that others sit in are added
 * @throws DomainError `invalid_input` with all problems
 */
export async function importSamples(lab: Lab, caller: Caller, rows: ImportRow[], problems: ImportProblems): Promise<Imported> {
  const plan = await planImport(lab.database.db, rows, problems)
  problems.refuse()
  try {
    return await lab.transaction(caller, async (tx) => {
      await keepOthersOut(tx)
      return carryOut(tx, plan)
    })
  } catch (error) {
    if (sqlState(error) !== uniqueViolation) throw error
  }
  return lab.transaction(caller, async (tx) => {
    await keepOthersOut(tx)
    const again = await planImport(tx, rows, problems)
    problems.refuse()
    return carryOut(tx, again)
  })
}

export type ImportPreview = {
  /** Of the lines with which nothing is wrong. */
  created: number
  updated: number
  problemCount: number
  /** Of the header, or of the file as a whole. */
  fileProblems: ImportProblem[]
  /** In order of line: those with problems and the first good ones, `mostProblems` at most of either. */
  rows: (BadRow & { effect: 'create' | 'update' | null; problems: ImportProblem[] })[]
}

/** What `importSamples` would do now, or why it would refuse; changes nothing. */
export async function previewImport(db: Reader, { rows, problems, bad }: ReturnType<SampleTable['end']>): Promise<ImportPreview> {
  const plan = await planImport(db, rows, problems)
  const ofLine = new Map<number, ImportProblem[]>()
  for (const problem of problems.list()) ofLine.set(problem.line, [...(ofLine.get(problem.line) ?? []), problem])
  const isNew = new Set(plan.created.map((row) => row.line))
  const isBad = rows.filter((row) => ofLine.has(row.line))
  const isFree = (row: ImportRow) => !plan.occupied.has(row.line)
  const good = rows.filter((row) => isFree(row) && !ofLine.has(row.line)).slice(0, mostProblems)
  const shown = [
    ...[...bad, ...isBad.map(asRow)].map((row) => ({ ...row, effect: null, problems: ofLine.get(row.line) ?? [] })),
    ...good.map((row) => ({ ...asRow(row), effect: isNew.has(row.line) ? ('create' as const) : ('update' as const), problems: [] })),
  ]
  const lines = new Set(shown.map((row) => row.line))
  return {
    created: plan.created.filter(isFree).length,
    updated: plan.existing.filter(isFree).length,
    problemCount: problems.count,
    fileProblems: problems.list().filter((problem) => !lines.has(problem.line)),
    rows: shown.sort((a, b) => a.line - b.line),
  }
}

function asRow({ line, ...cells }: ImportRow): BadRow {
  return { line, cells }
}

/** `leaving` are the barcodes of those whose well the file gives to another; `occupied` the lines whose well somebody else sits in. */
type Plan = { created: ImportRow[]; existing: ImportRow[]; leaving: string[]; occupied: ReadonlySet<number> }
type Place = { plate: string; well: string; barcode: string }

/** PostgreSQL, appendix A. */
const uniqueViolation = '23505'
/** Rows a statement may look at or write. */
const chunkSize = 2000

/** Wells that others sit in are added to the problems. */
async function planImport(db: Reader, rows: ImportRow[], problems: ImportProblems): Promise<Plan> {
  const plan: Plan = { created: [], existing: [], leaving: [], occupied: new Set() }
  const arriving: ImportRow[] = []
  const left = new Map<string, string>()
  for (const chunk of chunksOf(rows)) {
    const known = await findKnown(db, chunk)
    for (const row of chunk) {
      const sample = known.get(row.barcode)
      if (sample) plan.existing.push(row)
      else plan.created.push(row)
      if (row.plate === null || (row.plate === sample?.plate && row.well === sample.well)) continue
      arriving.push(row)
      if (sample?.plate) left.set(placeOf(sample), row.barcode)
    }
  }
  plan.occupied = await findOccupied(db, arriving, rows, problems)
  plan.leaving = arriving.flatMap((row) => left.get(placeOf(row)) ?? [])
  return plan
}

function placeOf({ plate, well }: { plate: string | null; well: string | null }): string {
  return `${well} ${plate}`
}

async function findKnown(db: Reader, rows: ImportRow[]): Promise<Map<string, { plate: string | null; well: string | null }>> {
  const known = await db
    .select({ barcode: samples.barcode, plate: samples.plate, well: samples.well })
    .from(samples)
    .where(sql`${samples.barcode} = any(${sql.param(rows.map((row) => row.barcode))}::text[])`)
  return new Map(known.map((sample) => [sample.barcode, sample]))
}

/**
 * A well is free when nobody is in it, or whom the file gives another one.
 * @returns the lines of those that are not
 */
async function findOccupied(db: Reader, arriving: ImportRow[], rows: ImportRow[], problems: ImportProblems): Promise<Set<number>> {
  const occupied = new Set<number>()
  const placed = new Set(rows.filter((row) => row.plate !== null).map((row) => row.barcode))
  for (const chunk of chunksOf(arriving)) {
    const { rows: taken } = await db.execute<Place>(sql`
      select s.plate, s.well, s.barcode from ${tableOf(chunk)} join samples s on s.plate = f.plate and s.well = f.well`)
    const occupants = new Map(taken.map((place) => [placeOf(place), place.barcode]))
    for (const row of chunk) {
      const occupant = occupants.get(placeOf(row))
      if (occupant === undefined || placed.has(occupant)) continue
      occupied.add(row.line)
      problems.add({ line: row.line, column: 'well', message: `well ${row.well} of ${row.plate} is already occupied by "${occupant}"` })
    }
  }
  return occupied
}

/**
 * Until the transaction ends nobody else changes samples, so that of two files none is mixed into the other; reading goes on. It is the
 * transaction's first lock, and nobody who waits for it holds another.
 */
async function keepOthersOut(tx: Transaction): Promise<void> {
  await tx.execute(sql`lock table samples in share row exclusive mode`)
}

async function carryOut(tx: Transaction, { created, existing, leaving }: Plan): Promise<Imported> {
  const now = sql`${tx.context.now.toISOString()}::timestamptz`
  // First out of their wells, then into the new ones: so samples can change places.
  await inChunks(leaving, (barcodes) =>
    tx.execute(sql`update samples set plate = null, well = null where barcode = any(${sql.param(barcodes)}::text[])`),
  )
  await inChunks(existing, (rows) =>
    tx.execute(sql`
      update samples s
         set name = coalesce(f.name, s.name), type = coalesce(f.type, s.type),
             plate = coalesce(f.plate, s.plate), well = coalesce(f.well, s.well), updated_at = ${now}
        from ${tableOf(rows)}
       where s.barcode = f.barcode
         and (f.name <> coalesce(s.name, '') or f.type <> coalesce(s.type, '')
           or f.plate <> coalesce(s.plate, '') or f.well <> coalesce(s.well, ''))`),
  )
  await inChunks(created, (rows) =>
    tx.execute(sql`
      insert into samples (barcode, name, type, plate, well, created_at, updated_at)
      select f.*, ${now}, ${now} from ${tableOf(rows)}`),
  )
  const counts = { created: created.length, updated: existing.length }
  if (counts.created + counts.updated > 0) appendEvent(tx, { kind: 'sample.imported', data: counts })
  return counts
}

/** The rows as a table `f`. JSON is written and read quicker than an array for each column. */
function tableOf(rows: ImportRow[]) {
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as f(barcode text, name text, type text, plate text, well text)`
}

async function inChunks<T>(items: T[], work: (chunk: T[]) => Promise<unknown>): Promise<void> {
  for (const chunk of chunksOf(items)) {
    await work(chunk)
    await setImmediate()
  }
}

function* chunksOf<T>(items: T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += chunkSize) yield items.slice(from, from + chunkSize)
}
