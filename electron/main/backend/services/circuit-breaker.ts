/** Takes a device out of service before it spoils the next workflow: one that fails whatever comes to it, or may still be at work. */

import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { devices } from '../../../../db/schema/devices.ts'
import { settings } from '../../../../db/schema/settings.ts'
import type { DeviceRow } from './devices.ts'
import { appendEvent, type Reader, type Transaction } from './lab.ts'
import type { LogRow } from './running-operation.ts'

/** Failures in a row of different workflows that put a device in maintenance; 0 = never. The `settings` row `circuit_breaker`. */
export const circuitBreakerSchema = z.object({ failures: z.int().min(0) })

const usual: z.infer<typeof circuitBreakerSchema> = { failures: 3 }

/** The setting as it stands; what a hand in the database made unreadable counts as the usual one. */
export async function readCircuitBreaker(db: Reader): Promise<z.infer<typeof circuitBreakerSchema>> {
  const [row] = await db.select().from(settings).where(eq(settings.key, 'circuit_breaker'))
  return circuitBreakerSchema.safeParse(row?.value).data ?? usual
}

/** For every device, from its next failure on. */
export async function changeCircuitBreaker(tx: Transaction, value: z.infer<typeof circuitBreakerSchema>): Promise<void> {
  const { now } = tx.context
  await tx
    .insert(settings)
    .values({ key: 'circuit_breaker', value, updatedAt: now })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: now } })
  appendEvent(tx, { kind: 'settings.changed', data: { circuit_breaker: value } })
}

/**
 * Counts what an operation's end says of its device: a completion clears it, one workflow that fails again and again counts once.
 * @returns the device as it is afterwards, in maintenance when it was one failure too many
 */
export async function countFailures(tx: Transaction, device: DeviceRow, log: LogRow): Promise<DeviceRow> {
  if (log.status === 'completed' && device.failuresInRow > 0) return change(tx, device, { failuresInRow: 0, lastFailedWorkflow: null })
  if (log.status !== 'failed' || device.lastFailedWorkflow === log.workflowId) return device

  const failuresInRow = device.failuresInRow + 1
  const counted = { failuresInRow, lastFailedWorkflow: log.workflowId }
  const { failures } = await readCircuitBreaker(tx)
  if (failures === 0 || failuresInRow < failures || device.mode === 'maintenance') return change(tx, device, counted)

  const reason = `${failuresInRow} workflows in a row failed on this device; the last time: ${log.error ?? 'no reason given'}`
  return putOutOfService(tx, await change(tx, device, counted), reason)
}

/** Into maintenance, until a person puts it back. @returns the device as it is afterwards */
export async function putOutOfService(tx: Transaction, device: DeviceRow, reason: string): Promise<DeviceRow> {
  if (device.mode === 'maintenance') return device
  appendEvent(tx, { kind: 'device.changed', deviceId: device.id, data: { mode: 'maintenance', reason } })
  return change(tx, device, { mode: 'maintenance', modeReason: reason })
}

async function change(tx: Transaction, device: DeviceRow, values: Partial<DeviceRow>): Promise<DeviceRow> {
  await tx.update(devices).set(values).where(eq(devices.id, device.id))
  return { ...device, ...values }
}
