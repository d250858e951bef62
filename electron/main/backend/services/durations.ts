/** How long operations took in this lab: median and 90th percentile of the latest, per device type and operation. */

import { sql } from 'drizzle-orm'
import type { DeviceType } from '../../../../shared/domain/device.ts'
import { nominalStretch, type Stretch } from '../../../../shared/domain/estimate.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { nominalSeconds, requestedSeconds } from '../../../../shared/domain/operation.ts'
import type { Reader } from './lab.ts'

export type OperationKey = { deviceType: DeviceType; operation: string }

/** What was measured, kept in memory and read again after a completion. */
export type Durations = {
  /** Reads what is not known yet: one short statement per new kind of operation. */
  load(db: Reader, keys: readonly OperationKey[]): Promise<void>
  /** At speed 1; measured where there is a history, else nominal. `load` comes first. */
  stretchOf(key: OperationKey, parameters: JsonObject): Stretch
  /** An operation of this name has completed. */
  forget(operation: string): void
}

/** Completions that count, the latest ones; and how many of an operation are looked through for those of the device type. */
const sampleSize = 200
const readAtMost = 2000

export function createDurations(): Durations {
  const measured = new Map<string, Map<DeviceType, Stretch | null>>()

  return {
    async load(db, keys) {
      for (const { deviceType, operation } of keys) {
        const byType = measured.get(operation) ?? new Map<DeviceType, Stretch | null>()
        if (byType.has(deviceType)) continue
        const stretch = await measure(db, deviceType, operation)
        measured.set(operation, byType.set(deviceType, stretch))
      }
    },
    stretchOf({ deviceType, operation }, parameters) {
      const asked = requestedSeconds(operation, parameters)
      const known = asked === undefined ? measured.get(operation)?.get(deviceType) : undefined
      return known ?? nominalStretch(nominalSeconds(operation, parameters))
    },
    forget: (operation) => void measured.delete(operation),
  }
}

/** A simulated device logs the speed it ran at; times it, a duration is what the work takes at speed 1. Speed 0 tells nothing. */
async function measure(db: Reader, deviceType: DeviceType, operation: string): Promise<Stretch | null> {
  const { rows } = await db.execute<{ p50: number | null; p90: number | null }>(sql`
    select percentile_cont(0.5) within group (order by seconds) as p50, percentile_cont(0.9) within group (order by seconds) as p90
      from (select latest.seconds
              from (select device_id, duration_ms * speed / 1000 as seconds, started_at, id
                      from execution_logs
                     where operation = ${operation} and status = 'completed' and speed > 0
                     order by started_at desc, id desc limit ${readAtMost}) latest
              join devices on devices.id = latest.device_id and devices.type = ${deviceType}
             order by latest.started_at desc, latest.id desc limit ${sampleSize}) counted`)
  const { p50, p90 } = rows[0] ?? {}
  return p50 == null || p90 == null ? null : { p50: Number(p50), p90: Number(p90), basedOn: 'measured' }
}
