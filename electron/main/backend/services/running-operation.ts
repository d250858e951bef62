/** The operation that runs on a device now, and the wish to end it before its time. */

import { and, eq, inArray, isNotNull, or } from 'drizzle-orm'
import { executionLogs, type StopRequest } from '../../../../db/schema/history.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { Reader, Transaction } from './lab.ts'

export type LogRow = typeof executionLogs.$inferSelect

/** At most one runs on a device: the index `one_running_operation_per_device` refuses another. */
export async function runningOperation(db: Reader, deviceId: string): Promise<LogRow | undefined> {
  const [log] = await db
    .select()
    .from(executionLogs)
    .where(and(eq(executionLogs.deviceId, deviceId), eq(executionLogs.status, 'running')))
  return log
}

/**
 * The operation that runs in this workflow's name: its step, wherever that runs, or what a script runs on its own device. There is one at most;
 * what a script runs elsewhere in its name is the script's.
 */
export async function operationOf(db: Reader, workflow: { id: string; deviceId: string }): Promise<LogRow | undefined> {
  const [log] = await db
    .select()
    .from(executionLogs)
    .where(
      and(
        eq(executionLogs.status, 'running'),
        eq(executionLogs.workflowId, workflow.id),
        or(eq(executionLogs.deviceId, workflow.deviceId), isNotNull(executionLogs.stepIndex)),
      ),
    )
  return log
}

/** Those that run on these devices, in one statement. */
export async function runningOperations(db: Reader, deviceIds: readonly string[]): Promise<LogRow[]> {
  return db
    .select()
    .from(executionLogs)
    .where(and(inArray(executionLogs.deviceId, [...deviceIds]), eq(executionLogs.status, 'running')))
}

/** Undefined once it has ended. */
export async function findRunning(db: Reader, logId: number): Promise<LogRow | undefined> {
  const [log] = await db
    .select()
    .from(executionLogs)
    .where(and(eq(executionLogs.id, logId), eq(executionLogs.status, 'running')))
  return log
}

/**
 * Asks for the end of a running operation. It is kept with the operation's log, so that whoever records the outcome does the rest in the
 * same transaction.
 * @returns false when somebody else has asked first: their command goes first, and this one has to be tried again after it
 */
export async function requestStop(tx: Transaction, log: LogRow, kind: StopRequest['kind'], reason: string | null): Promise<boolean> {
  if (log.stopRequest) return false
  const { actor, operator } = tx.context.caller
  await tx.update(executionLogs).set({ stopRequest: { kind, actor, operator, reason } }).where(eq(executionLogs.id, log.id))
  return true
}

export function operationRunning(log: LogRow): DomainError {
  return new DomainError('operation_running', `The operation "${log.operation}" is still running on this device`, {
    device_id: log.deviceId,
    operation: log.operation,
    log_id: log.id,
  })
}
