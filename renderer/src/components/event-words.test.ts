/** What the history says of events. */

import { expect, it } from 'vitest'
import { eventKinds } from '../../../shared/domain/event.ts'
import { eventReason, eventWords } from './event-words.ts'

it.each([
  ['workflow.created', { steps: 1, samples: 3 }, 'Created with 1 step and 3 samples'],
  ['step.started', { step_index: 0, operation: 'plate_read', attempt: 2 }, 'Step 1, "Plate read", started (attempt 2)'],
  ['step.failed', { step_index: 1, operation: 'shake', error: 'No plate' }, 'Step 2, "Shake", failed: No plate'],
  ['workflow.recovered', { action: 'mark_done', step_index: 1 }, 'Recovered: step 2 counts as done'],
  ['device.released', { forced: true }, 'reader-1 was released by force'],
  ['queue.entry_moved', { priority: 'urgent' }, 'Moved in the queue of reader-1, priority urgent'],
  ['device.changed', { mode: 'maintenance', reason: 'Lamp' }, 'reader-1 was changed: mode maintenance'],
] as const)('%s', (kind, data, words) => {
  expect(eventWords({ kind, data, deviceId: 'reader-1' })).toBe(words)
})

it('has words for every kind, also where an event says nothing else', () => {
  for (const kind of eventKinds) expect(eventWords({ kind, data: {}, deviceId: null })).toMatch(/^[A-Z"0-9t]/)
})

it('tells the reason that a person gave, and none where there is none', () => {
  expect(eventReason({ kind: 'workflow.cancelled', data: { reason: 'Wrong plate' }, deviceId: null })).toBe('Wrong plate')
  expect(eventReason({ kind: 'workflow.cancelled', data: { reason: null }, deviceId: null })).toBeNull()
})
