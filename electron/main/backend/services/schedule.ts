/** What is expected of each device: its holder's run, then the queue in order; when a workflow's turn comes, and why then. */

import { and, eq, inArray, or, type SQL } from 'drizzle-orm'
import { deviceQueue } from '../../../../db/schema/devices.ts'
import { executionLogs } from '../../../../db/schema/history.ts'
import { inService } from '../../../../shared/domain/device.ts'
import { estimateWait, inSequence, type WaitAnswer } from '../../../../shared/domain/estimate.ts'
import { byTurn, type Priority, placesAhead } from '../../../../shared/domain/queue.ts'
import { type PlannedRun, type PredictedRun, predictRuns, stepsWhileHeld } from '../../../../shared/domain/schedule.ts'
import { type Device, getDevice, listDevices } from './devices.ts'
import type { EntryRow } from './hand-over.ts'
import type { Lab, Reader } from './lab.ts'
import { type PlannedWorkflow, plannedWork, runningStep, stretchOn } from './planned-work.ts'
import type { LogRow } from './running-operation.ts'

/** One device as it stands at `at`, with what is expected of it. Stretches are seconds from then. */
export type Forecast = {
  device: Device
  at: Date
  /** Who waits, in order of turn. */
  entries: EntryRow[]
  /** Of the lab's own workflows that have the device or wait for it. */
  names: Map<string, string>
  /** Who has the device, with what is left of it; null when it is free. */
  holder: PlannedRun | null
  /** The holder's first, then those of `entries`. */
  runs: PredictedRun[]
  /** The sentence why nobody can know, if so: of a device out of service when its queue moves, of a stalled holder when it goes on. */
  unknownBecause: string | null
  /** For the entry at this index of `entries`. */
  ofPlace(index: number): WaitAnswer
  /** For a request of that priority that would come now. */
  ofNewcomer(priority: Priority): WaitAnswer
}

/** @throws DomainError `device_not_found` */
export async function forecastQueue(lab: Lab, db: Reader, deviceId: string): Promise<Forecast> {
  const device = await getDevice(db, deviceId)
  const [forecast] = await forecastAll(lab, db, [device], deviceId)
  if (!forecast) throw new Error('a device that is there gave no forecast')
  return forecast
}

/** All devices, ordered by id, in at most six statements whatever their number. */
export async function forecastDevices(lab: Lab, db: Reader): Promise<Forecast[]> {
  return forecastAll(lab, db, await listDevices(db), undefined)
}

/** @param only the one device that these are, if they are one */
async function forecastAll(lab: Lab, db: Reader, all: Device[], only: string | undefined): Promise<Forecast[]> {
  const entries = all.some(({ queueLength }) => queueLength > 0) ? await waitingFor(db, only) : []
  const holders = all.flatMap(({ workflowId }) => workflowId ?? [])
  const running = holders.length > 0 ? await runningFor(db, only, holders) : []
  const at = lab.clock.now()
  const ids = [...new Set([...holders, ...entries.map(({ workflowId }) => workflowId)])]
  const operations = running.map(({ operation }) => operation)
  const planned = await plannedWork(lab, db, ids, at, operations)
  await lab.lateness.load(db, at)
  return all.map((device) => {
    const own = entries.filter(({ deviceId }) => deviceId === device.id)
    return forecastOf(lab, { device, at, entries: own, planned, running })
  })
}

type Facts = { device: Device; at: Date; entries: EntryRow[]; planned: Map<string, PlannedWorkflow>; running: LogRow[] }

function forecastOf(lab: Lab, facts: Facts): Forecast {
  const { device, at, entries, planned } = facts
  const holder = device.workflowId === null ? null : holding(lab, facts, device.workflowId)
  const works = entries.map((entry) => waiting(lab, device, entry, planned.get(entry.workflowId)))
  const outOfService = reasonOutOfService(device)
  const lateness = lab.lateness.value()
  const runs = holder ? [holder, ...works] : works
  const wait = (places: number) => estimateWait({ outOfService, holder, ahead: works.slice(0, places), lateness: lateness.starts })
  return {
    device,
    at,
    entries,
    holder,
    names: new Map(runs.flatMap(({ workflowId }) => named(workflowId, planned))),
    runs: predictRuns({ runs, outOfService, lateness }),
    unknownBecause: outOfService ?? holder?.stalled ?? null,
    ofPlace: wait,
    ofNewcomer: (priority) => wait(placesAhead(entries, priority)),
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
  }
}

function common(workflowId: string, work: PlannedWorkflow | undefined) {
  return { workflowId, name: work?.name ?? workflowId, byHand: work !== undefined && !work.auto }
}

function named(workflowId: string, planned: Map<string, PlannedWorkflow>): [string, string][] {
  const work = planned.get(workflowId)
  return work ? [[workflowId, work.name]] : []
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
  if (work && work.status !== 'running') return `It is ${work.status.replaceAll('_', ' ')} and goes on when a person says so`
  return device.connection === 'offline' ? reasonOutOfService(device) : null
}

async function waitingFor(db: Reader, deviceId: string | undefined): Promise<EntryRow[]> {
  const conditions: SQL[] = [eq(deviceQueue.status, 'waiting'), ...(deviceId === undefined ? [] : [eq(deviceQueue.deviceId, deviceId)])]
  const rows = await db
    .select()
    .from(deviceQueue)
    .where(and(...conditions))
  return rows.sort(byTurn)
}

/** What runs on the device, and what its holder runs elsewhere. */
async function runningFor(db: Reader, deviceId: string | undefined, holders: string[]): Promise<LogRow[]> {
  return db
    .select()
    .from(executionLogs)
    .where(
      and(
        eq(executionLogs.status, 'running'),
        deviceId === undefined ? undefined : or(eq(executionLogs.deviceId, deviceId), inArray(executionLogs.workflowId, holders)),
      ),
    )
}
