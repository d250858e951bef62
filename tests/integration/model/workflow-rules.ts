/** The contract of the workflow service (rest-api.md §4 and §7) as a reference model: the life of workflows and their steps. */

import type { CommandOf } from './commands.ts'
import { abort, cancelEntry, whyNotBookable } from './device-rules.ts'
import {
  countFailure,
  ended,
  entryOf,
  joinQueue,
  type Lab,
  letGo,
  operationOf,
  type Reply,
  refused,
  type Simulate,
  tellEntry,
  type Workflow,
} from './state.ts'

const noWorkflow = refused(404, 'workflow_not_found')
const wrongState = refused(400, 'invalid_state')
const operationRunning = refused(409, 'operation_running')
const notYours = refused(403, 'not_your_booking')

export function create(lab: Lab, { device, steps, priority, ref }: CommandOf<'create'>): Reply {
  if (!lab.devices[device]) return refused(400, 'unknown_device')
  lab.workflows[`w-${ref}`] = {
    device,
    priority,
    status: 'created',
    steps: steps.map((simulate) => ({ status: 'pending', attempts: 0, simulate })),
    pauseRequested: null,
  }
  return { status: 201, tells: { workflow: `w-${ref}`, status: 'created' } }
}

export function start(lab: Lab, { workflow: name, onBusy, priority, ref }: CommandOf<'start'>): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'created') return wrongState
  return obtainDevice(lab, name, workflow, { message: 'Workflow started', onBusy, ref, priority: priority ?? workflow.priority })
}

export function resume(lab: Lab, { workflow: name, onBusy, ref }: CommandOf<'resume'>): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.pauseRequested) {
    workflow.pauseRequested = null
    return told(workflow, 'Workflow resumed')
  }
  if (workflow.status !== 'paused') return wrongState
  const reply = obtainDevice(lab, name, workflow, { message: 'Workflow resumed', onBusy, ref, priority: workflow.priority })
  // What a forced release cut off runs again.
  if (reply.status < 300) for (const step of workflow.steps) if (step.status === 'aborted') step.status = 'pending'
  return reply
}

type Wanting = { message: string; onBusy: 'fail' | 'queue' | undefined; ref: string; priority: Workflow['priority'] }

/** The booking it has, or a new one, or a place in the queue if it wants one. */
function obtainDevice(lab: Lab, name: string, workflow: Workflow, { message, onBusy, ref, priority }: Wanting): Reply {
  const device = lab.devices[workflow.device]
  if (!device) return refused(404, 'device_not_found')
  const refusal = device.holder === name ? undefined : whyNotBookable(device)
  if (refusal && onBusy !== 'queue') return refusal
  workflow.priority = priority
  if (!refusal) {
    device.holder = name
    workflow.status = 'running'
    return told(workflow, message)
  }
  const cameFrom = workflow.status === 'paused' ? 'paused' : 'created'
  joinQueue(lab, `e-${ref}`, { device: workflow.device, workflow: name, priority, status: 'waiting', cameFrom })
  workflow.status = 'queued'
  return { status: 202, tells: { ...tellEntry(lab, `e-${ref}`), message: 'Workflow queued', status: 'queued' } }
}

export function complete(lab: Lab, name: string): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'running') return wrongState
  if (operationOf(lab, name)) return operationRunning
  end(lab, name, workflow, 'completed')
  return told(workflow, 'Workflow completed')
}

export function cancel(lab: Lab, name: string): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (ended.includes(workflow.status)) return wrongState
  const device = lab.devices[workflow.device]
  if (device && operationOf(lab, name)) abort(lab, device)
  for (const entry of device?.queue ?? []) if (device && entryOf(lab, entry).workflow === name) cancelEntry(lab, device, entry)
  end(lab, name, workflow, 'cancelled')
  return told(workflow, 'Workflow cancelled')
}

function end(lab: Lab, name: string, workflow: Workflow, status: 'completed' | 'cancelled' | 'failed'): void {
  for (const step of workflow.steps) if (step.status === 'pending') step.status = 'skipped'
  Object.assign(workflow, { status, pauseRequested: null })
  letGo(lab, lab.devices[workflow.device], name)
}

export function pause(lab: Lab, { workflow: name, releases }: CommandOf<'pause'>): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'running') return wrongState
  if (operationOf(lab, name)) {
    workflow.pauseRequested = releases ? 'release' : 'keep'
    return { ...told(workflow, 'Workflow paused'), status: 202 }
  }
  workflow.status = 'paused'
  if (releases) letGo(lab, lab.devices[workflow.device], name)
  return told(workflow, 'Workflow paused')
}

export function recover(lab: Lab, { workflow: name, action, heals }: CommandOf<'recover'>): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'awaiting_recovery' && workflow.status !== 'interrupted') return wrongState
  if (action === 'abort') {
    // Its device cannot be handed over while it moves; cancel is what aborts.
    if (operationOf(lab, name)) return operationRunning
    end(lab, name, workflow, 'failed')
    return told(workflow, 'Workflow recovered')
  }
  const step = workflow.steps.findLast(({ status }) => status === 'failed' || status === 'interrupted')
  if (!step) throw new Error(`${name} waits for recovery without a step that failed`)
  step.status = ({ retry: 'pending', skip: 'skipped', mark_done: 'completed' } as const)[action]
  if (action === 'retry' && heals) step.simulate = 'none'
  // One whose device was taken away meanwhile does not run without it.
  workflow.status = lab.devices[workflow.device]?.holder === name ? 'running' : 'paused'
  return told(workflow, 'Workflow recovered')
}

export function deleteWorkflow(lab: Lab, name: string): Reply {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'created' && !ended.includes(workflow.status)) return refused(409, 'workflow_in_use')
  if (operationOf(lab, name)) return operationRunning
  delete lab.workflows[name]
  letGo(lab, lab.devices[workflow.device], name)
  return { status: 204 }
}

/** Undefined: it runs, and is answered at its end. */
export function executeStep(lab: Lab, { workflow: name, step: asked, ref }: CommandOf<'executeStep'>): Reply | undefined {
  const workflow = lab.workflows[name]
  if (!workflow) return noWorkflow
  if (workflow.status !== 'running') return wrongState
  if (asked !== undefined && !workflow.steps[asked]) return refused(400, 'invalid_step_index')
  const runs = workflow.steps.some(({ status }) => status === 'running')
  const index = asked ?? workflow.steps.findIndex(({ status }) => status === 'pending')
  const step = workflow.steps[index]
  if (!step && !runs) return refused(400, 'no_step_left')
  const refusal = claim(lab, { by: ref, device: workflow.device, workflow: name, step: index, simulate: step?.simulate ?? 'none' })
  if (refusal) return refusal
  if (step) Object.assign(step, { status: 'running', attempts: step.attempts + 1 })
  return undefined
}

/** Undefined: it runs, and is answered at its end. */
export function execute(lab: Lab, { device, workflow, simulate, ref }: CommandOf<'execute'>): Reply | undefined {
  if (!lab.devices[device]) return refused(404, 'device_not_found')
  return claim(lab, { by: ref, device, workflow, step: null, simulate })
}

type Claim = { by: string; device: string; workflow: string; step: number | null; simulate: Simulate }

function claim(lab: Lab, { device: name, ...operation }: Claim): Reply | undefined {
  const device = lab.devices[name]
  if (device?.holder !== operation.workflow) return notYours
  if (device.operation) return operationRunning
  if (device.connection === 'offline') return refused(409, 'device_unavailable')
  device.operation = operation
  return undefined
}

/** The running operation of a device comes to its own end; one that hangs never does. */
export function finish(lab: Lab, deviceName: string): void {
  const device = lab.devices[deviceName]
  const operation = device?.operation
  if (!device || !operation || operation.simulate === 'hang') throw new Error(`nothing on ${deviceName} can end`)
  device.operation = null
  const failed = operation.simulate !== 'none'
  // Nobody knows how far it came.
  const lost = operation.simulate === 'disconnect'
  if (lost) device.connection = 'offline'
  else if (failed) countFailure(device, operation.workflow)
  else device.failures = { count: 0, last: null }
  const workflow = lab.workflows[operation.workflow]
  const step = operation.step === null ? undefined : workflow?.steps[operation.step]
  if (step) step.status = lost ? 'interrupted' : failed ? 'failed' : 'completed'

  // What a script does on another device in a workflow's name leaves the workflow as it is.
  if (workflow?.device === deviceName && workflow.status === 'running') {
    const releases = workflow.pauseRequested === 'release'
    if (step && failed) workflow.status = lost ? 'interrupted' : 'awaiting_recovery'
    else if (workflow.pauseRequested) workflow.status = 'paused'
    workflow.pauseRequested = null
    if (workflow.status === 'paused' && releases) letGo(lab, device, operation.workflow)
  }
  const tells = step ? { step_index: operation.step, step: 'completed' } : { status: 'completed' }
  lab.replies[operation.by] = failed ? refused(502, 'operation_failed') : { status: 200, tells }
}

function told(workflow: Workflow, message: string): Reply {
  return { status: 200, tells: { message, status: workflow.status } }
}
