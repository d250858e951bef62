/** Runs the steps of every running workflow with `auto`, one after another, each time something happens that lets it go on. */

import { and, eq, inArray } from 'drizzle-orm'
import { deviceBookings } from '../../../../db/schema/devices.ts'
import { workflows } from '../../../../db/schema/workflows.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { Caller, Lab } from '../services/lab.ts'
import { claimNextStep } from '../services/operations.ts'
import type { Operations } from './operation.ts'

export type AutoRunner = {
  /** Goes on with everything that was running when the program started. */
  start(): Promise<void>
  /** Claims nothing more. What runs is for `Operations.close` to end. */
  close(): Promise<void>
}

const caller: Caller = { actor: 'runner', operator: null }

/** After these the workflow may have a step to run. */
const mayGoOn = new Set<LabEvent['kind']>([
  'workflow.started',
  'workflow.resumed',
  'workflow.recovered',
  'operation.completed',
  'operation.failed',
  'operation.aborted',
  'device.booked',
])

/** After an error that is no refusal, the database's for one. Milliseconds. */
const againAfter = 1_000

export function createAutoRunner(lab: Lab, operations: Operations): AutoRunner {
  const active = new Map<string, { again: boolean; ended: Promise<void> }>()
  /** Workflows that go on at a certain time. */
  const alarms = new Map<string, AbortController>()
  const over = new AbortController()

  function wake(workflowId: string): void {
    if (over.signal.aborted) return
    const entry = active.get(workflowId)
    if (entry) {
      entry.again = true
      return
    }
    const state = { again: true, ended: Promise.resolve() }
    active.set(workflowId, state)
    state.ended = run(workflowId, state)
  }

  async function run(workflowId: string, state: { again: boolean }): Promise<void> {
    while (state.again && !over.signal.aborted) {
      state.again = false
      try {
        while (!over.signal.aborted && (await runNextStep(workflowId)));
      } catch (error) {
        // A refusal means that somebody else moved first; the event of what they did wakes this workflow again.
        if (error instanceof DomainError) continue
        lab.logger.error({ err: error, workflow_id: workflowId }, 'a workflow could not go on; trying again')
        await lab.clock.wait(againAfter, over.signal).catch(() => undefined)
        state.again = true
      }
    }
    // In the same turn as the last look at `again`: a wake in between would be lost.
    active.delete(workflowId)
  }

  async function runNextStep(workflowId: string): Promise<boolean> {
    const next = await lab.transaction(caller, (tx) => claimNextStep(tx, workflowId, lab))
    if (next.kind === 'later') wakeAt(workflowId, next.at)
    if (next.kind !== 'claimed') return false
    const { log } = await operations.drive(caller, next.claim)
    return log.status === 'completed'
  }

  /** The time stands in the database, so that a program which starts anew finds it there. */
  function wakeAt(workflowId: string, at: Date): void {
    alarms.get(workflowId)?.abort()
    const alarm = new AbortController()
    alarms.set(workflowId, alarm)
    if (over.signal.aborted) return
    lab.clock.wait(Math.max(0, at.getTime() - lab.clock.now().getTime()), alarm.signal).then(
      () => {
        if (alarms.get(workflowId) === alarm) alarms.delete(workflowId)
        wake(workflowId)
      },
      () => undefined,
    )
  }

  /** @param deviceId only who holds it */
  async function wakeAll(deviceId?: string): Promise<void> {
    const { db } = lab.database
    const held = db.select({ id: deviceBookings.workflowId }).from(deviceBookings)
    const holder = deviceId && held.where(and(eq(deviceBookings.deviceId, deviceId), eq(deviceBookings.status, 'active')))
    const running = await db
      .select({ id: workflows.id })
      .from(workflows)
      .where(and(eq(workflows.status, 'running'), eq(workflows.auto, true), holder ? inArray(workflows.id, holder) : undefined))
    for (const { id } of running) wake(id)
  }

  const unsubscribe = lab.feed.subscribe((event) => {
    if (mayGoOn.has(event.kind) && event.workflowId) wake(event.workflowId)
    // The holder of a device that is back online may go on.
    if (event.kind === 'device.changed' && event.data.connection === 'online' && event.deviceId) {
      wakeAll(event.deviceId).catch((error: unknown) => lab.logger.error({ err: error }, 'waking the workflows of a device failed'))
    }
  })

  return {
    start: () => wakeAll(),
    async close() {
      unsubscribe()
      over.abort()
      for (const alarm of alarms.values()) alarm.abort()
      await Promise.allSettled([...active.values()].map((entry) => entry.ended))
    },
  }
}
