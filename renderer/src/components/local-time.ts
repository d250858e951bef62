/** Points in time as a person types them, in local time, and the stretches that are chosen by name. */

/**
 * Reads `2025-01-15`, `2025-01-15 10:00` and `2025-01-15 10:00:09`, as `formatInstant` writes them.
 * @returns undefined for anything else, and for a day or hour that there is not
 */
export function parseLocalTime(text: string): Date | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim())
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0))
  const time = new Date(year, month - 1, day, hour, minute, second)
  const isDay = time.getMonth() === month - 1 && time.getDate() === day
  // Where clocks are set forward an hour is left out; a day may begin behind it.
  const isTime = match[4] === undefined || (time.getHours() === hour && time.getMinutes() === minute && time.getSeconds() === second)
  return isDay && isTime && year >= 1970 ? time : undefined
}

const hour = 3_600_000

/** Milliseconds back from now. */
export const recentStretches = {
  '1h': { name: 'Last hour', length: hour },
  '24h': { name: 'Last 24 hours', length: 24 * hour },
  '7d': { name: 'Last 7 days', length: 7 * 24 * hour },
  '30d': { name: 'Last 30 days', length: 30 * 24 * hour },
} as const
export type RecentStretch = keyof typeof recentStretches

/** As the address holds it: a stretch up to now, or one or both ends (ISO 8601); all of it when there is nothing. */
export type TimeRange = { last?: RecentStretch | undefined; from?: string | undefined; to?: string | undefined }

/** @param now the lab's time when the range was chosen */
export function resolveRange({ last, from, to }: TimeRange, now: Date): { start?: string; end?: string } {
  if (last) return { start: new Date(now.getTime() - recentStretches[last].length).toISOString() }
  return { ...(from === undefined ? {} : { start: from }), ...(to === undefined ? {} : { end: to }) }
}
