/** What must be so after a restart, given what stood in the tables when the program died. */

import { expect } from 'vitest'
import type { Operation, Snapshot, WorkflowState } from './snapshot.ts'

/** What ran is interrupted, whoever holds a device holds it still, nothing was re-run or handed on, and queues only moved on in their order. */
export function expectNothingGuessed(before: Snapshot, after: Snapshot): void {
  expect({ before: before.broken, after: after.broken }).toEqual({ before: {}, after: {} })

  for (const { id, device_id, workflow_id, step_index, stop_kind } of before.running) {
    const log = after.operations.get(id)
    expect(log).toMatchObject({ status: 'interrupted', ended: true, error: expect.stringContaining('program ended') })
    // What a person had asked for when it ran is done, as the operation has ended.
    if (stop_kind) continue
    expect(after.bookings.get(device_id)).toEqual(before.bookings.get(device_id))
    if (step_index === null) continue
    const [was, is] = [before.workflows.get(workflow_id), after.workflows.get(workflow_id)]
    expect(is).toEqual({
      ...was,
      status: 'interrupted',
      steps: was?.steps.with(step_index, { ...step(was, step_index), status: 'interrupted' }),
    })
  }

  for (const [id, was] of before.workflows) {
    if (!waitsForAPerson(was)) continue
    expect(after.workflows.get(id)).toEqual(was)
  }
  for (const [device, booking] of before.bookings) {
    if (goesOn(before, device)) continue
    expect(after.bookings.get(device)).toEqual(booking)
    expect(leftOf(before, after, device)).toEqual(before.queues.get(device) ?? [])
  }
  for (const [device, queue] of before.queues) {
    const left = leftOf(before, after, device)
    expect(left).toEqual(queue.slice(queue.length - left.length))
  }
}

/** Who waited before and waits still. Workflows that go on may have joined a queue for their next step. */
function leftOf(before: Snapshot, after: Snapshot, device: string): number[] {
  return (after.queues.get(device) ?? []).filter((id) => id <= before.lastEntry)
}

/** Workflows that were between two steps: those go on by themselves. */
export function betweenSteps(before: Snapshot): string[] {
  const between = [...before.bookings]
    .filter(([device, { workflow_id }]) => goesOn(before, device) && !operationOf(before, workflow_id) && !before.waiting.has(workflow_id))
    .map(([, { workflow_id }]) => workflow_id)
  return [...new Set(between)]
}

/** Whether the device's holder may give it up without a person: it was between steps, or somebody had asked for its end. */
function goesOn(before: Snapshot, device: string): boolean {
  const holder = before.workflows.get(before.bookings.get(device)?.workflow_id ?? '')
  const running = before.running.find(({ device_id }) => device_id === device) ?? (holder && operationOf(before, holder.id))
  if (running) return running.stop_kind !== null
  return holder?.status === 'running' && holder.auto && !waitsForContact(before, holder)
}

/** Whether the device of its next step is booked for it, and offline. */
function waitsForContact(before: Snapshot, { id, steps }: WorkflowState): boolean {
  const next = steps.find(({ status }) => status === 'pending')?.device_id
  return next !== undefined && before.bookings.get(next)?.workflow_id === id && before.offline.has(next)
}

/** On whichever device. */
function operationOf(before: Snapshot, workflowId: string): Operation | undefined {
  return before.running.find(({ workflow_id }) => workflow_id === workflowId)
}

function waitsForAPerson({ status }: WorkflowState): boolean {
  return ['awaiting_recovery', 'interrupted', 'paused'].includes(status)
}

function step(workflow: WorkflowState, index: number): WorkflowState['steps'][number] {
  const found = workflow.steps[index]
  if (!found) throw new Error(`workflow ${workflow.id} has no step ${index}`)
  return found
}
