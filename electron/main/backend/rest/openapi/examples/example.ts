/** What the document shows of an operation beside its schemas. Every body is sent, and every value checked, by tests/integration/rest/openapi.test.ts. */

import type { Refusal, RefusalCode } from '../refusals.ts'

export type OperationExamples = {
  /** Request bodies: by media type, then by what they ask for. */
  bodies?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Answers: by status, then by media type. */
  answers?: Readonly<Record<number, Readonly<Record<string, unknown>>>>
  /** Where this operation's refusal reads otherwise than the common one. */
  refusals?: Readonly<Partial<Record<RefusalCode, Refusal>>>
}

export function jsonBodies(bodies: Readonly<Record<string, unknown>>): OperationExamples['bodies'] {
  return { 'application/json': bodies }
}

/** One JSON answer for each status. */
export function jsonAnswers(answers: Readonly<Record<number, unknown>>): OperationExamples['answers'] {
  return Object.fromEntries(Object.entries(answers).map(([status, value]) => [status, { 'application/json': value }]))
}

export function invalid(error: string, details: Record<string, unknown>) {
  return { invalid_input: { error, details } }
}
