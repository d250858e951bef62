/** How refusals and faults look on the wire: one sentence, one code, never a stack, SQL or a path. */

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { DomainError, type ErrorCode } from '../../../../shared/domain/errors.ts'
import { isDatabaseGone } from '../services/lab.ts'
import type { RestContext, RestEnv } from './context.ts'

/** The HTTP status of each refusal. */
export const statusOf = {
  invalid_input: 400,
  invalid_state: 400,
  invalid_step_index: 400,
  no_step_left: 400,
  unknown_device: 400,
  unknown_samples: 400,
  wrong_device: 400,
  not_your_booking: 403,
  device_not_found: 404,
  workflow_not_found: 404,
  sample_not_found: 404,
  queue_entry_not_found: 404,
  log_not_found: 404,
  device_exists: 409,
  device_in_use: 409,
  device_busy: 409,
  device_unavailable: 409,
  already_queued: 409,
  already_booked: 409,
  not_waiting: 409,
  operation_running: 409,
  operation_aborted: 409,
  sample_exists: 409,
  well_occupied: 409,
  workflow_in_use: 409,
  backup_not_found: 404,
  backup_running: 409,
  backup_failed: 500,
  stale_version: 412,
  operation_failed: 502,
  stopping: 503,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

/** Seconds after which it is worth asking again. */
const retryAfter = '1'

/** An error that only HTTP knows. */
export function httpError<Status extends ContentfulStatusCode>(
  c: Context<RestEnv>,
  status: Status,
  code: string,
  error: string,
  details?: Record<string, unknown>,
) {
  if (status === 503) c.header('Retry-After', retryAfter)
  return c.json({ error, code, ...(details ? { details } : {}) }, status)
}

/** Answers whatever a route threw. */
export function answerError(error: Error, c: Context<RestEnv>, { logger }: RestContext) {
  if (error instanceof DomainError) return httpError(c, statusOf[error.code], error.code, error.message, error.details)
  if (error instanceof HTTPException) return answerHttpException(error, c)
  if (isDatabaseGone(error)) {
    logger.warn({ err: error }, 'a request found no database')
    return httpError(c, 503, 'database_unavailable', 'The database does not answer; try again in a moment')
  }
  const requestId = c.get('requestId')
  logger.error({ err: error, request_id: requestId, method: c.req.method, path: c.req.path }, 'a request failed')
  const sentence = 'Something went wrong inside the program; the log has the details under this request_id'
  return c.json({ error: sentence, code: 'internal', request_id: requestId }, 500)
}

function answerHttpException(error: HTTPException, c: Context<RestEnv>) {
  if (error.status === 415) return httpError(c, 415, 'unsupported_media_type', 'The body must be JSON, with Content-Type: application/json')
  if (error.status === 400) return httpError(c, 400, 'invalid_json', 'The body is not valid JSON')
  return httpError(c, error.status as ContentfulStatusCode, 'http_error', error.message)
}
