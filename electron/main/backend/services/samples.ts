/** Samples: what has which barcode, and in which well it sits. */

import { asc, eq, sql } from 'drizzle-orm'
import { samples } from '../../../../db/schema/workflows.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { normalizeWell } from '../../../../shared/domain/plate.ts'
import { reservedBarcodes, type SampleLocation } from '../../../../shared/domain/sample.ts'
import { appendEvent, type Reader, sqlState, type Transaction } from './lab.ts'

export type Sample = typeof samples.$inferSelect

/** All samples, ordered by barcode. */
export async function listSamples(db: Reader): Promise<Sample[]> {
  return db
    .select()
    .from(samples)
    .orderBy(asc(sql`${samples.barcode} collate "C"`))
}

/** @throws DomainError `sample_not_found` */
export async function getSample(db: Reader, barcode: string): Promise<Sample> {
  const [sample] = await db.select().from(samples).where(eq(samples.barcode, barcode))
  if (!sample) throw sampleNotFound(barcode)
  return sample
}

export type NewSample = { barcode: string; name: string | null; type: string | null; location: SampleLocation | null }

/** @throws DomainError `invalid_input` (a reserved barcode, no well), `sample_exists`, `well_occupied` */
export async function createSample(tx: Transaction, values: NewSample): Promise<Sample> {
  if (reservedBarcodes.includes(values.barcode)) {
    throw new DomainError('invalid_input', `barcode "${values.barcode}" is reserved; choose another`, { field: 'barcode' })
  }
  const { now } = tx.context
  const place = stored(values.location)
  const [sample] = await tx
    .insert(samples)
    .values({ barcode: values.barcode, name: values.name, type: values.type, ...place, createdAt: now, updatedAt: now })
    .onConflictDoNothing()
    .returning()
  if (!sample) throw await conflict(tx, values.barcode, place)
  appendEvent(tx, { kind: 'sample.created', data: { barcode: sample.barcode, ...place } })
  return sample
}

/**
 * Puts a sample into another well, or into none.
 * @throws DomainError `sample_not_found`, `well_occupied`, `invalid_input` (no well)
 */
export async function moveSample(tx: Transaction, barcode: string, location: SampleLocation | null): Promise<Sample> {
  const place = stored(location)
  const [before] = await tx.select().from(samples).where(eq(samples.barcode, barcode)).for('update')
  if (!before) throw sampleNotFound(barcode)
  return putInto(tx, before, place)
}

type Place = { plate: string | null; well: string | null }

async function putInto(tx: Transaction, before: Sample, place: Place): Promise<Sample> {
  const { barcode } = before
  try {
    // A savepoint, so that a refused well leaves the transaction usable for the question who sits there.
    const [sample] = await tx.transaction((savepoint) =>
      savepoint
        .update(samples)
        .set({ ...place, updatedAt: tx.context.now })
        .where(eq(samples.barcode, barcode))
        .returning(),
    )
    appendEvent(tx, { kind: 'sample.moved', data: { barcode, ...place, from: { plate: before.plate, well: before.well } } })
    return sample ?? { ...before, ...place }
  } catch (error) {
    if (sqlState(error) !== uniqueViolation) throw error
    throw await conflict(tx, undefined, place)
  }
}

export type SampleMove = { barcode: string; location: SampleLocation | null }

/**
 * Puts several samples into other wells, all of them or none; they may change places among themselves.
 * @throws DomainError `sample_not_found`, `well_occupied`, `invalid_input` (no well, a sample twice)
 */
export async function moveSamples(tx: Transaction, moves: readonly SampleMove[]): Promise<Sample[]> {
  const barcodes = moves.map((move) => move.barcode)
  if (new Set(barcodes).size < moves.length) throw new DomainError('invalid_input', 'A sample can only be moved once at a time')
  const all = sql`${sql.param(barcodes)}::text[]`
  const rows = await tx.select().from(samples).where(sql`${samples.barcode} = any(${all})`).orderBy(asc(samples.barcode)).for('update')
  const before = new Map(rows.map((row) => [row.barcode, row]))
  // First out of their wells, then into the new ones.
  await tx.update(samples).set({ plate: null, well: null }).where(sql`${samples.barcode} = any(${all})`)
  const moved: Sample[] = []
  for (const { barcode, location } of moves) {
    const known = before.get(barcode)
    if (!known) throw sampleNotFound(barcode)
    moved.push(await putInto(tx, known, stored(location)))
  }
  return moved
}

/** Which of the barcodes exist, in the order asked. */
export async function validateBarcodes(db: Reader, barcodes: string[]): Promise<{ barcode: string; exists: boolean }[]> {
  if (barcodes.length === 0) return []
  const rows = await db
    .select({ barcode: samples.barcode })
    .from(samples)
    .where(sql`${samples.barcode} = any(${sql.param(barcodes)}::text[])`)
  const known = new Set(rows.map((row) => row.barcode))
  return barcodes.map((barcode) => ({ barcode, exists: known.has(barcode) }))
}

/** PostgreSQL, appendix A. */
const uniqueViolation = '23505'

function stored(location: SampleLocation | null): Place {
  return location ? { plate: location.plate, well: normalizeWell(location.well) } : { plate: null, well: null }
}

async function conflict(tx: Transaction, barcode: string | undefined, place: Place): Promise<DomainError> {
  if (barcode !== undefined) {
    const [taken] = await tx.select({ barcode: samples.barcode }).from(samples).where(eq(samples.barcode, barcode))
    if (taken) return new DomainError('sample_exists', `A sample with the barcode "${barcode}" already exists`, { field: 'barcode' })
  }
  const { plate, well } = place
  const occupant = await tx.query.samples.findFirst({
    columns: { barcode: true },
    where: (table, { and, eq }) => and(eq(table.plate, plate ?? ''), eq(table.well, well ?? '')),
  })
  return new DomainError('well_occupied', `Well ${well} of ${plate} is already occupied`, {
    plate,
    well,
    barcode: occupant?.barcode ?? null,
  })
}

function sampleNotFound(barcode: string): DomainError {
  return new DomainError('sample_not_found', 'Sample not found', { barcode })
}
