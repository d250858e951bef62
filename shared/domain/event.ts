/** The kinds of things that happen in the lab, as REST, UI and the audit trail name them. */

export const eventKinds = [
  'device.created',
  'device.changed',
  'device.deleted',
  'device.booked',
  'device.released',
  'queue.entry_added',
  'queue.entry_moved',
  'queue.entry_cancelled',
  'queue.entry_booked',
  'workflow.created',
  'workflow.queued',
  'workflow.started',
  'workflow.pause_requested',
  'workflow.pause_withdrawn',
  'workflow.paused',
  'workflow.resumed',
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'workflow.interrupted',
  'workflow.recovered',
  'workflow.deleted',
  'step.started',
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.aborted',
  'step.interrupted',
  'operation.started',
  'operation.completed',
  'operation.failed',
  'operation.aborted',
  'sample.created',
  'sample.moved',
  'sample.imported',
  'settings.changed',
  'lab.restart_failed',
] as const

export type EventKind = (typeof eventKinds)[number]

/** What a command says of itself; `data` holds what changed, in wire names, and the `reason` where one was given. */
export type NewEvent = {
  kind: EventKind
  deviceId?: string | null
  workflowId?: string | null
  data?: Record<string, unknown>
}

/** An event as it was kept: ids are in commit order. */
export type LabEvent = {
  id: number
  kind: EventKind
  at: Date
  actor: string
  operator: string | null
  deviceId: string | null
  workflowId: string | null
  data: Record<string, unknown>
}
