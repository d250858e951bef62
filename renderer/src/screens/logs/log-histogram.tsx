/** When there were how many logs: a bar for each stretch of time, and a brush that narrows the time to some of them. */

import { Text, VisuallyHidden } from '@mantine/core'
import { type ComponentProps, type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react'
import type { LogExtentWire } from '../../../../shared/contract/logs.ts'
import { bucketStart } from '../../../../shared/domain/histogram.ts'
import { formatInstant } from '../../components/time-format.ts'
import { countWords } from '../../components/words.ts'
import styles from './log-histogram.module.css'

type Props = {
  histogram: LogExtentWire['histogram']
  /** Both ends in ISO 8601, both included. */
  onNarrow: (from: string, to: string) => void
}

/** Numbers of bars; `to` is included. */
type Brush = { anchor: number; head: number }

function endsOf({ anchor, head }: Brush): [low: number, high: number] {
  return [Math.min(anchor, head), Math.max(anchor, head)]
}

export function LogHistogram({ histogram: { bucketWidth, from, to, buckets }, onNarrow }: Props) {
  const chart = useRef<HTMLDivElement>(null)
  const [brush, setBrush] = useState<Brush>()
  const [hovered, setHovered] = useState<number>()
  const hint = useId()
  if (buckets.length === 0) {
    return (
      <div className={styles.frame}>
        <Chart ref={chart} />
      </div>
    )
  }

  const begin = bucketStart(Date.parse(from), bucketWidth)
  const count = Math.round((bucketStart(Date.parse(to), bucketWidth) - begin) / bucketWidth) + 1
  const tallest = Math.max(...buckets.map(({ good, bad }) => good + bad))
  const byPlace = new Map(buckets.map((bucket) => [Math.round((Date.parse(bucket.start) - begin) / bucketWidth), bucket]))
  const timeOf = (place: number) => new Date(begin + place * bucketWidth)
  const [low, high] = brush ? endsOf(brush) : [0, -1]

  function narrow(chosen: Brush): void {
    const [first, last] = endsOf(chosen)
    setBrush(undefined)
    onNarrow(timeOf(first).toISOString(), new Date(timeOf(last + 1).getTime() - 1).toISOString())
  }

  function placeAt(event: PointerEvent): number {
    const { left, width } = chart.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    return Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * count)))
  }

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setBrush({ anchor: placeAt(event), head: placeAt(event) })
  }

  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    setHovered(placeAt(event))
    if (brush && event.currentTarget.hasPointerCapture(event.pointerId)) setBrush({ ...brush, head: placeAt(event) })
  }

  function onPointerUp(event: PointerEvent): void {
    // Where it is let go, which a quick hand does before the last move is drawn.
    if (brush) narrow({ ...brush, head: placeAt(event) })
  }

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }
    const step = steps[event.key]
    if (step !== undefined) {
      const start = brush?.head ?? (event.key === 'ArrowLeft' ? count : -1)
      const head = Math.min(count - 1, Math.max(0, start + step))
      setBrush({ anchor: event.shiftKey && brush ? brush.anchor : head, head })
    } else if (event.key === 'Enter' && brush) narrow(brush)
    else if (event.key === 'Escape' && brush) setBrush(undefined)
    else return
    event.preventDefault()
  }

  function wordsOf(from: number, to: number): string {
    const sums = { all: 0, bad: 0 }
    for (let place = from; place <= to; place += 1) {
      const bucket = byPlace.get(place)
      sums.all += (bucket?.good ?? 0) + (bucket?.bad ?? 0)
      sums.bad += bucket?.bad ?? 0
    }
    const bad = sums.bad > 0 ? `, ${sums.bad.toLocaleString('en')} of them did not complete` : ''
    return `${formatInstant(timeOf(from))} – ${formatInstant(timeOf(to + 1))}: ${countWords(sums.all, 'log')}${bad}`
  }

  const told = brush ? wordsOf(low, high) : hovered === undefined ? undefined : wordsOf(hovered, hovered)
  return (
    <div className={styles.frame}>
      <Chart
        ref={chart}
        aria-describedby={hint}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setBrush(undefined)}
        onPointerLeave={() => setHovered(undefined)}
        onKeyDown={onKeyDown}
        onBlur={() => setBrush(undefined)}
      >
        <svg className={styles.bars} viewBox={`0 0 ${count} 100`} preserveAspectRatio="none" aria-hidden>
          {[...byPlace].map(([place, { good, bad }]) => {
            const whole = ((good + bad) / tallest) * 96
            // What did not complete stays visible beside many that did.
            const trouble = bad > 0 ? Math.max(3, (bad / tallest) * 96) : 0
            return (
              <g key={place}>
                <rect className={styles.good} x={place + 0.08} width={0.84} y={100 - Math.max(2, whole)} height={Math.max(2, whole)} />
                <rect className={styles.bad} x={place + 0.08} width={0.84} y={100 - trouble} height={trouble} />
              </g>
            )
          })}
          {brush && <rect className={styles.brush} x={low} width={high - low + 1} y={0} height={100} />}
        </svg>
      </Chart>
      <div className={styles.words}>
        <Text size="xs" c="dimmed">
          {formatInstant(timeOf(0))}
        </Text>
        <Text size="xs" className={styles.told} aria-live="polite">
          {told ?? (
            <>
              <span className={styles.key} data-kind="good" aria-hidden /> completed or running{' '}
              <span className={styles.key} data-kind="bad" aria-hidden /> failed, aborted or interrupted
            </>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {formatInstant(timeOf(count))}
        </Text>
      </div>
      <VisuallyHidden id={hint}>
        Drag over bars to narrow the time to them. With keys: arrows choose a bar, Shift with arrows several, Enter narrows.
      </VisuallyHidden>
    </div>
  )
}

/** The same element with bars and without: whoever narrowed to a time that has no logs keeps the focus. */
function Chart(props: ComponentProps<'div'>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its brush is worked by keys
    <div {...props} className={styles.chart} role="group" aria-label="Logs by time" tabIndex={0} />
  )
}
