/** Which commands a workflow's state allows on the screen. */

import { describe, expect, it } from 'vitest'
import { hasEnded, transitions, workflowStatuses } from '../../../../shared/domain/workflow.ts'
import { allowedActions } from './allowed-actions.ts'

const manual = { auto: false, stepRuns: false, stepsLeft: 1 }

describe('what may be done with a workflow', () => {
  it.each([
    ['created', ['start', 'cancel', 'delete']],
    ['queued', ['leave_queue', 'cancel']],
    ['running', ['run_step', 'pause', 'complete', 'cancel']],
    ['paused', ['resume', 'cancel']],
    ['awaiting_recovery', ['recover', 'cancel']],
    ['interrupted', ['recover', 'cancel']],
    ['completed', ['delete']],
    ['failed', ['delete']],
    ['cancelled', ['delete']],
  ] as const)('that is %s: %j', (status, expected) => {
    expect(allowedActions({ ...manual, status })).toEqual(expected)
  })

  it('while a step runs, is neither another step nor to complete', () => {
    expect(allowedActions({ ...manual, status: 'running', stepRuns: true })).toEqual(['pause', 'cancel'])
  })

  it('when it runs by itself, is no step by hand', () => {
    expect(allowedActions({ ...manual, status: 'running', auto: true })).not.toContain('run_step')
  })

  it('when no step is left, is to complete it first, and no step by hand', () => {
    expect(allowedActions({ ...manual, status: 'running', stepsLeft: 0 })).toEqual(['complete', 'pause', 'cancel'])
  })

  it('while it is about to pause, is to call that off', () => {
    expect(allowedActions({ status: 'running', auto: true, pauseRequested: true, stepRuns: true, stepsLeft: 1 })).toEqual([
      'keep_running',
      'cancel',
    ])
  })

  it('never is what the transition table refuses', () => {
    for (const status of workflowStatuses) {
      const actions = allowedActions({ ...manual, status })
      expect(actions.includes('cancel')).toBe(!hasEnded(status))
      expect(actions.includes('recover')).toBe('recover' in transitions[status])
    }
  })
})
