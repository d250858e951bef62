/** What a client is told when its input does not fit: one sentence that names the field. */

import type { z } from '@hono/zod-openapi'
import { isMissing, refusalOf } from '../../../../shared/domain/invalid-input.ts'

type Issue = z.core.$ZodIssue

/** What validation came to; the hook of a route is given it. */
export type Validated = { success: true } | { success: false; error: z.core.$ZodError }

/**
 * The hook of every route.
 * @throws DomainError `invalid_input`: the first thing that does not fit, in a sentence
 */
export function refuseInvalid(result: Validated): undefined {
  if (result.success) return undefined
  throw refusalOf(result.error)
}

/** Top-level fields that are not there, or empty. */
export function absentFields(result: Validated): string[] {
  const issues = result.success ? [] : result.error.issues
  return issues.filter((issue) => issue.path.length === 1 && isAbsent(issue)).map((issue) => String(issue.path[0]))
}

function isAbsent(issue: Issue): boolean {
  return isMissing(issue) || (issue.code === 'too_small' && issue.origin === 'string')
}
