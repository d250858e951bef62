/** The wire shapes of execution logs and of operations that are run. */

import { z } from '@hono/zod-openapi'
import { logStatuses } from '../../../../../shared/domain/execution-log.ts'
import { logFormats } from '../../services/log-formats.ts'
import {
  anyJson,
  booleanQuery,
  instant,
  instantOrNull,
  instantQuery,
  jsonObject,
  queryText,
  text,
  wholeNumberQuery,
  workflowIdText,
} from './common.ts'

export const logSchema = z
  .object({
    id: z.int(),
    device_id: z.string(),
    workflow_id: z.string(),
    operation: z.string(),
    status: z.enum(logStatuses),
    parameters: jsonObject,
    result: anyJson,
    error: z.string().nullable(),
    started_at: instant,
    completed_at: instantOrNull,
    duration_ms: z.int().nullable(),
  })
  .openapi('ExecutionLog')

export const operationText = text(1, 200).openapi({ example: 'pipette_transfer' })

export const executeRequestSchema = z
  .object({ workflow_id: workflowIdText, operation: operationText, parameters: jsonObject.optional() })
  .openapi('ExecuteRequest')

export const executedSchema = z
  .object({
    device_id: z.string(),
    operation: z.string(),
    status: z.literal('completed'),
    executed_at: instant,
    log_id: z.int(),
    duration_ms: z.int(),
    result: anyJson,
  })
  .openapi('Executed')

/** Rows of one page of the plain lists. */
export const defaultLimit = 1000

const paging = {
  limit: wholeNumberQuery(1, 10_000).optional(),
  cursor: z.string().optional().openapi({ description: 'From the `Link` header of the page before' }),
  format: z.enum(logFormats).optional().openapi({ description: 'Wins over the `Accept` header' }),
}

export const listQuerySchema = z.object({ ...paging, all: booleanQuery.optional() })

export const searchQuerySchema = z
  .object({
    ...paging,
    start: instantQuery('start'),
    end: instantQuery('end').openapi({ example: '2025-01-02' }),
    device_id: queryText.optional(),
    workflow_id: queryText.optional(),
    status: z.enum(logStatuses).optional(),
    operation: queryText.optional(),
  })
  .refine(({ start, end }) => start <= end, { error: 'must not be before start', path: ['end'] })
