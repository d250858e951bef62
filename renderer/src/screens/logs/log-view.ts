/** What the table shows of a list: in which order, how many, and whether it follows what arrives. */

import type { LogOrder } from '../../../../shared/contract/logs.ts'

/** `shown`: rows that the table has room for; behind them `arrived` wait for the person to ask for them. */
export type LogView = { shown: number; arrived: number }

/**
 * The newest stand at index 0 of the order `newest`: rows that arrive would push what is being read away, so they wait while `reading`.
 * In the other order they come at the end, where they disturb nobody.
 * @param shown rows shown so far; undefined at first
 */
export function nextView(order: LogOrder, total: number, shown: number | undefined, reading: boolean): LogView {
  if (order === 'oldest' || shown === undefined || !reading || total < shown) return { shown: total, arrived: 0 }
  return { shown, arrived: total - shown }
}

/** The position, counted from the oldest, of the row at an index of the table. And the other way round. */
export function positionAt(order: LogOrder, shown: number, index: number): number {
  return order === 'oldest' ? index : shown - 1 - index
}
