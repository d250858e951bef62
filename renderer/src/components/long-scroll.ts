/** A scroller for more rows than a browser can lay out: the arithmetic of shared/domain/long-scroll.ts, bound to an element. */

import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import {
  canvasHeight,
  clampTop,
  isEcho,
  type ListShape,
  lowestTop,
  pageRows,
  rowsInView,
  scrollOfTop,
  topOfScroll,
  topToShow,
} from '../../../shared/domain/long-scroll.ts'

/** Rows stand at multiples of their height from here, so that they keep their style while the layer moves under them. */
const rowsOfBase = 4096

export type LongScroll = {
  /** Rows to draw: from `first`, without `end`. Row `n` is at `(n - base) × rowHeight` in the layer. */
  first: number
  end: number
  base: number
  canvasHeight: number
  view: number
  /** The row at the top of the view. */
  topRow: number
  /** Whether the first, the last row is wholly in view. */
  atTop: boolean
  atEnd: boolean
  toRow(row: number): void
  toTop(): void
  toEnd(): void
  pageRows: number
}

/**
 * @param scroller overflows vertically; inside, a canvas of `canvasHeight` and `head` pixels, and in it a sticky view with a head and the
 * `layer` of rows
 */
export function useLongScroll(
  scroller: RefObject<HTMLElement | null>,
  layer: RefObject<HTMLElement | null>,
  { rows, rowHeight, head }: { rows: number; rowHeight: number; head: number },
): LongScroll {
  const [view, setView] = useState(0)
  const [top, setTop] = useState(0)
  const shape: ListShape = { rows, rowHeight, view }
  const now = useRef({ top: 0, written: 0, touching: false, moved: false, frame: 0, base: 0, shape })
  now.current.shape = shape

  const controls = useMemo(() => {
    /** One drawing a frame, however many events come: the rows, then the layer that carries them. */
    function draw(): void {
      now.current.frame ||= requestAnimationFrame(() => {
        now.current.frame = 0
        // In this frame, or rows would be missing at the edge until the next.
        flushSync(() => setTop(inWholeRows(now.current.top, now.current.shape)))
        place()
      })
    }
    function place(): void {
      const { top, base, shape } = now.current
      if (layer.current) layer.current.style.transform = `translate3d(0, ${base * shape.rowHeight - top}px, 0)`
    }
    function writeScroll(): void {
      const { top, shape } = now.current
      now.current.written = scrollOfTop(top, shape)
      if (scroller.current) {
        scroller.current.scrollTop = now.current.written
        // As the browser keeps it.
        now.current.written = scroller.current.scrollTop
      }
    }
    function moveTo(top: number): void {
      now.current.top = clampTop(top, now.current.shape)
      if (!now.current.touching) writeScroll()
      draw()
    }
    function onScroll(): void {
      const element = scroller.current
      if (!element) return
      const { written, shape, touching, top } = now.current
      if (isEcho(element.scrollTop, written)) return
      now.current.moved = true
      // A finger moves the content by its own way, as a wheel does; the scrollbar follows when it is lifted.
      now.current.top = touching ? clampTop(top + element.scrollTop - written, shape) : topOfScroll(element.scrollTop, shape)
      now.current.written = element.scrollTop
      draw()
    }
    function onWheel(event: WheelEvent): void {
      if (event.ctrlKey || event.deltaY === 0) return
      event.preventDefault()
      const { top, shape } = now.current
      const pixels =
        event.deltaMode === WheelEvent.DOM_DELTA_LINE ? shape.rowHeight : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? shape.view : 1
      moveTo(top + event.deltaY * pixels)
    }
    return {
      place,
      writeScroll,
      onScroll,
      onWheel,
      toRow: (row: number) => moveTo(topToShow(row, now.current.top, now.current.shape)),
      toTop: () => moveTo(0),
      toEnd: () => moveTo(lowestTop(now.current.shape)),
    }
  }, [scroller, layer])

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onTouch = () => {
      now.current.touching = true
      now.current.moved = false
    }
    const onSettled = () => {
      if (!now.current.touching) return
      now.current.touching = false
      controls.writeScroll()
    }
    // A tap scrolls nothing, so nothing tells of its end; what a finger has set moving goes on after it.
    const onLifted = () => {
      if (!now.current.moved) now.current.touching = false
    }
    const measure = () => setView(Math.max(0, element.clientHeight - head))
    const sizes = new ResizeObserver(measure)
    sizes.observe(element)
    measure()
    element.addEventListener('scroll', controls.onScroll, { passive: true })
    element.addEventListener('wheel', controls.onWheel, { passive: false })
    element.addEventListener('touchstart', onTouch, { passive: true })
    element.addEventListener('touchend', onLifted)
    element.addEventListener('touchcancel', onLifted)
    element.addEventListener('scrollend', onSettled)
    return () => {
      sizes.disconnect()
      cancelAnimationFrame(now.current.frame)
      now.current.frame = 0
      element.removeEventListener('scroll', controls.onScroll)
      element.removeEventListener('wheel', controls.onWheel)
      element.removeEventListener('touchstart', onTouch)
      element.removeEventListener('touchend', onLifted)
      element.removeEventListener('touchcancel', onLifted)
      element.removeEventListener('scrollend', onSettled)
    }
  }, [scroller, controls, head])

  // Rows came or went, or the window changed its size: the place stays, the scrollbar moves.
  useLayoutEffect(() => {
    now.current.top = clampTop(now.current.top, { rows, rowHeight, view })
    controls.writeScroll()
    setTop(inWholeRows(now.current.top, { rows, rowHeight, view }))
  }, [rows, rowHeight, view, controls])

  const { first, end } = rowsInView(clampTop(top, shape), shape)
  const base = first - (first % rowsOfBase)
  useLayoutEffect(() => {
    now.current.base = base
    controls.place()
  })

  return {
    first,
    end,
    base,
    canvasHeight: canvasHeight(shape),
    view,
    topRow: Math.floor(top / rowHeight),
    atTop: top < 1,
    atEnd: top >= lowestTop(shape) - 1,
    toRow: controls.toRow,
    toTop: controls.toTop,
    toEnd: controls.toEnd,
    pageRows: pageRows(shape),
  }
}

/** What is drawn changes only from row to row, and at the ends. */
function inWholeRows(top: number, shape: ListShape): number {
  if (top < 1) return 0
  const lowest = lowestTop(shape)
  return top >= lowest - 1 ? lowest : Math.max(1, Math.floor(top / shape.rowHeight) * shape.rowHeight)
}
