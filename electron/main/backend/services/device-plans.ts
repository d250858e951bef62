/** What each device has before it: its holder's run and those of the queue, in order, before anything is foretold. */

import { and, eq, inArray, or } from 'drizzle-orm'
import { deviceQueue } from '../../../../db/schema/devices.ts'
import { executionLogs } from '../../../../db/schema/history.ts'
import { inService } from '../../../../shared/domain/device.ts'
import { inSequence } from '../../../../shared/domain/estimate.ts'
import { byTurn } from '../../../../shared/domain/queue.ts'
import { type PlannedRun, stepsWhileHeld } from '../../../../shared/domain/schedule.ts'
import type { Device } from './devices.ts'
import type { EntryRow } from './hand-over.ts'
import type { Lab, Reader } from './lab.ts'
import { type PlannedWorkflow, plannedWork, runningStep, stretchOn } from './planned-work.ts'
import type { LogRow } from './running-operation.ts'

/** One device as it stands at `at`. Stretches are seconds from then. */
export type DevicePlan = {
  device: Device
  at: Date
  /** Who waits, in order of turn. */
  entries: EntryRow[]
  /** Of the lab's own workflows that have the device or wait for it; others may be among them. */
  planned: ReadonlyMap<string, PlannedWorkflow>
  /** Who has the device, with what is left of it; null when it is free. */
  holder: PlannedRun | null
  /** The holder's first, then those of `entries`. */
  runs: PlannedRun[]
  /** The sentence why nobody can know when the queue moves; null when the device is in service. */
  outOfService: string | null
}

type Facts = Pick<DevicePlan, 'device' | 'at' | 'entries' | 'planned'> & { running: LogRow[] }

/**
 * In at most four statements, whatever their number.
 * @param all these are all devices
 */
export async function readPlans(lab: Lab, db: Reader, devices: readonly Device[], { all }: { all: boolean }): Promise<DevicePlan[]> {
  const ids = all ? undefined : devices.map(({ id }) => id)
  const entries = devices.some(({ queueLength }) => queueLength > 0) ? await waitingFor(db, ids) : []
  const holders = devices.flatMap(({ workflowId }) => workflowId ?? [])
  const running = holders.length > 0 ? await runningFor(db, ids, holders) : []
  const at = lab.clock.now()
  const workflowIds = [...new Set([...holders, ...entries.map(({ workflowId }) => workflowId)])]
  const operations = running.map(({ operation }) => operation)
  const planned = await plannedWork(lab, db, workflowIds, at, operations)
  return devices.map((device) => {
    const own = entries.filter(({ deviceId }) => deviceId === device.id)
    return planOf(lab, { device, at, entries: own, planned, running })
  })
}

function planOf(lab: Lab, facts: Facts): DevicePlan {
  const { device, at, entries, planned } = facts
  const holder = device.workflowId === null ? null : holding(lab, facts, device.workflowId)
  const works = entries.map((entry) => waiting(lab, device, entry, planned.get(entry.workflowId)))
  return {
    device,
    at,
    entries,
    planned,
    holder,
    runs: holder ? [holder, ...works] : works,
    outOfService: reasonOutOfService(device),
  }
}

function holding(lab: Lab, { device, at, planned, running }: Facts, id: string): PlannedRun {
  const work = planned.get(id)
  const log = running.find(({ workflowId, deviceId }) => workflowId === id && (deviceId === device.id || work !== undefined))
  const step = log && work?.running?.stepIndex === log.stepIndex ? work?.running : undefined
  const now = log ? [runningStep(lab, step?.kind ?? device, log, at, step?.hold ?? false)] : []
  const all = [...now, ...(work?.steps ?? [])]
  const steps = device.stepIndex === null || !work ? all : stepsWhileHeld(all, device.id, device.stepIndex)
  return {
    ...common(id, work),
    queueEntryId: null,
    heldFor: device.bookedAt ? (at.getTime() - device.bookedAt.getTime()) / 1000 : 0,
    steps,
    ...(work || log ? { stretch: inSequence(steps.map(({ stretch }) => stretch)) } : unknownWork(lab, device)),
    stalled: reasonStalled(device, work),
    byHandElsewhere: false,
  }
}

function waiting(lab: Lab, device: Device, entry: EntryRow, work: PlannedWorkflow | undefined): PlannedRun {
  // A workflow that gave its own device up for a moment waits for it with a step too, and then has it to its end.
  const isOwn = entry.stepIndex === null || work?.deviceId === device.id
  const steps = isOwn ? (work?.steps ?? []) : stepsWhileHeld(work?.steps ?? [], device.id, entry.stepIndex ?? 0)
  return {
    ...common(entry.workflowId, work),
    queueEntryId: entry.id,
    heldFor: 0,
    steps,
    ...(work ? { stretch: inSequence(steps.map(({ stretch }) => stretch)) } : unknownWork(lab, device)),
    stalled: null,
    byHandElsewhere: false,
  }
}

function common(workflowId: string, work: PlannedWorkflow | undefined) {
  return { workflowId, name: work?.name ?? workflowId, byHand: work !== undefined && !work.auto }
}

/** A script's own workflow: its steps are not known here, so it counts as one nominal operation. */
function unknownWork(lab: Lab, device: Device) {
  return { stretch: stretchOn(lab, device, '', {}), unknown: true }
}

function reasonOutOfService(device: Device): string | null {
  if (inService(device)) return null
  const why = device.connection === 'offline' ? 'offline' : 'in maintenance'
  return `The device is ${why}: nobody can know when it will be back`
}

/** In maintenance a holder may go on; offline it cannot. */
function reasonStalled(device: Device, work: PlannedWorkflow | undefined): string | null {
  if (work?.status === 'queued') return `It waits for its device "${work.deviceId}"`
  if (work && work.status !== 'running') return `It is ${work.status.replaceAll('_', ' ')} and goes on when a person says so`
  return device.connection === 'offline' ? reasonOutOfService(device) : null
}

async function waitingFor(db: Reader, deviceIds: string[] | undefined): Promise<EntryRow[]> {
  const rows = await db
    .select()
    .from(deviceQueue)
    .where(and(eq(deviceQueue.status, 'waiting'), deviceIds && inArray(deviceQueue.deviceId, deviceIds)))
  return rows.sort(byTurn)
}

/** What runs on these devices, and what their holders run elsewhere. */
async function runningFor(db: Reader, deviceIds: string[] | undefined, holders: string[]): Promise<LogRow[]> {
  const here = deviceIds && or(inArray(executionLogs.deviceId, deviceIds), inArray(executionLogs.workflowId, holders))
  return db
    .select()
    .from(executionLogs)
    .where(and(eq(executionLogs.status, 'running'), here))
}
