/** Devices, who holds them, and what waits for them. */

import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, json, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { deviceConnections, deviceModes, deviceStatuses, deviceTypes } from '../../shared/domain/device.ts'
import type { JsonObject } from '../../shared/domain/execution-log.ts'
import { entryStatuses, priorities } from '../../shared/domain/queue.ts'
import { instant } from './columns.ts'

export const deviceType = pgEnum('device_type', deviceTypes)
export const deviceStatus = pgEnum('device_status', deviceStatuses)
export const deviceMode = pgEnum('device_mode', deviceModes)
export const deviceConnection = pgEnum('device_connection', deviceConnections)
export const bookingStatus = pgEnum('booking_status', ['active', 'released'])
/** Sorted in order of turn: urgent, normal, low. */
export const queuePriority = pgEnum('queue_priority', priorities)
export const entryStatus = pgEnum('entry_status', entryStatuses)

/**
 * `status`, `queue_length` and `queue_version` follow device_bookings and device_queue by triggers (migration 0001),
 * so that they are true whoever writes, psql included.
 */
export const devices = pgTable('devices', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  type: deviceType('type').notNull(),
  status: deviceStatus('status').notNull().default('available'),
  mode: deviceMode('mode').notNull().default('processing'),
  connection: deviceConnection('connection').notNull().default('online'),
  capabilities: text('capabilities').array().notNull().default(sql`'{}'`),
  queueLength: integer('queue_length').notNull().default(0),
  queueVersion: bigint('queue_version', { mode: 'number' }).notNull().default(0),
  /** Why it is in maintenance or offline, where somebody or something said so. */
  modeReason: text('mode_reason'),
  connectionReason: text('connection_reason'),
  /** Failures without a completion between them, each of another workflow than the one before: what trips the circuit breaker. */
  failuresInRow: integer('failures_in_row').notNull().default(0),
  lastFailedWorkflow: text('last_failed_workflow'),
  driver: text('driver').notNull().default('simulated'),
  driverConfig: json('driver_config').$type<JsonObject>().notNull().default({}),
  createdAt: instant('created_at').notNull().defaultNow(),
})

export const deviceBookings = pgTable(
  'device_bookings',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    deviceId: text('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    workflowId: text('workflow_id').notNull(),
    /** The step it was booked for, where that runs on another device than its workflow; null for the workflow as a whole. */
    stepIndex: integer('step_index'),
    status: bookingStatus('status').notNull().default('active'),
    bookedAt: instant('booked_at').notNull().defaultNow(),
    releasedAt: instant('released_at'),
  },
  (table) => [
    uniqueIndex('one_active_booking_per_device').on(table.deviceId).where(sql`status = 'active'`),
    index('bookings_by_device').on(table.deviceId, table.id),
    index('bookings_by_time').on(table.deviceId, table.bookedAt, table.id),
    index('active_bookings_by_workflow').on(table.workflowId).where(sql`status = 'active'`),
  ],
)

/** Order of turn: priority, rank, id. `rank` is made by moves, `id` by arrival. */
export const deviceQueue = pgTable(
  'device_queue',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    deviceId: text('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    workflowId: text('workflow_id').notNull(),
    /** The step that waits, where it runs on another device than its workflow; null for the workflow as a whole. */
    stepIndex: integer('step_index'),
    priority: queuePriority('priority').notNull().default('normal'),
    rank: integer('rank').notNull().default(0),
    status: entryStatus('status').notNull().default('waiting'),
    note: text('note'),
    operator: text('operator'),
    /** Where its workflow goes back to when it leaves the queue unserved: `paused` when `resume` had queued it. */
    cameFrom: text('came_from', { enum: ['created', 'paused'] })
      .notNull()
      .default('created'),
    queuedAt: instant('queued_at').notNull().defaultNow(),
    bookedAt: instant('booked_at'),
    bookingId: bigint('booking_id', { mode: 'number' }),
    cancelledAt: instant('cancelled_at'),
  },
  (table) => [
    uniqueIndex('one_waiting_entry_per_workflow').on(table.deviceId, table.workflowId).where(sql`status = 'waiting'`),
    index('queue_in_order').on(table.deviceId, table.priority, table.rank, table.id).where(sql`status = 'waiting'`),
    index('queue_by_workflow').on(table.workflowId).where(sql`status = 'waiting'`),
    index('queue_by_booking').on(table.bookingId),
    index('queue_by_service').on(table.bookedAt, table.id).where(sql`status = 'booked'`),
    check('booked_with_booking', sql`(status = 'booked') = (booking_id is not null)`),
  ],
)
