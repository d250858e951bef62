/** When a workflow's turn comes: what the queue, the running operation and the lab's own history say. */

import { and, asc, inArray } from 'drizzle-orm'
import { workflowSteps, workflows } from '../../../../db/schema/workflows.ts'
import { inService } from '../../../../shared/domain/device.ts'
import {
  atSpeed,
  estimateWait,
  inSequence,
  remaining,
  type Stretch,
  type WaitAnswer,
  type WaitQuestion,
  type Work,
} from '../../../../shared/domain/estimate.ts'
import { type Priority, placesAhead } from '../../../../shared/domain/queue.ts'
import { type Device, getDevice } from './devices.ts'
import type { EntryRow } from './hand-over.ts'
import type { Lab, Reader } from './lab.ts'
import { waitingEntries } from './queue.ts'
import { type LogRow, runningOperation } from './running-operation.ts'

/** One device's queue with what is expected of each place. */
export type Forecast = {
  device: Device
  at: Date
  entries: EntryRow[]
  names: Map<string, string>
  /** Who has the device, with what is left of it; null when it is free. */
  holder: WaitQuestion['holder']
  /** For the entry at this index of `entries`. */
  ofPlace(index: number): WaitAnswer
  /** For a request of that priority that would come now. */
  ofNewcomer(priority: Priority): WaitAnswer
}

type Planned = { name: string; status: string; steps: { operation: string; stretch: Stretch; status: string; stepIndex: number }[] }

/** @throws DomainError `device_not_found` */
export async function forecastQueue(lab: Lab, db: Reader, deviceId: string): Promise<Forecast> {
  const device = await getDevice(db, deviceId)
  const entries = device.queueLength > 0 ? await waitingEntries(db, deviceId) : []
  const running = device.status === 'busy' ? await runningOperation(db, deviceId) : undefined
  const at = lab.clock.now()
  const ids = [...entries.map((entry) => entry.workflowId), ...(device.workflowId === null ? [] : [device.workflowId])]
  const planned = await plannedWork(lab, db, device, ids, running ? [running.operation] : [])

  const holder = device.workflowId === null ? null : holding(lab, device, device.workflowId, planned, running, at)
  const works = entries.map((entry) => waiting(lab, device, entry.workflowId, planned))
  const outOfService = reasonOutOfService(device)
  return {
    device,
    at,
    entries,
    holder,
    names: new Map([...planned].map(([id, work]) => [id, work.name])),
    ofPlace: (index) => estimateWait({ outOfService, holder, ahead: works.slice(0, index) }),
    ofNewcomer: (priority) => estimateWait({ outOfService, holder, ahead: works.slice(0, placesAhead(entries, priority)) }),
  }
}

/** The lab's own workflows among these ids with what their steps are expected to take: two statements, whatever their number. */
async function plannedWork(lab: Lab, db: Reader, device: Device, ids: string[], alsoOperations: string[]): Promise<Map<string, Planned>> {
  if (ids.length === 0) return new Map()
  const known = await db
    .select({ id: workflows.id, name: workflows.name, status: workflows.status })
    .from(workflows)
    .where(inArray(workflows.id, ids))
  const steps = await db
    .select()
    .from(workflowSteps)
    .where(and(inArray(workflowSteps.workflowId, ids), inArray(workflowSteps.status, ['pending', 'running'])))
    .orderBy(asc(workflowSteps.workflowId), asc(workflowSteps.stepIndex))
  await lab.durations.load(db, [...alsoOperations, ...steps.map((step) => step.operation)])
  return new Map(
    known.map((workflow) => [
      workflow.id,
      {
        name: workflow.name,
        status: workflow.status,
        steps: steps
          .filter((step) => step.workflowId === workflow.id)
          .map((step) => ({
            operation: step.operation,
            status: step.status,
            stepIndex: step.stepIndex,
            stretch: stretchOf(lab, device, step.operation, step.parameters),
          })),
      },
    ]),
  )
}

function holding(
  lab: Lab,
  device: Device,
  id: string,
  planned: Map<string, Planned>,
  running: LogRow | undefined,
  at: Date,
): Work & { stalled: string | null } {
  const work = planned.get(id)
  const rest = work?.steps.filter((step) => step.status === 'pending').map((step) => step.stretch) ?? []
  if (running) {
    const elapsed = (at.getTime() - running.startedAt.getTime()) / 1000
    rest.push(remaining(stretchOf(lab, device, running.operation, running.parameters), elapsed))
  }
  return {
    name: work?.name ?? id,
    ...(work || running ? { stretch: inSequence(rest) } : unknownWork(lab, device)),
    stalled: work && work.status !== 'running' ? `It is ${work.status.replaceAll('_', ' ')} and goes on when a person says so` : null,
  }
}

function waiting(lab: Lab, device: Device, id: string, planned: Map<string, Planned>): Work {
  const work = planned.get(id)
  if (!work) return { name: id, ...unknownWork(lab, device) }
  return { name: work.name, stretch: inSequence(work.steps.map((step) => step.stretch)) }
}

/** A script's own workflow: its steps are not known here, so it counts as one nominal operation. */
function unknownWork(lab: Lab, device: Device): { stretch: Stretch; unknown: true } {
  return { stretch: stretchOf(lab, device, '', {}), unknown: true }
}

function stretchOf(lab: Lab, device: Device, operation: string, parameters: LogRow['parameters']): Stretch {
  const atOne = lab.durations.stretchOf(device.type, operation, parameters)
  return atSpeed(atOne, device.driver === 'simulated' ? lab.simSpeed : 1)
}

function reasonOutOfService(device: Device): string | null {
  if (inService(device)) return null
  const why = device.connection === 'offline' ? 'offline' : 'in maintenance'
  return `The device is ${why}: nobody can know when it will be back`
}
