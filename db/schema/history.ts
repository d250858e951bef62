/** What happened: operations on devices, and the chain of events. */

import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, integer, json, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { EventKind } from '../../shared/domain/event.ts'
import { type JsonObject, logStatuses } from '../../shared/domain/execution-log.ts'
import { instant } from './columns.ts'

export const logStatus = pgEnum('log_status', logStatuses)

/** What ends a running operation before its time, and who asked. */
export type StopRequest = { kind: 'cancel' | 'force_release'; actor: string; operator: string | null; reason: string | null }

/** No foreign keys: the history of a device or workflow stays when it is deleted. */
export const executionLogs = pgTable(
  'execution_logs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    deviceId: text('device_id').notNull(),
    workflowId: text('workflow_id').notNull(),
    stepIndex: integer('step_index'),
    operation: text('operation').notNull(),
    status: logStatus('status').notNull(),
    parameters: json('parameters').$type<JsonObject>().notNull().default({}),
    result: json('result').$type<unknown>(),
    error: text('error'),
    /** A driver's error code, a word a program can go by; null when there is none. */
    errorCode: text('error_code'),
    operator: text('operator'),
    startedAt: instant('started_at').notNull(),
    completedAt: instant('completed_at'),
    /** Milliseconds it really took. */
    durationMs: bigint('duration_ms', { mode: 'number' }),
    /** How much faster than nominal the device ran: 1 for a real instrument, the simulated speed otherwise, 0 for no waiting. */
    speed: doublePrecision('speed').notNull().default(1),
    /** The program that drives it, so that another one on the same server does not take it for lost. */
    station: integer('station'),
    stopRequest: json('stop_request').$type<StopRequest>(),
  },
  (table) => [
    index('logs_by_time').on(table.startedAt, table.id),
    index('logs_by_device').on(table.deviceId, table.startedAt, table.id),
    index('logs_by_workflow').on(table.workflowId, table.startedAt, table.id),
    index('logs_by_operation').on(table.operation, table.startedAt, table.id),
    // Nearly all are completed; those that are not are what people look for.
    index('logs_not_completed').on(table.status, table.startedAt, table.id).where(sql`status <> 'completed'`),
    uniqueIndex('one_running_operation_per_device').on(table.deviceId).where(sql`status = 'running'`),
  ],
)

/** Ids are in commit order (one advisory lock); `hash` covers the row and its predecessor's hash, so that tampering shows. */
export const events = pgTable(
  'events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<EventKind>().notNull(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    operator: text('operator'),
    deviceId: text('device_id'),
    workflowId: text('workflow_id'),
    data: json('data').$type<Record<string, unknown>>().notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [index('events_by_device').on(table.deviceId, table.id), index('events_by_workflow').on(table.workflowId, table.id)],
)
