/** Reading points in time as scripts write them. */

import { z } from 'zod'
import { DomainError } from './errors.ts'

const dateTime = z.iso.datetime({ offset: true, local: true })
const date = z.iso.date()

/**
 * Reads an ISO 8601 time: with an offset it is respected, without one it is UTC, a date alone is that day at 00:00 UTC.
 * A `+` that a URL turned into a space is read as the `+` it was.
 * @throws DomainError `invalid_input` naming the field
 */
export function parseInstant(text: string, field: string): Date {
  const iso = spelledOut(text)
  const instant = date.safeParse(iso).success
    ? new Date(`${iso}T00:00:00Z`)
    : dateTime.safeParse(iso).success
      ? new Date(/(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`)
      : undefined
  if (!instant || Number.isNaN(instant.getTime()) || instant.getUTCFullYear() < 1 || instant.getUTCFullYear() > 9999) {
    throw new DomainError('invalid_input', `${field} must be a time such as 2025-01-15T10:00:00Z or a date such as 2025-01-15`, { field })
  }
  return instant
}

/** `2025-01-15 10:00+02` is good ISO 8601 but for its space; the schema wants `T`, seconds beside a zone, and an offset with its minutes. */
function spelledOut(text: string): string {
  return text
    .trim()
    .replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T')
    .replace(/ (?=\d{2}(?::?\d{2})?$)/, '+')
    .replace(/(T[\d:.]+[+-]\d{2}):?(\d{2})?$/, (_, upToHours: string, minutes = '00') => `${upToHours}:${minutes}`)
    .replace(/(T\d{2}:\d{2})(?=[Z+-])/, '$1:00')
}
