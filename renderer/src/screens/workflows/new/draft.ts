/** A workflow that is being written: what it holds, and where it comes from. */

import { z } from 'zod'
import type { Input } from '../../../../../shared/contract/contract.ts'
import type { StepWire, WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import { priorities } from '../../../../../shared/domain/queue.ts'
import type { WorkflowFile } from '../workflow-file.ts'

/** As a field for numbers gives it: text while that is no number yet, or not written as one is. */
const typedNumber = z.union([z.number(), z.string()])

const draftStep = z.object({
  /** Names the step while it is moved about. */
  key: z.string(),
  operation: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  /** The parameters as they are being typed as JSON; null while they are filled in field by field. */
  json: z.string().nullable(),
  /** Null: the workflow's own device. */
  deviceId: z.string().nullable(),
  hold: z.boolean(),
  retry: z
    .object({
      attempts: typedNumber,
      backoffSeconds: typedNumber,
      /** Error codes, separated by commas; empty: any failure. */
      on: z.string(),
    })
    .nullable(),
  timeoutSeconds: typedNumber.nullable(),
})
export type DraftStep = z.infer<typeof draftStep>
export type DraftRetry = NonNullable<DraftStep['retry']>

export const draft = z.object({
  name: z.string(),
  deviceId: z.string(),
  priority: z.enum(priorities),
  how: z.enum(['auto', 'manual']),
  start: z.enum(['now', 'later']),
  barcodes: z.array(z.string()),
  steps: z.array(draftStep),
})
export type Draft = z.infer<typeof draft>

export const emptyDraft: Draft = { name: '', deviceId: '', priority: 'normal', how: 'auto', start: 'now', barcodes: [], steps: [] }

export function isEmpty({ name, barcodes, steps, deviceId }: Draft): boolean {
  return name === '' && deviceId === '' && barcodes.length === 0 && steps.length === 0
}

export function newStep(operation = ''): DraftStep {
  return { key: newKey(), operation, parameters: {}, json: null, deviceId: null, hold: false, retry: null, timeoutSeconds: null }
}

export function copyOfStep(step: DraftStep): DraftStep {
  return { ...structuredClone(step), key: newKey() }
}

/** A copy to be run anew. */
export function draftOfWorkflow({ name, deviceId, priority, auto, sampleBarcodes, steps }: WorkflowWire): Draft {
  return {
    ...emptyDraft,
    name: /\(copy\)$/.test(name) ? name : `${name} (copy)`.slice(0, 200),
    deviceId,
    priority,
    how: auto === false ? 'manual' : 'auto',
    barcodes: [...sampleBarcodes],
    steps: steps.map(draftStepOf),
  }
}

export function draftOfFile({ name, device_id, priority, sample_barcodes, steps }: WorkflowFile): Draft {
  return {
    ...emptyDraft,
    name,
    deviceId: device_id,
    priority,
    barcodes: [...sample_barcodes],
    steps: steps.map(({ device_id, timeout_seconds, ...step }) =>
      draftStepOf({ ...step, deviceId: device_id, timeoutSeconds: timeout_seconds }),
    ),
  }
}

type WrittenStep = Pick<StepWire, 'operation' | 'deviceId' | 'hold' | 'retry' | 'timeoutSeconds'> & Pick<DraftStep, 'parameters'>

function draftStepOf({ operation, parameters, deviceId, hold, retry, timeoutSeconds }: WrittenStep): DraftStep {
  return {
    ...newStep(operation),
    parameters: { ...parameters },
    deviceId,
    hold,
    retry: retry && { attempts: retry.max_attempts, backoffSeconds: retry.backoff_seconds, on: (retry.on ?? []).join(', ') },
    timeoutSeconds,
  }
}

/** What the lab is asked for. The draft has no problems. */
export function newWorkflowOf({ name, deviceId, priority, how, barcodes, steps }: Draft): Input<'workflows.create'> {
  return {
    name: name.trim(),
    deviceId,
    priority,
    auto: how === 'auto',
    sampleBarcodes: barcodes,
    steps: steps.map(({ operation, parameters, json, deviceId, hold, retry, timeoutSeconds }) => ({
      operation: operation.trim(),
      parameters: json === null ? parameters : (parsedJson(json) ?? {}),
      deviceId,
      hold,
      retry: retry && {
        max_attempts: numberOf(retry.attempts),
        backoff_seconds: numberOf(retry.backoffSeconds),
        ...(codesIn(retry.on).length > 0 ? { on: codesIn(retry.on) } : {}),
      },
      timeoutSeconds: timeoutSeconds === null ? null : numberOf(timeoutSeconds),
    })),
  }
}

/** Not a number when it is none. */
export function numberOf(typed: number | string): number {
  return typed === '' ? Number.NaN : Number(typed)
}

/** An object; undefined when the text is none. */
export function parsedJson(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

export function codesIn(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((code) => code.trim())
    .filter((code) => code !== '')
}

let made = 0

function newKey(): string {
  made += 1
  return `step-${Date.now().toString(36)}-${made}`
}
