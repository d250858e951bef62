/** Every code that can stand in an error answer, with its status and what it looks like. */

import type { ErrorCode } from '../../../../../shared/domain/errors.ts'
import { statusOf as domainStatusOf } from '../errors.ts'

export type Refusal = { error: string; details?: Record<string, unknown>; request_id?: string }

/** The refusals that only HTTP knows. */
const httpStatusOf = {
  invalid_json: 400,
  unauthorized: 401,
  host_not_allowed: 403,
  origin_not_allowed: 403,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
  starting: 503,
  no_database: 503,
  database_unavailable: 503,
} as const

/** Backups are a matter of the screens: no route of the services knows them. */
export type RefusalCode = Exclude<ErrorCode, `backup_${string}`> | keyof typeof httpStatusOf

const statusOf: Readonly<Record<RefusalCode, number>> = { ...domainStatusOf, ...httpStatusOf }

/** The codes that a description of an answer names in backticks. */
export function codesIn(description: string, status: number): RefusalCode[] {
  return [...description.matchAll(/`(\w+)`/g)].map(([, word = '']) => word).filter((word) => isCodeOf(word, status))
}

function isCodeOf(word: string, status: number): word is RefusalCode {
  return statusOf[word as RefusalCode] === status
}

/** As the program says them; where it depends on the request, an example. */
export const refusals: Readonly<Record<RefusalCode, Refusal>> = {
  invalid_input: { error: 'X-Operator must have at most 80 characters', details: { field: 'X-Operator' } },
  invalid_json: { error: 'The body is not valid JSON' },
  invalid_state: { error: 'Workflow is not running', details: { status: 'created' } },
  invalid_step_index: { error: 'Invalid step index', details: { field: 'step_index', steps: 2 } },
  no_step_left: { error: 'No step is left to run; complete the workflow' },
  unknown_device: { error: 'There is no device "nowhere"', details: { field: 'device_id', device_id: 'nowhere' } },
  unknown_samples: {
    error: 'These samples are not known: NOPE-1, NOPE-2',
    details: { field: 'sample_barcodes', barcodes: ['NOPE-1', 'NOPE-2'] },
  },
  wrong_device: { error: 'This workflow is made for the device "incubator-1"', details: { device_id: 'incubator-1' } },
  unauthorized: { error: 'A valid token is required: Authorization: Bearer TOKEN' },
  not_your_booking: { error: 'Device not booked by this workflow' },
  host_not_allowed: { error: 'This address is not one that the program answers to' },
  origin_not_allowed: { error: 'Pages of this origin may not call the lab; allow it with --cors-origin' },
  device_not_found: { error: 'Device not found', details: { device_id: 'nowhere' } },
  workflow_not_found: { error: 'Workflow not found', details: { workflow_id: 'nowhere' } },
  sample_not_found: { error: 'Sample not found', details: { barcode: 'NOPE' } },
  log_not_found: { error: 'There is no such log; it may have been deleted', details: { log_id: 999 } },
  queue_entry_not_found: { error: 'Queue entry not found', details: { entry_id: 999 } },
  device_exists: { error: 'A device with the id "thermocycler-1" already exists', details: { field: 'id' } },
  device_in_use: { error: 'Device is booked; release it before deleting it' },
  device_busy: {
    error: 'Device is not available',
    details: { device_id: 'liquid-handler-1', status: 'busy', mode: 'processing', connection: 'online' },
  },
  device_unavailable: {
    error: 'Device is not available',
    details: { device_id: 'liquid-handler-1', status: 'available', mode: 'processing', connection: 'offline' },
  },
  already_queued: { error: 'This workflow already waits for the device', details: { workflow_id: 'wf-2025-001' } },
  already_booked: { error: 'This workflow already holds the device', details: { booking_id: 41 } },
  not_waiting: { error: 'This queue entry no longer waits: it is cancelled', details: { entry_id: 7, status: 'cancelled' } },
  operation_running: {
    error: 'The operation "incubate" is still running on this device',
    details: { device_id: 'incubator-1', operation: 'incubate', log_id: 20003 },
  },
  operation_aborted: {
    error: '"incubate" was aborted',
    details: { log_id: 20003, device_id: 'incubator-1', operation: 'incubate' },
  },
  sample_exists: { error: 'A sample with the barcode "SAMPLE500" already exists', details: { field: 'barcode' } },
  well_occupied: { error: 'Well A1 of PLATE-01 is already occupied', details: { plate: 'PLATE-01', well: 'A1', barcode: 'SAMPLE001' } },
  workflow_in_use: { error: 'Workflow is running; cancel it before deleting it', details: { status: 'running' } },
  stale_version: { error: 'The queue has changed since you read it; read it again', details: { version: 12 } },
  body_too_large: { error: 'The body is larger than 1 MiB' },
  unsupported_media_type: { error: 'The body must be JSON, with Content-Type: application/json' },
  internal: {
    error: 'Something went wrong inside the program; the log has the details under this request_id',
    request_id: '9d2f6c1e-58a4-4a0b-9a56-0c1f0f6f3b1d',
  },
  operation_failed: {
    error: 'The simulated device failed during "incubate", as it was asked to',
    details: { log_id: 20003, device_id: 'incubator-1', operation: 'incubate' },
  },
  starting: { error: 'The lab is starting; try again in a moment' },
  stopping: { error: 'The lab is stopping' },
  no_database: { error: 'The database does not answer; try again in a moment' },
  database_unavailable: { error: 'The database does not answer; try again in a moment' },
}
