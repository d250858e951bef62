/**
 * Scrolling through more rows than a browser can lay out. Chromium cuts elements at 33,554,428 px, so the canvas is capped and its scrollbar
 * stands for more: dragging it moves by `k` pixels a pixel; wheel and keys move by exact pixels, and the scrollbar is put where that is.
 */

/** The height of the canvas at most. Pixels. */
export const canvasCap = 8_000_000

/** `rowHeight` and `view`, the height that shows rows, in pixels. */
export type ListShape = { rows: number; rowHeight: number; view: number }

export function contentHeight({ rows, rowHeight }: ListShape): number {
  return rows * rowHeight
}

/** What the browser lays out. */
export function canvasHeight(shape: ListShape): number {
  return Math.min(contentHeight(shape), canvasCap)
}

/** Pixels of content to a pixel of the scrollbar's way; 1 while the canvas holds everything. */
export function scrollRatio(shape: ListShape): number {
  const way = canvasHeight(shape) - shape.view
  return way > 0 ? (contentHeight(shape) - shape.view) / way : 1
}

/** `top`: the pixel of the content at the top of the view. */
export function lowestTop(shape: ListShape): number {
  return Math.max(0, contentHeight(shape) - shape.view)
}

export function clampTop(top: number, shape: ListShape): number {
  return Math.min(lowestTop(shape), Math.max(0, top))
}

/** The scrollbar was dragged there. */
export function topOfScroll(scrollTop: number, shape: ListShape): number {
  return clampTop(scrollTop * scrollRatio(shape), shape)
}

/** Where the scrollbar belongs for a place in the content. */
export function scrollOfTop(top: number, shape: ListShape): number {
  return top / scrollRatio(shape)
}

/** The browser tells of every change of the scrollbar, also of ours; it keeps the place in fractions of its own. */
export function isEcho(scrollTop: number, written: number): boolean {
  return Math.abs(scrollTop - written) < 1
}

/** Rows from `first` up to, not with, `end`: those in view and some on both sides, `most` at most. */
export function rowsInView(
  top: number,
  { rows, rowHeight, view }: ListShape,
  { overscan = 8, most = 120 } = {},
): { first: number; end: number } {
  const from = Math.floor(top / rowHeight)
  const shown = Math.min(most, Math.ceil(view / rowHeight) + 1)
  const spare = Math.min(overscan, Math.floor((most - shown) / 2))
  const first = Math.min(Math.max(0, from - spare), Math.max(0, rows - shown))
  return { first, end: Math.min(rows, from + shown + spare) }
}

/** The smallest move that brings a whole row into view. */
export function topToShow(row: number, top: number, shape: ListShape): number {
  const { rowHeight, view } = shape
  const above = row * rowHeight
  if (above < top) return clampTop(above, shape)
  if (above + rowHeight > top + view) return clampTop(above + rowHeight - view, shape)
  return clampTop(top, shape)
}

/** Rows that a page key moves by: one less than fits, so that one stays for the eye to hold on to. */
export function pageRows({ rowHeight, view }: ListShape): number {
  return Math.max(1, Math.floor(view / rowHeight) - 1)
}
