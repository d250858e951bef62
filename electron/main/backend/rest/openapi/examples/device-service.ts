/** Examples of the device service, on the demo lab. */

import { eventExamples, healthExamples } from './both-services.ts'
import { invalid, jsonAnswers, jsonBodies, type OperationExamples } from './example.ts'

const device = {
  id: 'liquid-handler-1',
  name: 'Liquid Handler Alpha',
  type: 'liquid_handler',
  status: 'available',
  mode: 'processing',
  connection: 'online',
  bookable: true,
  capabilities: ['pipette_transfer', 'dispense_reagent'],
  workflow_id: null,
  booked_at: null,
  queue_length: 0,
  created_at: '2024-12-01T08:00:00.000Z',
  mode_reason: null,
  connection_reason: null,
  driver: 'simulated',
  driver_config: {},
}
const thermocycler = {
  ...device,
  id: 'thermocycler-1',
  name: 'Thermocycler North',
  type: 'other',
  capabilities: ['pcr'],
  created_at: '2025-01-15T10:00:00.000Z',
}
const busyDevice = {
  ...device,
  status: 'busy',
  bookable: false,
  workflow_id: 'wf-2025-001',
  booked_at: '2025-01-15T10:00:00.000Z',
  queue_length: 1,
}

const noMore = { unit: null, minimum: null, maximum: null, choices: null, default: null, description: null }
const plateRead = {
  operation: 'plate_read',
  title: 'Plate read',
  parameters: [
    { name: 'plate', title: 'Plate', type: 'string', required: false, ...noMore, description: 'Its barcode' },
    {
      name: 'wavelength_nm',
      title: 'Wavelength',
      type: 'integer',
      required: false,
      ...noMore,
      unit: 'nm',
      minimum: 200,
      maximum: 1000,
      default: 450,
    },
  ],
  nominal_seconds: 20,
  timeout_seconds: null,
  idempotent: true,
}

export const waitingEntry = {
  id: 7,
  device_id: 'liquid-handler-1',
  workflow_id: 'wf-2025-002',
  workflow_name: null,
  priority: 'normal',
  status: 'waiting',
  position: 1,
  queue_length: 1,
  estimated_wait_seconds: 1.2,
  estimated_start_at: '2025-01-15T10:00:06.200Z',
  note: 'before noon',
  queued_at: '2025-01-15T10:00:05.000Z',
  booked_at: null,
  booking_id: null,
  p90_wait_seconds: 1.4,
  estimated_start_p90_at: '2025-01-15T10:00:06.400Z',
  estimated_end_at: '2025-01-15T10:00:07.000Z',
  estimated_end_p90_at: '2025-01-15T10:00:07.400Z',
}
const gone = {
  position: 0,
  queue_length: 0,
  estimated_wait_seconds: null,
  estimated_start_at: null,
  p90_wait_seconds: null,
  estimated_start_p90_at: null,
  estimated_end_at: null,
  estimated_end_p90_at: null,
}
const movedEntry = { ...waitingEntry, priority: 'urgent' }

export const executed = {
  device_id: 'liquid-handler-1',
  operation: 'pipette_transfer',
  status: 'completed',
  executed_at: '2025-01-15T10:00:01.200Z',
  log_id: 20001,
  duration_ms: 1200,
  result: { simulated: true, nominal_seconds: 12 },
}

const log = {
  id: 20001,
  device_id: 'liquid-handler-1',
  workflow_id: 'wf-2025-001',
  operation: 'pipette_transfer',
  status: 'completed',
  parameters: { volume_ul: 50 },
  result: { simulated: true, nominal_seconds: 12 },
  error: null,
  started_at: '2025-01-15T10:00:00.000Z',
  completed_at: '2025-01-15T10:00:01.200Z',
  duration_ms: 1200,
}
const logColumns = Object.keys(log).join(',')
const logCells =
  '20001,liquid-handler-1,wf-2025-001,pipette_transfer,completed,"{""volume_ul"":50}","{""simulated"":true,""nominal_seconds"":12}",,2025-01-15T10:00:00.000Z,2025-01-15T10:00:01.200Z,1200'
const logAnswers = {
  200: {
    'application/json': [log],
    'application/x-ndjson': `${JSON.stringify(log)}\n`,
    'text/csv': `${logColumns}\n${logCells}\n`,
  },
}

const workflowIdMissing = invalid('workflow_id is required', { field: 'workflow_id' })

export const deviceServiceExamples: Readonly<Record<string, OperationExamples>> = {
  ...healthExamples('device-service'),
  ...eventExamples,
  'GET /devices': { answers: jsonAnswers({ 200: [busyDevice, thermocycler] }) },
  'GET /devices/{id}': { answers: jsonAnswers({ 200: device }) },
  'POST /devices': {
    bodies: jsonBodies({
      'A thermocycler': { id: 'thermocycler-1', name: 'Thermocycler North', type: 'other', capabilities: ['pcr'] },
      'Only what is needed': { id: 'plate-reader-2', name: 'Plate Reader South', type: 'plate_reader' },
      'A real one, over HTTP': {
        id: 'plate-reader-3',
        name: 'Plate Reader West',
        type: 'plate_reader',
        driver: 'http',
        driver_config: {
          base_url: 'http://127.0.0.1:8090',
          token: 'the instrument wants it',
          operations: {
            plate_read: {
              title: 'Read a plate',
              mode: 'polling',
              abort_path: '/jobs/{id}/abort',
              timeout_seconds: 300,
              parameters: [{ name: 'wavelength_nm', type: 'integer', required: true, unit: 'nm', minimum: 200, maximum: 1000 }],
            },
          },
        },
      },
      'A simulated one that is slow and fails at times': {
        id: 'old-shaker',
        name: 'Old Shaker',
        type: 'other',
        capabilities: ['shake'],
        driver_config: { seed: 7, jitter: 0.1, factors: { shake: 2 }, failure_rate: 0.05, reconnect_after_seconds: 60 },
      },
    }),
    answers: jsonAnswers({ 201: thermocycler }),
    refusals: invalid('id is required', { field: 'id' }),
  },
  'PATCH /devices/{id}': {
    bodies: jsonBodies({
      'Into maintenance': { mode: 'maintenance', reason: 'the lamp is changed' },
      'Back into service': { mode: 'processing', connection: 'online' },
      'How it shall misbehave': { driver_config: { script: ['ok', 'fail', { outcome: 'disconnect', message: 'The cable fell out' }] } },
      'Another name': { name: 'Liquid Handler Alpha (north bench)', capabilities: ['pipette_transfer'] },
    }),
    answers: jsonAnswers({ 200: { ...device, mode: 'maintenance', bookable: false, mode_reason: 'the lamp is changed' } }),
    refusals: {
      invalid_state: { error: 'The driver of this device finds out its connection; set its mode to maintenance instead' },
    },
  },
  'GET /devices/{id}/operations': {
    answers: jsonAnswers({ 200: [plateRead] }),
    refusals: {
      device_unavailable: {
        error: 'This program has no driver "of-old"; give the device one that it has',
        details: { device_id: 'liquid-handler-1' },
      },
    },
  },
  'POST /devices/{id}/book': {
    bodies: jsonBodies({ 'For a workflow': { workflow_id: 'wf-2025-001' } }),
    answers: jsonAnswers({
      200: {
        device_id: 'liquid-handler-1',
        status: 'busy',
        workflow_id: 'wf-2025-001',
        booking_id: 41,
        booked_at: '2025-01-15T10:00:00.000Z',
      },
    }),
    refusals: workflowIdMissing,
  },
  'POST /devices/{id}/release': {
    bodies: jsonBodies({
      'By its holder': { workflow_id: 'wf-2025-001' },
      'By force': { force: true, reason: 'the script that booked it is gone' },
    }),
    answers: jsonAnswers({
      200: {
        device_id: 'liquid-handler-1',
        status: 'busy',
        released_at: '2025-01-15T10:00:10.000Z',
        next: { queue_entry_id: 7, workflow_id: 'wf-2025-002', booking_id: 42, booked_at: '2025-01-15T10:00:10.000Z' },
      },
    }),
    refusals: {
      ...workflowIdMissing,
      not_your_booking: { error: 'Device is booked by another workflow', details: { booked_by: 'wf-2025-001' } },
    },
  },
  'POST /devices/{id}/execute': {
    bodies: jsonBodies({
      'A transfer': { workflow_id: 'wf-2025-001', operation: 'pipette_transfer', parameters: { volume_ul: 50 } },
      'An operation of your own': { workflow_id: 'wf-2025-001', operation: 'shake' },
    }),
    answers: jsonAnswers({ 200: executed }),
    refusals: workflowIdMissing,
  },
  'POST /devices/{id}/queue': {
    bodies: jsonBodies({
      'At its turn': { workflow_id: 'wf-2025-002', note: 'before noon' },
      'Before all that is normal': { workflow_id: 'wf-2025-003', priority: 'urgent' },
    }),
    answers: jsonAnswers({ 201: waitingEntry }),
    refusals: {
      ...workflowIdMissing,
      invalid_state: { error: 'Workflow cannot be queued while it is completed', details: { status: 'completed' } },
    },
  },
  'GET /devices/{id}/queue': { answers: jsonAnswers({ 200: [waitingEntry] }) },
  'PATCH /devices/{id}/queue/{entry_id}': {
    bodies: jsonBodies({
      'To the end of the urgent ones': { priority: 'urgent' },
      'Just before another entry': { before: 5 },
      'Just after another entry': { after: 5 },
    }),
    answers: jsonAnswers({ 200: movedEntry }),
    refusals: invalid('Give exactly one of priority, before and after', { fields: ['priority', 'before', 'after'] }),
  },
  'DELETE /devices/{id}/queue/{entry_id}': { answers: jsonAnswers({ 200: { ...waitingEntry, ...gone, status: 'cancelled' } }) },
  'GET /devices/{id}/wait-time': {
    answers: jsonAnswers({
      200: {
        device_id: 'liquid-handler-1',
        workflow_id: null,
        priority: 'normal',
        position: 2,
        queue_length: 1,
        estimated_wait_seconds: 2,
        p90_wait_seconds: 2.1,
        estimated_start_at: '2025-01-15T10:00:07.000Z',
        based_on: 'measured',
        reasons: ['"PCR Amplification" holds the device: about 1 s left', '"wf-2025-002" is ahead: about 1 s'],
      },
    }),
  },
  'GET /execution-logs': { answers: logAnswers },
  'GET /execution-logs/search': { answers: logAnswers, refusals: invalid('start is required', { field: 'start' }) },
  'GET /execution-logs/{device_id}': { answers: logAnswers },
}
