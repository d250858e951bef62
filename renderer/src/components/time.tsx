/** Times on the screen, and the lab's clock, which is what "now" means here. */

import { useSyncExternalStore } from 'react'
import { useLab } from '../api/lab.tsx'
import { formatCount, formatInstant, formatNear } from './time-format.ts'

/** The lab's time, to the second. What shows it is drawn once a second: keep that part small. */
export function useLabNow(): Date {
  const tick = useSyncExternalStore(subscribe, currentSecond)
  return new Date(tick + useClockDifference())
}

/** Which hour of this computer's time zone it is in the lab, counted from 1970: what shows it is drawn once an hour. */
export function useLabHour(): number {
  const ahead = useClockDifference()
  return useSyncExternalStore(subscribe, () => {
    const now = new Date(currentSecond() + ahead)
    return Math.floor((now.getTime() - now.getTimezoneOffset() * 60_000) / 3_600_000)
  })
}

/** Milliseconds that the lab's clock is ahead of this computer's. */
export function useClockDifference(): number {
  const { data, dataUpdatedAt } = useLab('lab.status', {})
  return data ? Date.parse(data.now) - dataUpdatedAt : 0
}

/** A point in time: the clock alone when it is today; whole when the pointer rests on it. */
export function Instant({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const now = useLabNow()
  return (
    <time dateTime={at} title={formatInstant(at, { seconds: true })}>
      {formatNear(at, now, { seconds })}
    </time>
  )
}

/** What is left until then, counted down: "1 min 20 s". `past`: what stands there when it is over. */
export function Countdown({ until, past = '0 s' }: { until: string; past?: string }) {
  const seconds = (Date.parse(until) - useLabNow().getTime()) / 1000
  return (
    <time dateTime={until} title={formatInstant(until, { seconds: true })}>
      {seconds < 0.5 ? past : formatCount(seconds)}
    </time>
  )
}

/** How long ago that was, counted up. */
export function Elapsed({ since }: { since: string }) {
  const seconds = (useLabNow().getTime() - Date.parse(since)) / 1000
  return (
    <time dateTime={since} title={formatInstant(since, { seconds: true })}>
      {formatCount(seconds)}
    </time>
  )
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function currentSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000
}

/** One timer for all, on the second, and none when nobody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setTimeout(tell, untilNextSecond())
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearTimeout(timer)
    timer = undefined
  }
}

function tell(): void {
  timer = setTimeout(tell, untilNextSecond())
  for (const listener of [...listeners]) listener()
}

function untilNextSecond(): number {
  return 1000 - (Date.now() % 1000)
}
