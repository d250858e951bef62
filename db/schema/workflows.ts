/** Workflows with their steps and samples, and the samples themselves. */

import { relations, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  json,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../shared/domain/execution-log.ts'
import { type RetryPolicy, stepStatuses, workflowStatuses } from '../../shared/domain/workflow.ts'
import { instant } from './columns.ts'
import { deviceBookings, deviceQueue, devices, queuePriority } from './devices.ts'

export const workflowStatus = pgEnum('workflow_status', workflowStatuses)
export const stepStatus = pgEnum('step_status', stepStatuses)

/** `seq` is the order of creation (a clock can tie). No foreign key to devices: an ended workflow outlives its device. */
export const workflows = pgTable(
  'workflows',
  {
    id: text('id').primaryKey(),
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    deviceId: text('device_id').notNull(),
    status: workflowStatus('status').notNull().default('created'),
    priority: queuePriority('priority').notNull().default('normal'),
    /** Whether its steps run by themselves. Null: nobody has said; it is settled when it leaves `created`. */
    auto: boolean('auto'),
    /** Asked for while a step ran; takes effect when the step ends. */
    pauseRequested: text('pause_requested', { enum: ['hold_device', 'release_device'] }),
    /** It gave up its own device so that nobody waits in a circle, and takes it again for its next step there. */
    gaveWay: boolean('gave_way').notNull().default(false),
    error: text('error'),
    operator: text('operator'),
    createdAt: instant('created_at').notNull().defaultNow(),
    queuedAt: instant('queued_at'),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
  },
  (table) => [
    uniqueIndex('workflows_by_seq').on(table.seq),
    index('workflows_by_status').on(table.status, table.seq),
    index('workflows_by_device').on(table.deviceId, table.seq),
    index('workflows_by_end').on(table.completedAt).where(sql`completed_at is not null`),
  ],
)

/** `step_index` counts from 0. */
export const workflowSteps = pgTable(
  'workflow_steps',
  {
    workflowId: text('workflow_id')
      .notNull()
      .references(() => workflows.id, { onDelete: 'cascade' }),
    stepIndex: integer('step_index').notNull(),
    operation: text('operation').notNull(),
    parameters: json('parameters').$type<JsonObject>().notNull().default({}),
    /** Null: the workflow's own device. */
    deviceId: text('device_id'),
    /** Keeps a device of its own until the next step that uses it. */
    hold: boolean('hold').notNull().default(false),
    retry: json('retry').$type<RetryPolicy>(),
    /** Null: the operation's own limit, or what its history allows. */
    timeoutSeconds: doublePrecision('timeout_seconds'),
    status: stepStatus('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
    error: text('error'),
    /** A driver's error code, for the retry policy. */
    errorCode: text('error_code'),
    /** Not before: the next attempt of a step that is retried by its policy. */
    retryAt: instant('retry_at'),
    /** What the person said who recovered it. */
    note: text('note'),
  },
  (table) => [
    primaryKey({ columns: [table.workflowId, table.stepIndex] }),
    uniqueIndex('one_running_step_per_workflow').on(table.workflowId).where(sql`status = 'running'`),
    index('steps_running').on(table.status).where(sql`status = 'running'`),
  ],
)

/** `well` is stored as A1, B12, AF48. */
export const samples = pgTable(
  'samples',
  {
    barcode: text('barcode').primaryKey(),
    name: text('name'),
    type: text('type'),
    plate: text('plate'),
    well: text('well'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('one_sample_per_well').on(table.plate, table.well),
    check('plate_and_well_together', sql`(plate is null) = (well is null)`),
  ],
)

/** `position` is the order in which the workflow named its samples, from 0. */
export const workflowSamples = pgTable(
  'workflow_samples',
  {
    workflowId: text('workflow_id')
      .notNull()
      .references(() => workflows.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    barcode: text('barcode')
      .notNull()
      .references(() => samples.barcode, { onUpdate: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.workflowId, table.position] }), index('workflows_by_sample').on(table.barcode)],
)

export const workflowRelations = relations(workflows, ({ many }) => ({
  steps: many(workflowSteps),
  samples: many(workflowSamples),
  waitsFor: many(deviceQueue),
  holds: many(deviceBookings),
}))
export const bookingRelations = relations(deviceBookings, ({ one }) => ({
  workflow: one(workflows, { fields: [deviceBookings.workflowId], references: [workflows.id] }),
  device: one(devices, { fields: [deviceBookings.deviceId], references: [devices.id] }),
}))
export const entryRelations = relations(deviceQueue, ({ one }) => ({
  workflow: one(workflows, { fields: [deviceQueue.workflowId], references: [workflows.id] }),
}))
export const stepRelations = relations(workflowSteps, ({ one }) => ({
  workflow: one(workflows, { fields: [workflowSteps.workflowId], references: [workflows.id] }),
}))
export const workflowSampleRelations = relations(workflowSamples, ({ one }) => ({
  workflow: one(workflows, { fields: [workflowSamples.workflowId], references: [workflows.id] }),
}))
