/** The reference model's one entrance: a command changes the lab and is answered, or starts an operation that is answered at its end. */

import type { Command } from './commands.ts'
import * as device from './device-rules.ts'
import { type Lab, type Reply, tellEntry } from './state.ts'
import * as workflow from './workflow-rules.ts'

/** The answer stands in `lab.replies` under the command's reference; none yet when its operation runs. */
export function apply(lab: Lab, command: Command): void {
  const reply = replyTo(lab, command)
  if (reply) lab.replies[command.ref] = reply
}

function replyTo(lab: Lab, command: Command): Reply | undefined {
  switch (command.kind) {
    case 'book':
      return device.book(lab, command)
    case 'release':
      return device.release(lab, command)
    case 'forceRelease':
      return device.forceRelease(lab, command.device)
    case 'enqueue':
      return device.enqueue(lab, command)
    case 'move':
      return device.move(lab, command)
    case 'leave':
      return device.leave(lab, command)
    case 'change':
      return device.change(lab, command)
    case 'addDevice':
      return device.addDevice(lab, command.device)
    case 'deleteDevice':
      return device.deleteDevice(lab, command.device)
    case 'execute':
      return workflow.execute(lab, command)
    case 'create':
      return workflow.create(lab, command)
    case 'start':
      return workflow.start(lab, command)
    case 'complete':
      return workflow.complete(lab, command.workflow)
    case 'cancel':
      return workflow.cancel(lab, command.workflow)
    case 'deleteWorkflow':
      return workflow.deleteWorkflow(lab, command.workflow)
    case 'pause':
      return workflow.pause(lab, command)
    case 'resume':
      return workflow.resume(lab, command)
    case 'executeStep':
      return workflow.executeStep(lab, command)
    case 'recover':
      return workflow.recover(lab, command)
  }
}

/** A device's operation that will end by itself. */
export function canFinish(lab: Lab, name: string): boolean {
  const operation = lab.devices[name]?.operation
  return operation !== null && operation !== undefined && operation.simulate !== 'hang'
}

export { finish } from './workflow-rules.ts'

/** What can be seen of one device over HTTP. */
export type View = {
  device: ReturnType<typeof device.viewDevice> | null
  queue: Record<string, unknown>[]
  workflows: Record<string, { status: string; priority: string; steps: string[] }>
}

export function view(lab: Lab, name: string): View {
  const found = lab.devices[name]
  const own = Object.entries(lab.workflows).filter(([, { device }]) => device === name)
  return {
    device: found ? device.viewDevice(found) : null,
    queue: found?.queue.map((entry) => tellEntry(lab, entry)) ?? [],
    workflows: Object.fromEntries(
      own.map(([ref, { status, priority, steps }]) => [
        ref,
        { status, priority, steps: steps.map((step) => `${step.status} ×${step.attempts}`) },
      ]),
    ),
  }
}
