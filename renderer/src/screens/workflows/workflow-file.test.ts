/** Workflows that leave as files and come back. */

import { describe, expect, it } from 'vitest'
import type { WorkflowWire } from '../../../../shared/contract/workflows.ts'
import { readWorkflowFile, workflowFile } from './workflow-file.ts'

const step = {
  deviceId: null,
  hold: false,
  retry: null,
  timeoutSeconds: null,
  status: 'completed',
  attempts: 1,
  startedAt: null,
  completedAt: null,
  error: null,
  errorCode: null,
  retryAt: null,
  note: null,
} as const
const workflow: WorkflowWire = {
  id: 'w1',
  name: 'PCR',
  deviceId: 'liquid-handler-1',
  status: 'completed',
  priority: 'urgent',
  auto: true,
  pauseRequested: false,
  operator: 'Ada',
  error: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  queuedAt: null,
  startedAt: null,
  completedAt: null,
  reasons: [],
  sampleBarcodes: ['S1', 'S2'],
  steps: [
    { ...step, stepIndex: 0, operation: 'mix', parameters: { cycles: 3 } },
    {
      ...step,
      stepIndex: 1,
      operation: 'plate_read',
      parameters: {},
      deviceId: 'reader-1',
      hold: true,
      retry: { max_attempts: 3, backoff_seconds: 5, on: ['busy'] },
      timeoutSeconds: 90,
    },
  ],
}

describe('a workflow as a file', () => {
  it('comes back as what it was made of, and says nothing of how it ran', () => {
    const text = workflowFile(workflow)
    expect(text).not.toContain('completed')
    expect(readWorkflowFile(text)).toEqual({
      workflow: {
        name: 'PCR',
        device_id: 'liquid-handler-1',
        priority: 'urgent',
        sample_barcodes: ['S1', 'S2'],
        steps: [
          { operation: 'mix', parameters: { cycles: 3 }, device_id: null, hold: false, retry: null, timeout_seconds: null },
          {
            operation: 'plate_read',
            parameters: {},
            device_id: 'reader-1',
            hold: true,
            retry: { max_attempts: 3, backoff_seconds: 5, on: ['busy'] },
            timeout_seconds: 90,
          },
        ],
      },
    })
  })

  it('may be as short as REST allows', () => {
    expect(readWorkflowFile('{"name":"A","device_id":"d","steps":["shake"]}')).toMatchObject({
      workflow: { priority: 'normal', sample_barcodes: [], steps: [{ operation: 'shake', parameters: {} }] },
    })
  })

  it.each([
    ['no JSON at all', 'name: PCR', ['file']],
    ['a list', '[]', ['file']],
    ['no name and no device', '{}', ['name', 'device_id']],
    ['a priority that nobody knows', '{"name":"A","device_id":"d","priority":"soon"}', ['priority']],
    [
      'wrong steps',
      '{"name":"A","device_id":"d","steps":[{"operation":""},{"operation":"x","timeout_seconds":-1}]}',
      ['steps.0.operation', 'steps.1.timeout_seconds'],
    ],
  ])('with %s is refused field by field', (_, text, fields) => {
    const read = readWorkflowFile(text)
    expect('problems' in read && read.problems.map((problem) => problem.field)).toEqual(fields)
  })
})
