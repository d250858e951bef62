/** The life of a workflow, held against a table written from architecture.md §5 and the REST contract. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from './errors.ts'
import {
  hasEnded,
  isDeletable,
  mayRetry,
  nextPendingStep,
  nextStatus,
  type StepStatus,
  stepStatuses,
  stepToRecover,
  transitions,
  type WorkflowStatus,
  type WorkflowTrigger,
  workflowStatuses,
} from './workflow.ts'

/** Every way there is; any other pair of status and trigger is refused. */
const ways: [from: WorkflowStatus, trigger: WorkflowTrigger, to: WorkflowStatus][] = [
  // created → [queued →] running → completed
  ['created', 'start', 'running'],
  ['created', 'queue', 'queued'],
  ['queued', 'start', 'running'], // booked from the queue: its turn has come
  ['running', 'complete', 'completed'],
  // running ⇄ paused; resume on a busy device queues
  ['running', 'pause', 'paused'],
  ['paused', 'resume', 'running'],
  ['paused', 'queue', 'queued'],
  // a cancelled entry puts its workflow back where it came from
  ['queued', 'leave_queue', 'created'],
  ['queued', 'leave_queue_paused', 'paused'],
  // a step failed, or the program ended while one ran: a person decides
  ['running', 'step_failed', 'awaiting_recovery'],
  ['running', 'interrupt', 'interrupted'],
  ['awaiting_recovery', 'recover', 'running'],
  ['awaiting_recovery', 'give_up', 'failed'],
  ['interrupted', 'recover', 'running'],
  ['interrupted', 'give_up', 'failed'],
  // its device was taken away meanwhile
  ['awaiting_recovery', 'recover_without_device', 'paused'],
  ['interrupted', 'recover_without_device', 'paused'],
  // cancelled from anywhere but an end
  ['created', 'cancel', 'cancelled'],
  ['queued', 'cancel', 'cancelled'],
  ['running', 'cancel', 'cancelled'],
  ['paused', 'cancel', 'cancelled'],
  ['awaiting_recovery', 'cancel', 'cancelled'],
  ['interrupted', 'cancel', 'cancelled'],
]

/** What a refused trigger says; the compiler sees to it that none is left out. `Workflow already started or completed` and `Workflow is not running` are the contract's. */
const refusals: Record<WorkflowTrigger, string> = {
  start: 'Workflow already started or completed',
  queue: 'Workflow cannot be queued in its present state',
  leave_queue: 'Workflow is not queued',
  leave_queue_paused: 'Workflow is not queued',
  pause: 'Workflow is not running',
  resume: 'Workflow is not paused',
  complete: 'Workflow is not running',
  step_failed: 'Workflow is not running',
  interrupt: 'Workflow is not running',
  recover: 'Workflow does not wait for recovery',
  recover_without_device: 'Workflow does not wait for recovery',
  give_up: 'Workflow does not wait for recovery',
  cancel: 'Workflow has already ended',
}

const triggers = Object.keys(refusals) as WorkflowTrigger[] // the record's keys are exactly the triggers
const ends: WorkflowStatus[] = ['completed', 'failed', 'cancelled']

describe('a workflow', () => {
  it('has the states of the contract and no others', () => {
    expect([...workflowStatuses].sort()).toEqual(
      ['created', 'queued', 'running', 'completed', 'paused', 'awaiting_recovery', 'interrupted', 'failed', 'cancelled'].sort(),
    )
    expect(Object.keys(transitions).sort()).toEqual([...workflowStatuses].sort())
  })

  const pairs = workflowStatuses.flatMap((status) => triggers.map((trigger) => [status, trigger] as const))

  it.each(ways)('that is %s goes by "%s" to %s', (from, trigger, to) => {
    expect(nextStatus(from, trigger)).toBe(to)
  })

  it.each(pairs.filter(([status, trigger]) => !wayFrom(status, trigger)))('that is %s refuses "%s"', (status, trigger) => {
    expect(() => nextStatus(status, trigger)).toThrow(
      expect.objectContaining({ code: 'invalid_state', message: refusals[trigger], details: { status } }),
    )
  })

  it.each(workflowStatuses.map((status) => [status] as const))('that is %s has ended exactly when nothing leads on', (status) => {
    expect(hasEnded(status)).toBe(ends.includes(status))
  })

  it.each(workflowStatuses.map((status) => [status] as const))(
    'that is %s may be deleted only if it never started or is over',
    (status) => {
      expect(isDeletable(status)).toBe(status === 'created' || ends.includes(status))
    },
  )

  it('comes to every state from created, and from each of them can still be ended', () => {
    expect(reachableFrom('created')).toEqual(new Set(workflowStatuses))
    for (const status of workflowStatuses) expect(ends.some((end) => reachableFrom(status).has(end))).toBe(true)
  })

  it('stays ended once it has, whatever happens to it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...triggers), { maxLength: 40 }), (happenings) => {
        let status: WorkflowStatus = 'created'
        for (const trigger of happenings) {
          const before: WorkflowStatus = status
          status = nextOrSame(before, trigger)
          if (ends.includes(before)) expect(status).toBe(before)
          expect(status).toBe(wayFrom(before, trigger) ?? before)
        }
      }),
    )
  })
})

describe('the step a person is asked about', () => {
  it.each([
    [['completed', 'failed', 'pending'], 1],
    [['completed', 'interrupted', 'pending'], 1],
    [['skipped', 'aborted', 'pending'], 1],
    [['aborted', 'failed', 'pending'], 1], // the abort was a forced release, long resumed
    [['failed', 'aborted'], 0], // the first step was run again by its index
    [['aborted', 'interrupted'], 1],
    [['aborted', 'completed', 'aborted', 'pending'], 2],
    [['interrupted', 'completed', 'failed'], 2],
  ] satisfies [StepStatus[], number][])('of %j is step %i', (statuses, index) => {
    expect(stepToRecover(stepsThatAre(statuses))?.stepIndex).toBe(index)
  })

  it.each([[[]], [['pending']], [['completed', 'running', 'pending', 'skipped']]] satisfies [StepStatus[]][])(
    'of %j is none',
    (statuses) => {
      expect(stepToRecover(stepsThatAre(statuses))).toBeUndefined()
    },
  )
})

describe('the next step', () => {
  it.each([
    [['pending', 'pending'], 0],
    [['completed', 'pending', 'pending'], 1],
    [['skipped', 'failed', 'aborted', 'interrupted', 'pending'], 4],
    [['pending', 'completed'], 0], // the second was run first by its index
  ] satisfies [StepStatus[], number][])('of %j is step %i', (statuses, index) => {
    expect(nextPendingStep(stepsThatAre(statuses))?.stepIndex).toBe(index)
  })

  it('is none when all have run or none is there', () => {
    expect(nextPendingStep([])).toBeUndefined()
    expect(nextPendingStep(stepsThatAre(stepStatuses.filter((status) => status !== 'pending')))).toBeUndefined()
  })
})

function wayFrom(status: WorkflowStatus, trigger: WorkflowTrigger): WorkflowStatus | undefined {
  return ways.find(([from, by]) => from === status && by === trigger)?.[2]
}

function nextOrSame(status: WorkflowStatus, trigger: WorkflowTrigger): WorkflowStatus {
  try {
    return nextStatus(status, trigger)
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError)
    return status
  }
}

function reachableFrom(status: WorkflowStatus): Set<WorkflowStatus> {
  const reached = new Set([status])
  for (const from of reached) {
    for (const trigger of triggers) reached.add(nextOrSame(from, trigger))
  }
  return reached
}

function stepsThatAre(statuses: readonly StepStatus[]): { stepIndex: number; status: StepStatus }[] {
  return statuses.map((status, stepIndex) => ({ stepIndex, status }))
}

describe('a retry policy', () => {
  const policy = { max_attempts: 3, backoff_seconds: 10 }

  it('counts the first attempt', () => {
    expect([1, 2, 3, 4].map((attempts) => mayRetry(policy, attempts, 'device_error'))).toEqual([true, true, false, false])
    expect(mayRetry({ ...policy, max_attempts: 1 }, 1, 'device_error')).toBe(false)
  })

  it('without codes means any failure, with codes only those', () => {
    expect(mayRetry(policy, 1, null)).toBe(true)
    const some = { ...policy, on: ['timeout', 'busy'] }
    expect(['timeout', 'busy', 'device_error', null].map((code) => mayRetry(some, 1, code))).toEqual([true, true, false, false])
    expect(mayRetry({ ...policy, on: [] }, 1, 'timeout')).toBe(false)
  })

  it('is none unless given', () => {
    expect(mayRetry(null, 1, 'timeout')).toBe(false)
  })
})
