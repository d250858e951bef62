/** The wire shapes of workflows, their steps, and what can be asked of them. */

import { z } from '@hono/zod-openapi'
import { recoveryActions, stepStatuses, workflowStatuses } from '../../../../../shared/domain/workflow.ts'
import { instant, instantOrNull, jsonObject, optionalText, prioritySchema, queryText, text, wholeNumberQuery } from './common.ts'
import { entrySchema } from './device.ts'
import { executedSchema, operationText } from './log.ts'

const retrySchema = z
  .object({
    max_attempts: z.int().min(1).max(100).openapi({ description: 'The first one included' }),
    backoff_seconds: z.number().min(0).max(86_400).openapi({ description: 'Between a failure and the next attempt' }),
    on: z.array(text(1, 100)).max(50).optional().openapi({ description: 'Only these error codes; without it, any failure of the device' }),
  })
  .openapi('RetryPolicy', { example: { max_attempts: 3, backoff_seconds: 10, on: ['timeout'] } })

const timeoutSeconds = z.number().min(0.001).max(31_536_000)

export const stepSchema = z
  .object({
    step_index: z.int(),
    operation: z.string(),
    parameters: jsonObject,
    device_id: z.string().nullable().openapi({ description: "Null: the workflow's own device" }),
    hold: z.boolean().openapi({ description: 'Keeps a device of its own until the next step that uses it has run' }),
    retry: retrySchema.nullable(),
    timeout_seconds: timeoutSeconds.nullable(),
    status: z.enum(stepStatuses),
    attempts: z.int(),
    started_at: instantOrNull,
    completed_at: instantOrNull,
    retry_at: instantOrNull.openapi({ description: 'Not before: the next attempt of a step that its policy tries again' }),
    error: z.string().nullable(),
    error_code: z
      .string()
      .nullable()
      .openapi({ description: "The driver's word for it; `timeout` and `connection_lost` are the lab's own" }),
    note: z.string().nullable().openapi({ description: 'What the person said who recovered it' }),
  })
  .openapi('Step')

export const workflowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    device_id: z.string(),
    sample_barcodes: z.array(z.string()),
    steps: z.array(stepSchema),
    status: z.enum(workflowStatuses),
    priority: prioritySchema,
    auto: z.boolean(),
    created_at: instant,
    queued_at: instantOrNull,
    started_at: instantOrNull,
    completed_at: instantOrNull,
    error: z.string().nullable(),
    reasons: z.array(z.string()).openapi({ description: 'Why it does not go on now: sentences; none when it does, or is over' }),
  })
  .openapi('Workflow')

const wholeStep = z.object({
  operation: operationText,
  parameters: jsonObject.optional(),
  device_id: z
    .string()
    .min(1)
    .nullable()
    .optional()
    .openapi({ description: "Another device than the workflow's own: booked for this step, by the workflow's priority when it is busy" }),
  hold: z.boolean().optional(),
  retry: retrySchema.nullable().optional(),
  timeout_seconds: timeoutSeconds.nullable().optional().openapi({ description: 'The step is aborted when it takes longer' }),
})

const newStep = z.union([operationText, wholeStep], {
  error: 'must be the name of an operation (1 to 200 characters) or {"operation": …, "parameters": {…}}',
})

export const newWorkflowSchema = z
  .object({
    name: text(1, 200).openapi({ example: 'PCR Amplification' }),
    device_id: z.string().min(1).openapi({ example: 'liquid-handler-1' }),
    sample_barcodes: z
      .array(text(1, 200))
      .max(10_000)
      .optional()
      .openapi({ example: ['SAMPLE001'] }),
    steps: z
      .array(newStep)
      .max(1000)
      .optional()
      .openapi({ example: ['pipette_transfer', { operation: 'incubate', parameters: { minutes: 1 } }] }),
    priority: prioritySchema.optional(),
  })
  .openapi('NewWorkflow')

export const listWorkflowsQuerySchema = z.object({
  status: z.enum(workflowStatuses).optional(),
  device_id: queryText.optional(),
  limit: wholeNumberQuery(1, 10_000).optional(),
  cursor: z.string().optional().openapi({ description: 'From the `Link` header of the page before' }),
})

const onBusy = z.enum(['fail', 'queue'])

export const startRequestSchema = z
  .object({ on_busy: onBusy.optional(), priority: prioritySchema.optional(), auto: z.boolean().optional() })
  .openapi('StartRequest')

export const pauseRequestSchema = z.object({ release_device: z.boolean().optional() }).openapi('PauseRequest')
export const resumeRequestSchema = z.object({ on_busy: onBusy.optional() }).openapi('ResumeRequest')
/** Nothing to say; what comes as a body must be JSON all the same. */
export const completeRequestSchema = z.object({}).openapi('CompleteRequest')
export const cancelRequestSchema = z.object({ reason: optionalText(1000) }).openapi('CancelRequest')
export const executeStepRequestSchema = z
  .object({ step_index: z.int().optional(), on_busy: onBusy.optional() })
  .openapi('ExecuteStepRequest')
export const recoverRequestSchema = z
  .object({ action: z.enum(recoveryActions), parameters: jsonObject.optional(), reason: optionalText(1000) })
  .openapi('RecoverRequest', { example: { action: 'retry' } })

export const workflowAnswerSchema = z.object({ message: z.string(), workflow: workflowSchema }).openapi('WorkflowAnswer')
export const queuedAnswerSchema = z
  .object({ message: z.string(), workflow: workflowSchema, queue_entry: entrySchema })
  .openapi('WorkflowQueuedAnswer')

export const stepExecutedSchema = z
  .object({ workflow_id: z.string(), step_index: z.int(), step: stepSchema, result: executedSchema, workflow: workflowSchema })
  .openapi('StepExecuted')
