/** How long operations took in this lab: the latest completions of each kind, kept with each completion. */

import { inArray, sql } from 'drizzle-orm'
import { operationDurations } from '../../../../db/schema/estimates.ts'
import type { DeviceType } from '../../../../shared/domain/device.ts'
import { expectedStretch, type Measured, signaturesOf } from '../../../../shared/domain/duration.ts'
import type { Stretch } from '../../../../shared/domain/estimate.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import type { Reader, Transaction } from './lab.ts'
import type { LogRow } from './running-operation.ts'

/** What was measured, kept in memory and read again after a completion. */
export type Durations = {
  /** Reads what is not known yet, in one statement. */
  load(db: Reader, operations: readonly string[]): Promise<void>
  /** At speed 1; measured where there is a history, else nominal. `load` comes first. */
  stretchOf(deviceType: DeviceType, operation: string, parameters: JsonObject): Stretch
  /** An operation of this name has completed, in this program or in another. */
  forget(operation: string): void
}

/** Completions that count, the latest ones. */
const sampleSize = 200

export function createDurations(): Durations {
  const known = new Map<string, Map<string, Measured>>()
  const stale = new Set<string>()

  return {
    async load(db, operations) {
      const wanted = [...new Set(operations)].filter((operation) => !known.has(operation) || stale.has(operation))
      if (wanted.length === 0) return
      // Before the read: a completion meanwhile makes it stale again.
      for (const operation of wanted) stale.delete(operation)
      const rows = await db
        .select({
          deviceType: operationDurations.deviceType,
          operation: operationDurations.operation,
          signature: operationDurations.signature,
          p50: operationDurations.p50,
          p90: operationDurations.p90,
          count: sql<number>`cardinality(${operationDurations.seconds})`,
        })
        .from(operationDurations)
        .where(inArray(operationDurations.operation, wanted))
      const read = new Map(wanted.map((operation) => [operation, new Map<string, Measured>()]))
      for (const { deviceType, operation, signature, ...measured } of rows) read.get(operation)?.set(keyOf(deviceType, signature), measured)
      for (const [operation, bySignature] of read) known.set(operation, bySignature)
    },
    stretchOf(deviceType, operation, parameters) {
      return expectedStretch(operation, parameters, (signature) => known.get(operation)?.get(keyOf(deviceType, signature)))
    },
    forget: (operation) => void stale.add(operation),
  }
}

/**
 * Counts a completion: the last statement of its transaction before the events, behind all locks of devices, so that two programs that
 * complete the same operation cannot wait for each other. A simulated device logs the speed it ran at; times it, a duration is what the work
 * takes at speed 1, and speed 0 tells nothing.
 */
export async function countCompletion(tx: Transaction, log: LogRow): Promise<void> {
  if (log.status !== 'completed' || log.speed <= 0 || log.durationMs === null) return
  const seconds = (log.durationMs * log.speed) / 1000
  await tx.execute(sql`
    insert into operation_durations as kept (device_type, operation, signature, seconds, p50, p90, updated_at)
    select devices.type, ${log.operation}, s.signature, array[${seconds}::float8], ${seconds}::float8, ${seconds}::float8,
           ${tx.context.now.toISOString()}::timestamptz
      from devices, unnest(${sql.param(signaturesOf(log.operation, log.parameters))}::text[]) with ordinality as s(signature, place)
     where devices.id = ${log.deviceId}
     order by s.place
    on conflict (device_type, operation, signature) do update set (seconds, p50, p90, updated_at) = (
      select array_agg(value order by place), percentile_cont(0.5) within group (order by value),
             percentile_cont(0.9) within group (order by value), excluded.updated_at
        from unnest(kept.seconds || excluded.seconds) with ordinality as latest(value, place)
       where place > cardinality(kept.seconds) + 1 - ${sampleSize}::integer)`)
}

function keyOf(deviceType: DeviceType, signature: string): string {
  return `${deviceType} ${signature}`
}
