/** Where the window opens: where it was, if a person can still get hold of it there. Pure: no Electron. */

import type { WindowPlace } from './desktop-settings.ts'

export type Area = { x: number; y: number; width: number; height: number }

const usualSize = { width: 1360, height: 860 }
export const leastSize = { width: 1024, height: 640 }

/** Of its top edge, this much must lie on a display. Pixels. */
const grip = { width: 120, height: 40 }

/** @returns only a size where the system shall choose the place */
export function boundsOf(
  place: WindowPlace | undefined,
  displays: readonly Area[],
): { width: number; height: number; x?: number; y?: number } {
  if (!place || !isVisible(place, displays)) return usualSize
  const { x, y, width, height } = place
  return { x, y, width: Math.max(width, leastSize.width), height: Math.max(height, leastSize.height) }
}

/** A display may have been unplugged since, or have become smaller. */
export function isVisible({ x, y, width }: Area, displays: readonly Area[]): boolean {
  return displays.some(
    (display) =>
      x + width >= display.x + grip.width &&
      x <= display.x + display.width - grip.width &&
      y >= display.y &&
      y <= display.y + display.height - grip.height,
  )
}
