/** What the chain of events says of the demo lab. */

import type { EventKind } from '../../../../../shared/domain/event.ts'
import { type DemoDevice, type DemoSample, monthStart } from './bench.ts'
import type { EndedWorkflow } from './workflows.ts'

/** An entry of the batch that the database's `append_events` takes. */
export type BatchedEvent = {
  kind: EventKind
  at: string
  actor: string
  operator: string | null
  deviceId: string | null
  workflowId: string | null
  data: Record<string, unknown>
}

export type BookedWorkflow = EndedWorkflow & { bookingId: number }

/** In order of time. */
export function demoEvents(
  devices: readonly DemoDevice[],
  samples: readonly DemoSample[],
  workflows: readonly BookedWorkflow[],
): BatchedEvent[] {
  const opening = { at: monthStart.toISOString(), actor: 'program', operator: null, deviceId: null, workflowId: null }
  return [
    ...devices.map(({ id, name, type }): BatchedEvent => ({ ...opening, kind: 'device.created', deviceId: id, data: { name, type } })),
    { ...opening, kind: 'sample.imported', data: { created: samples.length, updated: 0 } },
    // A stable sort: what one command said stays together and in its order. No two workflows overlap on a device.
    ...workflows.flatMap(eventsOf).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  ]
}

function eventsOf(workflow: BookedWorkflow): BatchedEvent[] {
  const { id, name, deviceId, operator, status, bookingId } = workflow
  const tell = (at: Date, kind: EventKind, data: Record<string, unknown>): BatchedEvent => {
    return { kind, at: at.toISOString(), actor: 'ui', operator, deviceId, workflowId: id, data }
  }
  return [
    tell(workflow.createdAt, 'workflow.created', { name, steps: workflow.steps.length, samples: workflow.barcodes.length }),
    tell(workflow.startedAt, 'device.booked', { booking_id: bookingId }),
    tell(workflow.startedAt, 'workflow.started', { name, status: 'running' }),
    tell(workflow.completedAt, `workflow.${status}`, { name, status, ...(workflow.reason ? { reason: workflow.reason } : {}) }),
    tell(workflow.completedAt, 'device.released', { booking_id: bookingId }),
  ]
}
