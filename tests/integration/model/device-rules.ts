/** The contract of the device service (rest-api.md §3 and §7) as a reference model: bookings, modes, queue. */

import type { CommandOf, ReadVersion } from './commands.ts'
import {
  bookHead,
  type Device,
  type Entry,
  entryOf,
  inService,
  insertLast,
  joinQueue,
  type Lab,
  newDevice,
  operationOf,
  type Reply,
  refused,
  tellEntry,
} from './state.ts'

const noDevice = refused(404, 'device_not_found')
const operationRunning = refused(409, 'operation_running')

/** Why nobody can book the device now; undefined when anybody can. */
export function whyNotBookable(device: Device): Reply | undefined {
  if (!inService(device)) return refused(409, 'device_unavailable')
  return device.holder === null ? undefined : refused(409, 'device_busy')
}

export function book(lab: Lab, { device: name, workflow }: CommandOf<'book' | 'release'>): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  const refusal = whyNotBookable(device)
  if (refusal) return refusal
  device.holder = workflow
  return { status: 200, tells: { status: 'busy', workflow } }
}

export function release(lab: Lab, { device: name, workflow }: CommandOf<'book' | 'release'>): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  if (device.holder === null) return alreadyFree
  if (device.holder !== workflow) return refused(403, 'not_your_booking')
  if (device.operation) return operationRunning
  return handOver(lab, device)
}

export function forceRelease(lab: Lab, name: string): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  if (device.holder === null) return alreadyFree
  abort(lab, device)
  const workflow = lab.workflows[device.holder]
  if (workflow?.status === 'running') {
    // One that holds this device besides its own pauses as any does, after its running step.
    if (operationOf(lab, device.holder)) workflow.pauseRequested ??= 'keep'
    else Object.assign(workflow, { status: 'paused', pauseRequested: null })
  }
  return handOver(lab, device)
}

const alreadyFree: Reply = { status: 200, tells: { status: 'available', released: false, next: null } }

function handOver(lab: Lab, device: Device): Reply {
  device.holder = null
  bookHead(lab, device)
  return { status: 200, tells: { status: device.holder === null ? 'available' : 'busy', released: true, next: device.holder } }
}

/** Ends the running operation, if there is one, before its time; whoever waits for it is told. */
export function abort(lab: Lab, device: Device): void {
  const { operation } = device
  if (!operation) return
  device.operation = null
  const step = operation.step === null ? undefined : lab.workflows[operation.workflow]?.steps[operation.step]
  if (step) step.status = 'aborted'
  lab.replies[operation.by] = refused(409, 'operation_aborted')
}

export function change(lab: Lab, { device: name, mode, connection }: CommandOf<'change'>): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  if (mode === 'processing' && device.mode === 'maintenance') device.failures = { count: 0, last: null }
  device.mode = mode ?? device.mode
  device.connection = connection ?? device.connection
  bookHead(lab, device)
  return { status: 200, tells: viewDevice(device) }
}

export function addDevice(lab: Lab, name: string): Reply {
  if (lab.devices[name]) return refused(409, 'device_exists')
  const device = newDevice()
  lab.devices[name] = device
  return { status: 201, tells: viewDevice(device) }
}

export function deleteDevice(lab: Lab, name: string): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  if (device.holder !== null || device.queue.length > 0) return refused(409, 'device_in_use')
  delete lab.devices[name]
  for (const [entry, { device: of }] of Object.entries(lab.entries)) if (of === name) delete lab.entries[entry]
  return { status: 204 }
}

export function viewDevice(device: Device) {
  return {
    status: device.holder === null ? 'available' : 'busy',
    mode: device.mode,
    connection: device.connection,
    bookable: whyNotBookable(device) === undefined,
    holder: device.holder,
    queueLength: device.queue.length,
  }
}

export function enqueue(lab: Lab, { device: name, workflow: who, priority = 'normal', ref }: CommandOf<'enqueue'>): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  const workflow = lab.workflows[who]
  if (workflow && workflow.device !== name) return refused(400, 'wrong_device')
  if (device.holder === who) return refused(409, 'already_booked')
  if (device.queue.some((waiting) => entryOf(lab, waiting).workflow === who)) return refused(409, 'already_queued')
  if (workflow && workflow.status !== 'created') return refused(400, 'invalid_state')
  joinQueue(lab, `e-${ref}`, { device: name, workflow: who, priority, status: 'waiting', cameFrom: 'created' })
  if (workflow) workflow.status = 'queued'
  bookHead(lab, device)
  return { status: 201, tells: tellEntry(lab, `e-${ref}`) }
}

export function move(lab: Lab, { device: name, entry: which, move, ifMatch }: CommandOf<'move'>): Reply {
  const device = lab.devices[name]
  const entry = entryAt(lab, name, which)
  if (!device) return noDevice
  const neighbour = 'neighbour' in move ? entryAt(lab, name, move.neighbour) : entry
  if (!entry || !neighbour) return refused(404, 'queue_entry_not_found')
  if (isStale(device, ifMatch)) return refused(412, 'stale_version')
  if (entry.status !== 'waiting' || neighbour.status !== 'waiting') return refused(409, 'not_waiting')
  // The contract does not rank this 400 among the others; the model takes it last.
  if ('neighbour' in move && move.neighbour === which) return refused(400, 'invalid_input')

  const before = JSON.stringify([device.queue, entry.priority])
  if ('neighbour' in move) {
    device.queue = device.queue.filter((other) => other !== which)
    device.queue.splice(device.queue.indexOf(move.neighbour) + (move.to === 'after' ? 1 : 0), 0, which)
    entry.priority = neighbour.priority
  } else if (move.priority !== entry.priority) {
    device.queue = device.queue.filter((other) => other !== which)
    entry.priority = move.priority
    insertLast(lab, device, which)
  }
  if (JSON.stringify([device.queue, entry.priority]) !== before) device.version += 1
  return { status: 200, tells: tellEntry(lab, which) }
}

export function leave(lab: Lab, { device: name, entry: which, ifMatch }: CommandOf<'leave'>): Reply {
  const device = lab.devices[name]
  if (!device) return noDevice
  const entry = entryAt(lab, name, which)
  if (!entry) return refused(404, 'queue_entry_not_found')
  if (isStale(device, ifMatch)) return refused(412, 'stale_version')
  if (entry.status !== 'waiting') return refused(409, 'not_waiting')
  cancelEntry(lab, device, which)
  const workflow = lab.workflows[entry.workflow]
  if (workflow) workflow.status = entry.cameFrom
  return { status: 200, tells: tellEntry(lab, which) }
}

export function cancelEntry(lab: Lab, device: Device, which: string): void {
  entryOf(lab, which).status = 'cancelled'
  device.queue = device.queue.filter((other) => other !== which)
  device.version += 1
}

function entryAt(lab: Lab, device: string, which: string): Entry | undefined {
  const entry = lab.entries[which]
  return entry?.device === device ? entry : undefined
}

function isStale(device: Device, ifMatch: ReadVersion): boolean {
  return ifMatch !== null && ifMatch !== '*' && ifMatch.version !== device.version
}
