/** The one error type that rules and services throw, and the closed list of its codes. */

/** Every refusal the lab can give. The edges (REST, RPC) translate a code into their own status; nobody invents one on the way. */
export const errorCodes = [
  'invalid_input',
  'invalid_state',
  'invalid_step_index',
  'no_step_left',
  'unknown_device',
  'unknown_samples',
  'wrong_device',
  'not_your_booking',
  'device_not_found',
  'workflow_not_found',
  'sample_not_found',
  'queue_entry_not_found',
  'log_not_found',
  'device_exists',
  'device_in_use',
  'device_busy',
  'device_unavailable',
  'already_queued',
  'already_booked',
  'not_waiting',
  'stale_version',
  'operation_running',
  'operation_failed',
  'operation_aborted',
  'sample_exists',
  'well_occupied',
  'workflow_in_use',
  'backup_not_found',
  'backup_running',
  'backup_failed',
  'stopping',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An expected refusal: `message` is one sentence for a person, `details` is JSON for a program. Anything else that is thrown is a bug. */
export class DomainError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.details = details
  }
}
