/** Workflows: one of them whole, and what people do with it. */

import { z } from 'zod'
import { priorities } from '../domain/queue.ts'
import { recoveryActions, stepStatuses, workflowOrders, workflowStatuses } from '../domain/workflow.ts'
import { command, deviceId, instant, json, nothing, query, reason, workflowId } from './method.ts'

export const retryPolicy = z.object({
  max_attempts: z.number().int().min(1).max(100),
  backoff_seconds: z.number().min(0).max(86_400),
  on: z.array(z.string().min(1).max(100)).max(50).optional(),
})

export const step = z.object({
  stepIndex: z.number().int(),
  operation: z.string(),
  parameters: json,
  /** Null: the workflow's own device. */
  deviceId: z.string().nullable(),
  hold: z.boolean(),
  retry: retryPolicy.nullable(),
  timeoutSeconds: z.number().nullable(),
  status: z.enum(stepStatuses),
  attempts: z.number().int(),
  startedAt: instant.nullable(),
  completedAt: instant.nullable(),
  error: z.string().nullable(),
  errorCode: z.string().nullable(),
  retryAt: instant.nullable(),
  note: z.string().nullable(),
})
export type StepWire = z.infer<typeof step>

export const workflow = z.object({
  id: z.string(),
  name: z.string(),
  deviceId: z.string(),
  status: z.enum(workflowStatuses),
  priority: z.enum(priorities),
  /** Whether its steps run by themselves. Null: nobody has said yet, and whoever starts it does. */
  auto: z.boolean().nullable(),
  /** Takes effect when the running step ends. */
  pauseRequested: z.boolean(),
  operator: z.string().nullable(),
  error: z.string().nullable(),
  createdAt: instant,
  queuedAt: instant.nullable(),
  startedAt: instant.nullable(),
  completedAt: instant.nullable(),
  /** Why it does not go on now, in sentences; none when it does, or is over. */
  reasons: z.array(z.string()),
  sampleBarcodes: z.array(z.string()),
  steps: z.array(step),
})
export type WorkflowWire = z.infer<typeof workflow>

export const newStep = z.object({
  operation: z.string().trim().min(1).max(200),
  parameters: json.default({}),
  deviceId: deviceId.nullable().default(null),
  hold: z.boolean().default(false),
  retry: retryPolicy.nullable().default(null),
  timeoutSeconds: z.number().positive().max(31_536_000).nullable().default(null),
})

export const newWorkflow = z.object({
  name: z.string().trim().min(1).max(200),
  deviceId,
  sampleBarcodes: z.array(z.string().min(1)).max(10_000).default([]),
  steps: z.array(newStep).max(1000).default([]),
  priority: z.enum(priorities).default('normal'),
  auto: workflow.shape.auto.default(null),
})

/** A workflow as a line in a list. */
export const workflowRow = workflow.omit({ sampleBarcodes: true, steps: true, reasons: true }).extend({
  sampleCount: z.number().int(),
  stepCount: z.number().int(),
  /** Completed or skipped. */
  stepsDone: z.number().int(),
  /** The step that runs or that a person has to decide on; else the next one; null when none is left. */
  step: z.object({ stepIndex: z.number().int(), operation: z.string(), status: z.enum(stepStatuses) }).nullable(),
})
export type WorkflowRowWire = z.infer<typeof workflowRow>

export const workflowFilter = z.object({
  status: z.array(z.enum(workflowStatuses)).max(workflowStatuses.length).optional(),
  deviceId: deviceId.optional(),
  priority: z.enum(priorities).optional(),
  auto: z.boolean().optional(),
  /** Somewhere in its name, id or operator, or in the barcode of one of its samples. */
  text: z.string().trim().min(1).max(200).optional(),
})

/** Where a page ended. */
const workflowCursor = z.object({ value: z.string().max(1000), seq: z.number().int() })

const onBusy = z.enum(['fail', 'queue'])
/** Whether it runs now or waits. */
const started = z.object({ outcome: z.enum(['running', 'queued']), workflow })

export const workflowMethods = {
  'workflows.list': query(
    workflowFilter.extend({
      order: z.enum(workflowOrders).default('newest'),
      /** Only this one, if it fits: what a change made of its line. */
      workflowId: workflowId.optional(),
      after: workflowCursor.nullable().default(null),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    /** `next` is null behind the last. */
    z.object({ rows: z.array(workflowRow), next: workflowCursor.nullable() }),
  ),
  /** How many stand how, whatever status the filter names. */
  'workflows.counts': query(workflowFilter.omit({ status: true }), z.record(z.enum(workflowStatuses), z.number().int())),
  'workflows.get': query(z.object({ workflowId }), workflow),
  'workflows.create': command(newWorkflow, workflow),
  'workflows.start': command(
    z.object({ workflowId, onBusy: onBusy.optional(), priority: z.enum(priorities).optional(), auto: z.boolean().optional() }),
    started,
  ),
  /** Answers when the step has ended, or when it waits for the device it names, where `onBusy` lets it. */
  'workflows.executeStep': command(
    z.object({ workflowId, stepIndex: z.number().int().min(0).optional(), onBusy: onBusy.optional() }),
    workflow,
  ),
  'workflows.complete': command(z.object({ workflowId }), workflow),
  'workflows.cancel': command(z.object({ workflowId, reason: reason.optional() }), workflow),
  /** After the running step, if there is one. */
  'workflows.pause': command(z.object({ workflowId, releaseDevice: z.boolean().default(false) }), workflow),
  'workflows.resume': command(z.object({ workflowId, onBusy: onBusy.optional() }), started),
  'workflows.recover': command(
    z.object({
      workflowId,
      action: z.enum(recoveryActions),
      parameters: json.optional(),
      reason: reason.optional(),
      /** The step that the person saw; when it is another by now, `not_waiting`. */
      seen: z.object({ stepIndex: z.number().int(), attempts: z.number().int() }).optional(),
    }),
    workflow,
  ),
  'workflows.delete': command(z.object({ workflowId }), nothing),
}
