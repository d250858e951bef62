/** What the lab has learned of how long things take, and what it foretold. */

import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'
import { deviceType } from './devices.ts'

/** Durations of the latest completions, kept with each completion; `signature` tells runs of an operation apart whose parameters make them differ. */
export const operationDurations = pgTable(
  'operation_durations',
  {
    deviceType: deviceType('device_type').notNull(),
    operation: text('operation').notNull(),
    signature: text('signature').notNull(),
    /** At speed 1, the latest last, 200 at most. */
    seconds: doublePrecision('seconds').array().notNull(),
    p50: doublePrecision('p50').notNull(),
    p90: doublePrecision('p90').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceType, table.operation, table.signature] })],
)

/** What was foretold when a workflow queued (its start) or began (its end), and when it came. */
export const predictions = pgTable(
  'predictions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind', { enum: ['start', 'end'] }).notNull(),
    workflowId: text('workflow_id').notNull(),
    deviceId: text('device_id').notNull(),
    basedOn: text('based_on', { enum: ['measured', 'nominal', 'none'] }).notNull(),
    madeAt: instant('made_at').notNull(),
    p50At: instant('p50_at').notNull(),
    p90At: instant('p90_at').notNull(),
    /** Null until it came. */
    actualAt: instant('actual_at'),
  },
  (table) => [index('predictions_by_time').on(table.madeAt), index('open_predictions').on(table.workflowId).where(sql`actual_at is null`)],
)
