/** What an instrument's answers mean: results, jobs and how they stand, refusals. */

import { deepestJson, isDeeperThan } from '../../../../../shared/domain/json.ts'
import { DriverError } from '../driver.ts'
import type { Reply } from './exchange.ts'

/** How a job stands. */
export type Job =
  | { state: 'running'; progress: number | undefined }
  | { state: 'completed'; result: unknown }
  | { state: 'failed'; error: DriverError }
  | { state: 'aborted' }

/** The JSON of an answer of success; null when it is empty. @throws DriverError what the instrument says is wrong, or `bad_answer` */
export function jsonOf({ status, text }: Reply, operation: string): unknown {
  if (status < 200 || status > 299) throw refusalOf(status, text, operation)
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    if (!isDeeperThan(value, deepestJson)) return value
  } catch {
    throw badAnswer(`The instrument's answer to "${operation}" is not JSON`)
  }
  throw badAnswer(`The instrument's answer to "${operation}" is nested too deep`)
}

/** The id of the job that an answer names; undefined when it names none. */
export function jobIdOf(answer: unknown): string | undefined {
  const id = fieldOf(answer, 'id') ?? fieldOf(answer, 'job_id')
  if (typeof id === 'number') return String(id)
  return typeof id === 'string' && id.length > 0 && id.length <= 500 ? id : undefined
}

/** @throws DriverError `bad_answer` when it says nothing of how the job stands */
export function jobOf(answer: unknown, operation: string): Job {
  const status = fieldOf(answer, 'status')
  const state = typeof status === 'string' && Object.hasOwn(states, status.toLowerCase()) ? states[status.toLowerCase()] : undefined
  switch (state) {
    case 'running': {
      const progress = fieldOf(answer, 'progress')
      return { state, progress: typeof progress === 'number' ? Math.min(1, Math.max(0, progress)) : undefined }
    }
    case 'completed':
      return { state, result: fieldOf(answer, 'result') ?? null }
    case 'failed': {
      const { message, code } = errorIn(answer)
      const sentence = message ? `The instrument failed during "${operation}": ${message}` : `The instrument failed during "${operation}"`
      return { state, error: new DriverError(sentence, { code: code ?? 'instrument_error' }) }
    }
    case 'aborted':
      return { state }
    default:
      throw badAnswer(`The instrument's answer does not say how "${operation}" stands`)
  }
}

/** Words of the instruments and gateways in use, in lower case. */
const states: Readonly<Record<string, Job['state']>> = {
  queued: 'running',
  pending: 'running',
  accepted: 'running',
  running: 'running',
  in_progress: 'running',
  completed: 'completed',
  succeeded: 'completed',
  done: 'completed',
  finished: 'completed',
  failed: 'failed',
  error: 'failed',
  aborted: 'aborted',
  cancelled: 'aborted',
  canceled: 'aborted',
}

function refusalOf(status: number, text: string, operation: string): DriverError {
  const { message, code } = errorIn(parsed(text))
  const verb = status >= 400 && status < 500 ? 'refused' : 'failed at'
  const sentence = message ? `The instrument ${verb} "${operation}": ${message}` : `The instrument answered ${status} to "${operation}"`
  return new DriverError(sentence, { code: code ?? codeOf(status) })
}

function codeOf(status: number): string {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'unavailable'
  if (status >= 400) return status < 500 ? 'refused' : 'instrument_error'
  return 'bad_answer'
}

/** `{error: "…"}`, `{error: {code, message}}` or `{code, message}`. */
function errorIn(answer: unknown): { message: string | undefined; code: string | undefined } {
  const error = fieldOf(answer, 'error')
  const message = typeof error === 'string' ? error : (fieldOf(error, 'message') ?? fieldOf(answer, 'message'))
  const code = fieldOf(error, 'code') ?? fieldOf(answer, 'code')
  return {
    message: typeof message === 'string' ? sentenceFrom(message) : undefined,
    code: typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined,
  }
}

/** A database keeps neither NUL nor half a character, and a person reads one line. */
function sentenceFrom(text: string): string | undefined {
  return (
    text
      .replaceAll(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
      .trim()
      .slice(0, 500) || undefined
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function badAnswer(sentence: string): DriverError {
  return new DriverError(sentence, { code: 'bad_answer' })
}
