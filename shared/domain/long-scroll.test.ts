/** The arithmetic of a list that is longer than a browser can lay out. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canvasCap,
  canvasHeight,
  clampTop,
  contentHeight,
  isEcho,
  type ListShape,
  lowestTop,
  pageRows,
  rowsInView,
  scrollOfTop,
  scrollRatio,
  topOfScroll,
  topToShow,
} from './long-scroll.ts'

const shapes = fc.record({
  rows: fc.oneof(fc.nat(50), fc.nat(20_000_000)),
  rowHeight: fc.integer({ min: 20, max: 60 }),
  view: fc.integer({ min: 100, max: 2200 }),
})
const shapeAndTop = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.double({ min: 0, max: lowestTop(shape), noNaN: true })))
const million: ListShape = { rows: 1_000_000, rowHeight: 32, view: 700 }

describe('the canvas', () => {
  it('is never taller than a browser can lay out, and stands for everything', () => {
    expect(canvasHeight(million)).toBe(canvasCap)
    expect(contentHeight(million)).toBe(32_000_000)
    expect(scrollRatio(million)).toBeCloseTo((32_000_000 - 700) / (8_000_000 - 700), 12)
    fc.assert(fc.property(shapes, (shape) => canvasHeight(shape) <= canvasCap))
  })

  it('scrolls as any other while everything fits', () => {
    const short = { rows: 1000, rowHeight: 32, view: 700 }
    expect(scrollRatio(short)).toBe(1)
    expect(topOfScroll(123.5, short)).toBe(123.5)
    expect(scrollRatio({ rows: 3, rowHeight: 32, view: 700 })).toBe(1)
  })
})

describe('the scrollbar', () => {
  it('leads to both ends and to nowhere beyond', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(topOfScroll(0, shape)).toBe(0)
        const end = Math.max(0, canvasHeight(shape) - shape.view)
        expect(topOfScroll(end, shape)).toBeCloseTo(lowestTop(shape), 3)
        expect(topOfScroll(end + 5000, shape)).toBeLessThanOrEqual(lowestTop(shape))
      }),
    )
  })

  it('stands where the content is, there and back', () => {
    fc.assert(
      fc.property(shapeAndTop, ([shape, top]) => {
        expect(topOfScroll(scrollOfTop(top, shape), shape)).toBeCloseTo(top, 3)
        expect(scrollOfTop(top, shape)).toBeLessThanOrEqual(Math.max(0, canvasHeight(shape) - shape.view) + 1e-6)
      }),
    )
  })

  it('moves further the further it is dragged', () => {
    fc.assert(
      fc.property(shapes, fc.nat(8_000_000), fc.nat(8_000_000), (shape, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        expect(topOfScroll(low, shape)).toBeLessThanOrEqual(topOfScroll(high, shape))
      }),
    )
  })

  it('that tells of what we wrote is not taken for a drag', () => {
    const written = scrollOfTop(1_000_003, million)
    expect(isEcho(Math.round(written), written)).toBe(true)
    expect(isEcho(written + 1, written)).toBe(false)
  })
})

it('a wheel moves by its pixels, however long the list is', () => {
  fc.assert(
    fc.property(shapeAndTop, fc.integer({ min: -5000, max: 5000 }), ([shape, top], pixels) => {
      const moved = clampTop(top + pixels, shape)
      const inside = top + pixels >= 0 && top + pixels <= lowestTop(shape)
      expect(moved).toBe(inside ? top + pixels : pixels < 0 ? 0 : lowestTop(shape))
    }),
  )
})

describe('the rows that are drawn', () => {
  it('cover the view, are rows that there are, and never more than 120', () => {
    fc.assert(
      fc.property(shapeAndTop, ([shape, top]) => {
        const { first, end } = rowsInView(top, shape)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(shape.rows)
        expect(end - first).toBeLessThanOrEqual(120)
        if (shape.rows === 0 || shape.view / shape.rowHeight > 118) return
        expect(first * shape.rowHeight).toBeLessThanOrEqual(top)
        expect(end * shape.rowHeight).toBeGreaterThanOrEqual(Math.min(top + shape.view, contentHeight(shape)) - 1e-6)
      }),
    )
  })

  it('are those at the top when it is there', () => {
    expect(rowsInView(0, million)).toEqual({ first: 0, end: 31 })
    expect(rowsInView(32_000, million)).toEqual({ first: 992, end: 1031 })
    expect(rowsInView(lowestTop(million), million).end).toBe(1_000_000)
  })
})

describe('a row that is wanted', () => {
  it('comes wholly into view by the smallest move', () => {
    fc.assert(
      fc.property(shapeAndTop, fc.nat(), ([shape, top], any) => {
        if (shape.rows === 0) return
        const row = any % shape.rows
        const moved = topToShow(row, top, shape)
        expect(row * shape.rowHeight).toBeGreaterThanOrEqual(moved - 1e-6)
        expect((row + 1) * shape.rowHeight).toBeLessThanOrEqual(moved + shape.view + 1e-6)
        if (row * shape.rowHeight >= top && (row + 1) * shape.rowHeight <= top + shape.view) expect(moved).toBe(top)
      }),
    )
  })

  it('a page away leaves one row of the page before', () => {
    expect(pageRows(million)).toBe(20)
    expect(pageRows({ rows: 5, rowHeight: 50, view: 40 })).toBe(1)
  })
})
