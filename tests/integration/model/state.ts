/** The reference model's picture of a lab: plain data, written from rest-api.md and knowing nothing of the program. */

export type Priority = 'urgent' | 'normal' | 'low'
export type WorkflowStatus =
  | 'created'
  | 'queued'
  | 'running'
  | 'paused'
  | 'awaiting_recovery'
  | 'interrupted'
  | 'completed'
  | 'failed'
  | 'cancelled'
export type StepStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'aborted' | 'interrupted'

/** What the simulated device is asked to do: one that hangs ends only when it is aborted, one that disconnects is offline then. */
export type Simulate = 'none' | 'fail' | 'disconnect' | 'hang'

export type Step = { status: StepStatus; attempts: number; simulate: Simulate }

/** Everything is named by a reference of the test's own; the bench knows the real ids. */
export type Workflow = {
  device: string
  status: WorkflowStatus
  priority: Priority
  steps: Step[]
  /** A pause that takes effect when the running operation ends. */
  pauseRequested: 'keep' | 'release' | null
}

export type Entry = {
  device: string
  workflow: string
  priority: Priority
  status: 'waiting' | 'booked' | 'cancelled'
  cameFrom: 'created' | 'paused'
}

/** Claimed by the command `by`, which is answered when it ends. `step` null: a plain execute. */
export type Operation = { by: string; workflow: string; step: number | null; simulate: Simulate }

export type Device = {
  mode: 'processing' | 'maintenance'
  connection: 'online' | 'offline'
  holder: string | null
  /** Waiting entries in order of turn. */
  queue: string[]
  /** Grows with every change of the queue. */
  version: number
  operation: Operation | null
  /** Failures in a row, each of another workflow than the one before. */
  failures: { count: number; last: string | null }
}

/** What a command is told: of the body what the model has a word on. */
export type Reply = { status: number; code?: string; tells?: Record<string, unknown> }

export type Lab = {
  devices: Record<string, Device>
  workflows: Record<string, Workflow>
  entries: Record<string, Entry>
  /** By the command's reference. */
  replies: Record<string, Reply>
}

export function newDevice(): Device {
  return {
    mode: 'processing',
    connection: 'online',
    holder: null,
    queue: [],
    version: 0,
    operation: null,
    failures: { count: 0, last: null },
  }
}

export function inService(device: Device): boolean {
  return device.mode === 'processing' && device.connection === 'online'
}

/** A device that has failed three different workflows in a row goes into maintenance by itself. */
export function countFailure(device: Device, workflow: string): void {
  if (device.failures.last === workflow) return
  device.failures = { count: device.failures.count + 1, last: workflow }
  if (device.failures.count >= 3) device.mode = 'maintenance'
}

export const ended: readonly WorkflowStatus[] = ['completed', 'failed', 'cancelled']

export function refused(status: number, code: string): Reply {
  return { status, code }
}

/** A device that nobody holds and that is in service goes to the first in its queue, whose workflow runs from then on. */
export function bookHead(lab: Lab, device: Device): void {
  if (device.holder !== null || !inService(device)) return
  const head = device.queue.shift()
  if (head === undefined) return
  const entry = entryOf(lab, head)
  entry.status = 'booked'
  device.version += 1
  device.holder = entry.workflow
  const workflow = lab.workflows[entry.workflow]
  if (workflow) workflow.status = 'running'
}

export function letGo(lab: Lab, device: Device | undefined, workflow: string): void {
  if (device?.holder !== workflow) return
  device.holder = null
  bookHead(lab, device)
}

/** Behind those of its priority, before those of a lower one. */
export function joinQueue(lab: Lab, name: string, entry: Entry): void {
  lab.entries[name] = entry
  const device = lab.devices[entry.device]
  if (!device) throw new Error(`no device ${entry.device}`)
  insertLast(lab, device, name)
  device.version += 1
}

const order: readonly Priority[] = ['urgent', 'normal', 'low']

export function insertLast(lab: Lab, device: Device, name: string): void {
  const rank = order.indexOf(entryOf(lab, name).priority)
  const behind = device.queue.findIndex((other) => order.indexOf(entryOf(lab, other).priority) > rank)
  device.queue.splice(behind < 0 ? device.queue.length : behind, 0, name)
}

export function entryOf(lab: Lab, name: string): Entry {
  const entry = lab.entries[name]
  if (!entry) throw new Error(`no entry ${name}`)
  return entry
}

/** What an answer with a queue entry tells of it. */
export function tellEntry(lab: Lab, name: string): Record<string, unknown> {
  const { device, workflow, priority, status } = entryOf(lab, name)
  return { entry: name, workflow, priority, status, position: (lab.devices[device]?.queue.indexOf(name) ?? -1) + 1 }
}

/** The operation that runs on the workflow's own device in its name. */
export function operationOf(lab: Lab, name: string): Operation | undefined {
  const operation = lab.devices[lab.workflows[name]?.device ?? '']?.operation
  return operation?.workflow === name ? operation : undefined
}
