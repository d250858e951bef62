/** Examples of what both services answer. */

import { jsonAnswers, type OperationExamples } from './example.ts'

export function healthExamples(service: string): Readonly<Record<string, OperationExamples>> {
  const common = { service, version: '0.1.0' }
  return {
    'GET /health': {
      answers: jsonAnswers({
        200: { status: 'healthy', ...common },
        503: { status: 'unhealthy', ...common, reason: 'The lab is starting; try again in a moment' },
      }),
    },
  }
}

const event = {
  workflow_name: null,
  booking_id: 41,
  id: 1203,
  kind: 'device.booked',
  at: '2025-01-15T10:00:00.000Z',
  actor: 'rest',
  operator: 'Ada',
  device_id: 'liquid-handler-1',
  workflow_id: 'wf-2025-001',
}

export const eventExamples: Readonly<Record<string, OperationExamples>> = {
  'GET /events': {
    answers: {
      200: {
        'application/json': [event],
        'text/event-stream': `retry: 1000\n\nid: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`,
      },
    },
  },
}
