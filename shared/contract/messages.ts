/** What goes over a connection between a page and the lab, whichever transport carries it. JSON in both directions. */

import type { LabEventWire } from './events.ts'

/** A refusal or fault as a page is told: `message` is a sentence for a person. `code` is a DomainError's, or one of `transportErrors`. */
export type ContractError = { code: string; message: string; details?: Readonly<Record<string, unknown>> | undefined }

export type Answer<T = unknown> = { ok: true; value: T } | { ok: false; error: ContractError }

/** Codes that no service throws: a bug, a method that is not in the contract, a lab that is not open, a line that was cut. */
export const transportErrors = ['internal', 'unknown_method', 'starting', 'stopping', 'database_unavailable', 'disconnected'] as const

export type ClientMessage =
  | { id: number; method: string; input: unknown /** The person at the screen. */; operator: string | null }
  /** From then on every event behind `after` is pushed once, in order; null: what happens from now on. Once a connection. */
  | { subscribe: { after: number | null } }

/**
 * What the lab says unasked. `event` is kept and numbered: a client that was away resumes behind the last `seq` it has.
 * The others are states of the moment; a client that was away reads anew what they are about.
 */
export type Push =
  /** The answer to `subscribe`: everything up to here is known to whoever reads now. */
  | { topic: 'subscribed'; seq: number }
  | { topic: 'event'; seq: number; event: LabEventWire }
  | { topic: 'progress'; deviceId: string; workflowId: string; logId: number; fraction: number }
  /** What is expected of a device's queue and run has changed. */
  | { topic: 'forecast'; deviceId: string }
  /** Whether calls are answered now. */
  | {
      topic: 'gate'
      gate: 'starting' | 'open' | 'stopping' | 'no_database' /** Why it still starts, in a sentence. */
      waitingFor?: string
    }

export type ServerMessage = { id: number; answer: Answer } | { push: Push }
