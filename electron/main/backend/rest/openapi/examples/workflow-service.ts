/** Examples of the workflow service, on the demo lab. */

import { eventExamples, healthExamples } from './both-services.ts'
import { executed, waitingEntry } from './device-service.ts'
import { invalid, jsonAnswers, jsonBodies, type OperationExamples } from './example.ts'

const pendingStep = {
  step_index: 0,
  operation: 'pipette_transfer',
  parameters: {},
  device_id: null,
  hold: false,
  retry: null,
  timeout_seconds: null,
  status: 'pending',
  attempts: 0,
  started_at: null,
  completed_at: null,
  retry_at: null,
  error: null,
  error_code: null,
  note: null,
}
const runStep = {
  ...pendingStep,
  status: 'completed',
  attempts: 1,
  started_at: '2025-01-15T10:00:00.000Z',
  completed_at: '2025-01-15T10:00:01.200Z',
}
const secondStep = { ...pendingStep, step_index: 1, operation: 'incubate', parameters: { minutes: 1 } }

const created = {
  id: '0b7e6a4e-6f0b-4c58-9f0e-2f0f8f1f7a11',
  name: 'PCR Amplification',
  device_id: 'liquid-handler-1',
  sample_barcodes: ['SAMPLE001', 'SAMPLE002'],
  steps: [pendingStep, secondStep],
  status: 'created',
  priority: 'normal',
  auto: false,
  created_at: '2025-01-15T09:59:00.000Z',
  queued_at: null,
  started_at: null,
  completed_at: null,
  error: null,
  reasons: [],
}
const running = { ...created, status: 'running', started_at: '2025-01-15T10:00:00.000Z' }
const steppedOn = { ...running, steps: [runStep, secondStep] }
const ended = { ...steppedOn, steps: [runStep, { ...secondStep, status: 'skipped' }], completed_at: '2025-01-15T10:02:00.000Z' }
const waiting = { reasons: ['It waits for the device "liquid-handler-1"'] }
const queued = { ...created, status: 'queued', queued_at: '2025-01-15T10:00:05.000Z', ...waiting }
const queueEntry = { ...waitingEntry, workflow_id: created.id, workflow_name: created.name, note: null }
const queuedAnswer = { message: 'Workflow queued', workflow: queued, queue_entry: queueEntry }

const holdersTimes = {
  estimated_start_at: '2025-01-15T10:00:00.000Z',
  estimated_start_p90_at: '2025-01-15T10:00:00.000Z',
  estimated_end_at: '2025-01-15T10:00:06.200Z',
  estimated_end_p90_at: '2025-01-15T10:00:06.400Z',
}
const waitersTimes = {
  estimated_start_at: holdersTimes.estimated_end_at,
  estimated_start_p90_at: holdersTimes.estimated_end_p90_at,
  estimated_end_at: '2025-01-15T10:00:07.000Z',
  estimated_end_p90_at: '2025-01-15T10:00:07.400Z',
}
const scheduledDevice = {
  device_id: 'liquid-handler-1',
  device_name: 'Liquid Handler Alpha',
  at: '2025-01-15T10:00:05.000Z',
  estimated_free_at: waitersTimes.estimated_end_at,
  estimated_free_p90_at: waitersTimes.estimated_end_p90_at,
  unknown_because: null,
  runs: [
    {
      workflow_id: created.id,
      workflow_name: created.name,
      queue_entry_id: null,
      status: 'holding',
      unattended: true,
      based_on: 'measured',
      ...holdersTimes,
      steps: [{ step_index: 1, operation: 'incubate', device_id: 'liquid-handler-1', status: 'running', ...holdersTimes }],
    },
    {
      workflow_id: 'wf-2025-002',
      workflow_name: null,
      queue_entry_id: 7,
      status: 'waiting',
      unattended: false,
      based_on: 'nominal',
      ...waitersTimes,
      steps: [],
    },
  ],
}
const elsewhere = { ...secondStep, device_id: 'incubator-1' }
const stepQueued = {
  message: 'Step queued',
  workflow: { ...steppedOn, steps: [runStep, elsewhere], reasons: ['Step 1 "incubate" waits for the device "incubator-1"'] },
  queue_entry: { ...queueEntry, device_id: 'incubator-1' },
}

const sample = {
  barcode: 'SAMPLE001',
  name: 'Blood 001',
  type: 'blood',
  location: { plate: 'PLATE-01', well: 'A1' },
  created_at: '2025-01-01T07:00:00.000Z',
  updated_at: '2025-01-01T07:00:00.000Z',
}
const newSample = { ...sample, barcode: 'SAMPLE500', name: 'Serum 500', type: 'serum', location: { plate: 'PLATE-05', well: 'B3' } }

const noHeader = 'The first line must name the columns: barcode and any of name, type, plate, well'

const refused = (error: string, status: string) => ({ invalid_state: { error, details: { status } } })
const startedAlready = refused('Workflow already started or completed', 'running')
const notRunning = refused('Workflow is not running', 'created')

export const workflowServiceExamples: Readonly<Record<string, OperationExamples>> = {
  ...healthExamples('workflow-service'),
  ...eventExamples,
  'GET /workflows': { answers: jsonAnswers({ 200: [running] }) },
  'GET /workflows/{id}': { answers: jsonAnswers({ 200: running }) },
  'POST /workflows': {
    bodies: jsonBodies({
      'Two steps on two samples': {
        name: 'PCR Amplification',
        device_id: 'liquid-handler-1',
        sample_barcodes: ['SAMPLE001', 'SAMPLE002'],
        steps: ['pipette_transfer', { operation: 'incubate', parameters: { minutes: 1 } }],
      },
      'Tried again by itself, and never longer than a minute': {
        name: 'Read twice',
        device_id: 'plate-reader-1',
        steps: [
          { operation: 'plate_read', retry: { max_attempts: 3, backoff_seconds: 10, on: ['timeout'] }, timeout_seconds: 60 },
          'plate_read',
        ],
      },
      'Over two devices': {
        name: 'Grow and read',
        device_id: 'liquid-handler-1',
        steps: [
          'pipette_transfer',
          { operation: 'incubate', parameters: { minutes: 1 }, device_id: 'incubator-1', hold: true },
          'dispense_reagent',
          { operation: 'incubate', parameters: { minutes: 1 }, device_id: 'incubator-1' },
        ],
      },
      'Only what is needed': { name: 'By hand', device_id: 'incubator-1' },
      Urgent: { name: 'Stat read', device_id: 'plate-reader-1', steps: ['plate_read'], priority: 'urgent' },
    }),
    answers: jsonAnswers({ 201: created }),
    refusals: invalid('name and device_id are required', { fields: ['name', 'device_id'] }),
  },
  'POST /workflows/{id}/start': {
    bodies: jsonBodies({
      Now: {},
      'Or queue, and then run by itself': { on_busy: 'queue', priority: 'urgent', auto: true },
    }),
    answers: jsonAnswers({ 200: { message: 'Workflow started', workflow: running }, 202: queuedAnswer }),
    refusals: startedAlready,
  },
  'POST /workflows/{id}/execute-step': {
    bodies: jsonBodies({ 'The next one': {}, 'A certain one': { step_index: 0 }, 'Or wait for the device it names': { on_busy: 'queue' } }),
    answers: jsonAnswers({
      202: stepQueued,
      200: { workflow_id: created.id, step_index: 0, step: runStep, result: executed, workflow: steppedOn },
    }),
    refusals: {
      ...notRunning,
      already_queued: {
        error: 'Another step of this workflow already waits for its device',
        details: { device_id: 'incubator-1', entry_id: 12 },
      },
    },
  },
  'POST /workflows/{id}/complete': {
    bodies: jsonBodies({ 'Nothing to say': {} }),
    answers: jsonAnswers({ 200: { message: 'Workflow completed', workflow: { ...ended, status: 'completed' } } }),
    refusals: notRunning,
  },
  'POST /workflows/{id}/cancel': {
    bodies: jsonBodies({ 'For a reason': { reason: 'wrong plate' }, 'Without a word': {} }),
    answers: jsonAnswers({ 200: { message: 'Workflow cancelled', workflow: { ...ended, status: 'cancelled' } } }),
    refusals: refused('Workflow has already ended', 'completed'),
  },
  'POST /workflows/{id}/pause': {
    bodies: jsonBodies({ 'Keep the device': {}, 'Let others use the device': { release_device: true } }),
    answers: jsonAnswers({
      200: {
        message: 'Workflow paused',
        workflow: { ...steppedOn, status: 'paused', reasons: ['It is paused until somebody resumes it'] },
      },
      202: { message: 'Workflow paused', workflow: running },
    }),
    refusals: notRunning,
  },
  'POST /workflows/{id}/resume': {
    bodies: jsonBodies({ Now: {}, 'Or queue': { on_busy: 'queue' } }),
    answers: jsonAnswers({ 200: { message: 'Workflow resumed', workflow: steppedOn }, 202: queuedAnswer }),
    refusals: refused('Workflow is not paused', 'running'),
  },
  'POST /workflows/{id}/recover': {
    bodies: jsonBodies({
      'Once more, otherwise': { action: 'retry', parameters: { volume_ul: 40 } },
      'Without this step': { action: 'skip', reason: 'not needed for this plate' },
      'It was done by hand': { action: 'mark_done' },
      'Give up': { action: 'abort', reason: 'the plate is broken' },
    }),
    answers: jsonAnswers({ 200: { message: 'Workflow recovered', workflow: running } }),
    refusals: {
      ...invalid('action must be retry, skip, mark_done or abort', { field: 'action' }),
      ...refused('Workflow does not wait for recovery', 'running'),
    },
  },
  'GET /schedule': { answers: jsonAnswers({ 200: [scheduledDevice] }) },
  'GET /samples': { answers: jsonAnswers({ 200: [sample] }) },
  'GET /samples/{barcode}': { answers: jsonAnswers({ 200: sample }) },
  'POST /samples': {
    bodies: jsonBodies({
      'In a well': { barcode: 'SAMPLE500', name: 'Serum 500', type: 'serum', location: { plate: 'PLATE-05', well: 'B3' } },
      'Only what is needed': { barcode: 'SAMPLE501' },
    }),
    answers: jsonAnswers({ 201: newSample }),
    refusals: invalid('barcode is required', { field: 'barcode' }),
  },
  'PUT /samples/{barcode}/location': {
    bodies: jsonBodies({
      'Into a well': { location: { plate: 'PLATE-06', well: 'C4' } },
      'Out of its plate': { location: null },
    }),
    answers: jsonAnswers({ 200: { ...sample, location: { plate: 'PLATE-06', well: 'C4' }, updated_at: '2025-01-15T10:00:00.000Z' } }),
    refusals: invalid('location is required', { field: 'location' }),
  },
  'POST /samples/validate': {
    bodies: jsonBodies({ 'One that exists and one that does not': { barcodes: ['SAMPLE001', 'NOPE'] } }),
    answers: jsonAnswers({
      200: [
        { barcode: 'SAMPLE001', exists: true },
        { barcode: 'NOPE', exists: false },
      ],
    }),
    refusals: invalid('barcodes array is required', { field: 'barcodes' }),
  },
  'POST /samples/import': {
    bodies: {
      'text/csv': {
        'Two samples and their wells':
          'barcode,name,type,plate,well\nSAMPLE601,Serum 601,serum,PLATE-07,A1\nSAMPLE602,Serum 602,serum,PLATE-07,A2\n',
        'Only other wells': 'barcode,plate,well\nSAMPLE003,PLATE-07,B1\n',
      },
    },
    answers: jsonAnswers({ 200: { created: 2, updated: 0 } }),
    refusals: {
      ...invalid(`Nothing was imported; line 1: ${noHeader}`, {
        error_count: 1,
        errors: [{ line: 1, column: 'barcode', message: noHeader }],
      }),
      body_too_large: { error: 'The body is larger than 32 MiB' },
      unsupported_media_type: { error: 'The body must be CSV, with Content-Type: text/csv' },
    },
  },
}
