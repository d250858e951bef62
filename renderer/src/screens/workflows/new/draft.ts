/** A workflow that is being written: what it holds, and where it comes from. */

import type { Input } from '../../../../../shared/contract/contract.ts'
import type { WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import type { Priority } from '../../../../../shared/domain/queue.ts'
import type { FileStep, WorkflowFile } from '../workflow-file.ts'

export type DraftRetry = {
  attempts: number
  backoffSeconds: number /** Error codes, separated by commas; empty: any failure. */
  on: string
}

export type DraftStep = {
  /** Names the step while it is moved about. */
  key: string
  operation: string
  parameters: Record<string, unknown>
  /** The parameters as they are being typed as JSON; null while they are filled in field by field. */
  json: string | null
  /** Null: the workflow's own device. */
  deviceId: string | null
  hold: boolean
  retry: DraftRetry | null
  timeoutSeconds: number | null
}

export type Draft = {
  name: string
  deviceId: string
  priority: Priority
  how: 'auto' | 'manual'
  start: 'now' | 'later'
  barcodes: string[]
  steps: DraftStep[]
}

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
    how: auto ? 'auto' : 'manual',
    barcodes: [...sampleBarcodes],
    steps: steps.map(({ operation, parameters, deviceId, hold, retry, timeoutSeconds }) => ({
      ...newStep(operation),
      parameters: { ...parameters },
      deviceId,
      hold,
      retry: retry && { attempts: retry.max_attempts, backoffSeconds: retry.backoff_seconds, on: (retry.on ?? []).join(', ') },
      timeoutSeconds,
    })),
  }
}

export function draftOfFile({ name, device_id, priority, sample_barcodes, steps }: WorkflowFile): Draft {
  return { ...emptyDraft, name, deviceId: device_id, priority, barcodes: [...sample_barcodes], steps: steps.map(stepOfFile) }
}

function stepOfFile({ operation, parameters, device_id, hold, retry, timeout_seconds }: FileStep): DraftStep {
  return {
    ...newStep(operation),
    parameters: { ...parameters },
    deviceId: device_id,
    hold,
    retry: retry && { attempts: retry.max_attempts, backoffSeconds: retry.backoff_seconds, on: (retry.on ?? []).join(', ') },
    timeoutSeconds: timeout_seconds,
  }
}

/** What the lab is asked for. The draft has no problems. */
export function newWorkflowOf({ name, deviceId, priority, barcodes, steps }: Draft): Input<'workflows.create'> {
  return {
    name: name.trim(),
    deviceId,
    priority,
    sampleBarcodes: barcodes,
    steps: steps.map(({ operation, parameters, json, deviceId, hold, retry, timeoutSeconds }) => ({
      operation: operation.trim(),
      parameters: json === null ? parameters : (parsedJson(json) ?? {}),
      deviceId,
      hold,
      retry: retry && {
        max_attempts: retry.attempts,
        backoff_seconds: retry.backoffSeconds,
        ...(codesIn(retry.on).length > 0 ? { on: codesIn(retry.on) } : {}),
      },
      timeoutSeconds,
    })),
  }
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
