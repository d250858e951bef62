/** Rows that arrive do not move what is being read. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextView, positionAt } from './log-view.ts'

it('follows at the newest end, and waits while somebody reads further down', () => {
  expect(nextView('newest', 10, undefined, false)).toEqual({ shown: 10, arrived: 0 })
  expect(nextView('newest', 12, 10, false)).toEqual({ shown: 12, arrived: 0 })
  expect(nextView('newest', 12, 10, true)).toEqual({ shown: 10, arrived: 2 })
  expect(nextView('oldest', 12, 10, true)).toEqual({ shown: 12, arrived: 0 })
  // Logs were deleted.
  expect(nextView('newest', 8, 10, true)).toEqual({ shown: 8, arrived: 0 })
})

it('what is read stays the same row at the same index, however many arrive', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('newest' as const, 'oldest' as const),
      fc.integer({ min: 1, max: 1e6 }),
      fc.nat(1e6),
      fc.nat(1e6),
      (order, total, arriving, any) => {
        const index = any % total
        const before = positionAt(order, total, index)
        const { shown } = nextView(order, total + arriving, total, true)
        expect(positionAt(order, shown, index)).toBe(before)
        expect(positionAt(order, shown, positionAt(order, shown, index))).toBe(index)
      },
    ),
  )
})
