/** The timeline as it is worked: dragged, zoomed, pointed at, and walked through with keys. */

import { useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { axisHeight, dark, draw, itemAt, laneHeight, light, type Scene } from './draw.ts'
import { type Item, type Lane, nearest, neighbour } from './lanes.ts'
import { around, moved, spanOf, type TimeWindow, zoomed } from './time-window.ts'
import styles from './timeline.module.css'

/** A device's lane, and the item in it, if one is there. */
export type Focus = { deviceId: string; key: string | undefined }

type Props = {
  lanes: readonly Lane[]
  window: TimeWindow
  now: number
  focus: Focus | undefined
  /** What is said of the item in focus. */
  focusWords: string
  /** What it shows is still being fetched. */
  isBusy: boolean
  onWindow: (window: TimeWindow) => void
  onFocus: (focus: Focus | undefined) => void
  onHover: (focus: Focus | undefined) => void
  onOpen: (item: Item) => void
}

/** Of the window, for each press of a key; and the zoom of one. */
const step = 0.15
const zoomStep = 1.5

export function TimelineCanvas({ lanes, window, now, focus, focusWords, isBusy, onWindow, onFocus, onHover, onOpen }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const scheme = useComputedColorScheme('light')
  const hint = useId()
  const dragged = useRef<{ x: number; window: TimeWindow; far: boolean }>(undefined)
  const height = axisHeight + lanes.length * laneHeight

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!canvas.current || !context || width === 0) return
    const ratio = devicePixelRatio || 1
    canvas.current.width = Math.round(width * ratio)
    canvas.current.height = Math.round(height * ratio)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const { fontFamily } = getComputedStyle(canvas.current)
    const colours = scheme === 'dark' ? dark : light
    draw(context, { window, lanes, now, focusKey: focus?.key, focusLane: focus?.deviceId, colours, width, font: fontFamily })
  })

  // React's own wheel listeners may not prevent the page from scrolling.
  const latest = useRef({ window, width, onWindow })
  latest.current = { window, width, onWindow }
  useEffect(() => {
    const element = frame.current
    const onWheel = (event: WheelEvent) => {
      const { window, width, onWindow } = latest.current
      const { left } = element?.getBoundingClientRect() ?? { left: 0 }
      const at = window.start + ((event.clientX - left) / Math.max(1, width)) * spanOf(window)
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (event.ctrlKey || event.metaKey) onWindow(zoomed(window, Math.exp(event.deltaY * 0.0025), at))
      else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        onWindow(moved(window, (sideways / Math.max(1, width)) * spanOf(window)))
      else return
      event.preventDefault()
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [])

  function found(event: PointerEvent) {
    const box = frame.current?.getBoundingClientRect() ?? { left: 0, top: 0 }
    const scene: Pick<Scene, 'window' | 'lanes' | 'width'> = { window, lanes, width }
    return itemAt(event.clientX - box.left, event.clientY - box.top, scene)
  }

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    dragged.current = { x: event.clientX, window, far: false }
  }

  function onPointerMove(event: PointerEvent): void {
    const drag = dragged.current
    if (!drag) {
      const hit = found(event)
      onHover(hit?.item && { deviceId: hit.lane.deviceId, key: hit.item.key })
      return
    }
    drag.far ||= Math.abs(event.clientX - drag.x) > 4
    if (drag.far) onWindow(moved(drag.window, ((drag.x - event.clientX) / Math.max(1, width)) * spanOf(window)))
  }

  function onPointerUp(event: PointerEvent): void {
    const drag = dragged.current
    dragged.current = undefined
    if (!drag || drag.far) return
    const hit = found(event)
    onFocus(hit?.item && { deviceId: hit.lane.deviceId, key: hit.item.key })
  }

  const middle = (window.start + window.end) / 2
  const lane = lanes.find(({ deviceId }) => deviceId === focus?.deviceId) ?? lanes[0]

  function focusOn(target: Lane | undefined, item: Item | undefined): void {
    if (!target) return
    onFocus({ deviceId: target.deviceId, key: item?.key })
    if (!item) return
    const isInView = item.end >= window.start && item.start <= window.end
    if (!isInView) onWindow(around(item.start, spanOf(window)))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const sideways = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : undefined
    const updown = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
    const item = lane && [...lane.runs, ...lane.steps].find(({ key }) => key === focus?.key)
    if (sideways && event.shiftKey) onWindow(moved(window, sideways * step * spanOf(window)))
    else if (sideways) focusOn(lane, lane && (neighbour(lane, focus?.key, sideways, middle) ?? item))
    else if (updown && lane) {
      const other = lanes[lanes.indexOf(lane) + (focus ? updown : 0)]
      focusOn(other, other && nearest([...other.runs, ...other.steps], item?.start ?? middle))
    } else if (event.key === '+' || event.key === '=') onWindow(zoomed(window, 1 / zoomStep, item?.start ?? middle))
    else if (event.key === '-') onWindow(zoomed(window, zoomStep, item?.start ?? middle))
    else if (event.key === 'Home') onWindow(around(now, spanOf(window)))
    else if (event.key === 'Enter' && item) onOpen(item)
    else if (event.key === 'Escape' && focus) onFocus(undefined)
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form
    <div
      ref={frame}
      className={styles.chart}
      role="group"
      aria-label="Timeline of the devices"
      aria-describedby={hint}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is worked by keys
      tabIndex={0}
      style={{ height }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        dragged.current = undefined
      }}
      onPointerLeave={() => onHover(undefined)}
      onDoubleClick={(event) => {
        const hit = found(event as unknown as PointerEvent) // a mouse event has the same coordinates
        if (hit?.item) onOpen(hit.item)
      }}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} className={styles.canvas} aria-hidden />
      <span id={hint} className={styles.hidden}>
        Arrow left and right go from one run or step to the next, up and down to another device, Enter opens it. Plus and minus zoom, Shift
        with an arrow moves, Home goes to now.
      </span>
      <span className={styles.hidden} aria-live="polite">
        {focusWords}
      </span>
    </div>
  )
}
