/** What somebody is told when their input does not fit: one sentence that names the field. */

import type { z } from 'zod'
import { DomainError } from './errors.ts'

type Issue = z.core.$ZodIssue

/**
 * `invalid_input`: the first thing that does not fit, in a sentence.
 * @param within the field that the input stands in, if it is not the whole
 */
export function refusalOf(error: z.core.$ZodError, within?: string): DomainError {
  const [first] = error.issues
  if (!first) return new DomainError('invalid_input', 'The request is not valid')
  const issue = innermost(first)
  const field = fieldOf(within === undefined ? issue.path : [within, ...issue.path])
  if (issue.code === 'unrecognized_keys') {
    const unknown = fieldOf([...(within === undefined ? [] : [within]), ...issue.path, issue.keys[0] ?? ''])
    return new DomainError('invalid_input', `${unknown} is not known here`, { field: unknown })
  }
  return new DomainError('invalid_input', sentenceOf(issue, field), field ? { field } : undefined)
}

export function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
}

/** Where a value may be of several kinds: what the kind says that was meant, if it got as far as looking into the value. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const inside = issue.errors.map(([first]) => first).find((first) => first && first.path.length > 0)
  return inside ? innermost({ ...inside, path: [...issue.path, ...inside.path] }) : issue
}

/** `steps[2].operation`; empty for the whole input. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name ? `${name}.${String(part)}` : String(part)),
    '',
  )
}

function sentenceOf(issue: Issue, field: string): string {
  const name = field || 'The body'
  switch (issue.code) {
    case 'invalid_type':
      if (isMissing(issue)) return `${name} is required`
      return `${name} must be ${kinds[issue.expected] ?? `a ${issue.expected}`}`
    case 'invalid_value':
      return `${name} must be ${listed(issue.values.map(String))}`
    case 'too_small':
      return `${name} must ${issue.origin === 'string' ? `have at least ${issue.minimum} character(s)` : `be at least ${issue.minimum}`}`
    case 'too_big':
      if (issue.origin === 'array') return `${name} must have at most ${issue.maximum} items`
      return `${name} must ${issue.origin === 'string' ? `have at most ${issue.maximum} characters` : `be at most ${issue.maximum}`}`
    case 'invalid_union':
    case 'invalid_format':
    case 'custom':
      return `${name} ${issue.message}`
    default:
      return `${name} is not valid: ${issue.message}`
  }
}

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  int: 'a whole number',
  record: 'an object',
  string: 'text',
  boolean: 'true or false',
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
