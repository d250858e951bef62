/** How times and durations are written everywhere: local time, 24 hours, the largest unit first. */

/** "2025-01-15 10:04", with seconds "2025-01-15 10:04:09": local time. */
export function formatInstant(time: Date | string, { seconds = false } = {}): string {
  const at = new Date(time)
  return `${formatDay(at)} ${formatClock(at, { seconds })}`
}

/** "2025-01-15" */
export function formatDay(time: Date | string): string {
  const at = new Date(time)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** "10:04" or "10:04:09" */
export function formatClock(time: Date | string, { seconds = false } = {}): string {
  const at = new Date(time)
  return `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`
}

/** The clock alone for what is near: "10:04" on the day of `now`, else with its day. */
export function formatNear(time: Date | string, now: Date, options: { seconds?: boolean } = {}): string {
  return formatDay(time) === formatDay(now) ? formatClock(time, options) : formatInstant(time, options)
}

/**
 * The two largest units: "850 ms", "8.4 s", "45 s", "1 min 20 s", "2 h 5 min", "3 d 4 h".
 * @param seconds 0 or more
 */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return seconds === 0 ? '0 s' : `${Math.max(1, Math.round(seconds * 1000))} ms`
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`
  return formatCount(Math.round(seconds))
}

/** As `formatDuration`, in whole seconds, for what is counted down: it ends at "0 s". */
export function formatCount(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  for (const [large, small] of units) {
    if (whole < large.seconds) continue
    const first = Math.floor(whole / large.seconds)
    const rest = Math.floor((whole % large.seconds) / small.seconds)
    return `${first} ${large.name}${rest > 0 ? ` ${rest} ${small.name}` : ''}`
  }
  return `${whole} s`
}

type Unit = { name: string; seconds: number }
const second = { name: 's', seconds: 1 }
const minute = { name: 'min', seconds: 60 }
const hour = { name: 'h', seconds: 3600 }
const day = { name: 'd', seconds: 86_400 }
const units: readonly (readonly [Unit, Unit])[] = [
  [day, hour],
  [hour, minute],
  [minute, second],
]

function two(number: number): string {
  return String(number).padStart(2, '0')
}
