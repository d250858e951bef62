/** The demo lab: five instruments, 192 samples and a month of history, for whoever looks at the program for the first time. */

import { sql } from 'drizzle-orm'
import { deviceBookings, devices } from '../../../../db/schema/devices.ts'
import { settings } from '../../../../db/schema/settings.ts'
import { samples, workflowSamples, workflowSteps, workflows } from '../../../../db/schema/workflows.ts'
import { type DemoDevice, type DemoSample, demoDevices, demoSamples, monthStart } from './demo/bench.ts'
import { type BookedWorkflow, demoEvents } from './demo/events.ts'
import { insertLogs, type Transaction } from './demo/logs.ts'
import { inOrder, scheduleLogs } from './demo/schedule.ts'
import { type EndedWorkflow, endedWorkflows, logsOf, reservationsOf } from './demo/workflows.ts'
import type { Database } from './open.ts'

/** `logs`: how many execution logs in all, 0 to 10 million. The same seed gives the same lab. */
export type DemoLabOptions = { logs: number; seed?: number | undefined }

/** The row of `settings` that says the demo lab is there. */
const demoLabKey = 'demo_lab'
const usualSeed = 20_250_101

/**
 * Loads the demo lab into a new database; does nothing where it was loaded before.
 *
 * One transaction, however many logs: a crash leaves no demo lab or a whole one, and nobody sees a half. That is right for millions too,
 * as PostgreSQL keeps no undo log: a long transaction costs neither memory nor time. It costs disk, 0.5 GB of write-ahead log per million
 * logs, because the embedded store writes no checkpoint inside a transaction: one should follow.
 *
 * On the embedded store: 20,000 logs take 0.6 s of processor time, a million 20 s, ten million five minutes, all in 0.6 GB of memory.
 */
export async function loadDemoLab(database: Database, { logs, seed = usualSeed }: DemoLabOptions): Promise<void> {
  const demoWorkflows = endedWorkflows(seed)
  const placedSamples = demoSamples()

  await database.db.transaction(async (tx) => {
    if (!(await claim(tx, { logs, seed }))) return
    await insertBench(tx, demoDevices, placedSamples)
    const booked = await insertWorkflows(tx, demoWorkflows)
    await insertLogs(tx, history(logs, seed, demoWorkflows), logs)
    const events = demoEvents(demoDevices, placedSamples, booked)
    await analyze(tx)
    await tx.execute(sql`select learn_durations(2000)`)
    await tx.execute(sql`select count(*) from append_events(${JSON.stringify(events)}::json, ${database.kind === 'server'})`)
  })
}

/**
 * Without statistics the planner takes a month of logs for a handful, and nobody may gather them for the first minutes. Of the logs only what
 * people look for: their JSON would take as long again.
 */
async function analyze(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    analyze devices, device_bookings, samples, workflows, workflow_steps, workflow_samples,
            execution_logs (id, device_id, workflow_id, operation, status, started_at)`)
}

/** Of two programs that start on one new server at the same time, one waits here and then finds it done. */
async function claim(tx: Transaction, value: { logs: number; seed: number }): Promise<boolean> {
  const claimed = await tx.insert(settings).values({ key: demoLabKey, value, updatedAt: monthStart }).onConflictDoNothing().returning()
  return claimed.length > 0
}

async function insertBench(tx: Transaction, newDevices: readonly DemoDevice[], newSamples: readonly DemoSample[]): Promise<void> {
  await tx.insert(devices).values(newDevices.map((device) => ({ ...device, createdAt: monthStart })))
  await tx.insert(samples).values(newSamples.map((sample) => ({ ...sample, createdAt: monthStart, updatedAt: monthStart })))
}

/** The workflows with their steps and samples, and the bookings they held. */
async function insertWorkflows(tx: Transaction, ended: readonly EndedWorkflow[]): Promise<BookedWorkflow[]> {
  await tx.insert(workflows).values(ended.map(({ steps, barcodes, reason, ...workflow }) => ({ ...workflow, auto: false })))
  await tx
    .insert(workflowSteps)
    .values(
      ended.flatMap(({ id, steps }) => steps.map(({ result, ...step }, stepIndex) => ({ workflowId: id, stepIndex, ...attempted(step) }))),
    )
  await tx
    .insert(workflowSamples)
    .values(ended.flatMap(({ id, barcodes }) => barcodes.map((barcode, position) => ({ workflowId: id, position, barcode }))))
  const bookings = await tx
    .insert(deviceBookings)
    .values(
      ended.map(({ id, deviceId, startedAt, completedAt }) => {
        return { deviceId, workflowId: id, status: 'released' as const, bookedAt: startedAt, releasedAt: completedAt }
      }),
    )
    .returning({ id: deviceBookings.id, workflowId: deviceBookings.workflowId })
  const bookingIds = new Map(bookings.map((booking) => [booking.workflowId, booking.id]))
  return ended.map((workflow) => ({ ...workflow, bookingId: bookingIds.get(workflow.id) ?? 0 }))
}

function attempted<S extends { startedAt: Date | null }>(step: S): S & { attempts: number } {
  return { ...step, attempts: step.startedAt ? 1 : 0 }
}

/** In order of time. The workflows' own logs are among them unless so few are wanted that they do not fit. */
function history(logs: number, seed: number, ended: readonly EndedWorkflow[]) {
  const own = logsOf(ended)
  if (logs < own.length) return scheduleLogs(logs, seed, reservationsOf(ended))
  return inOrder([scheduleLogs(logs - own.length, seed, reservationsOf(ended)), own.values()])
}
