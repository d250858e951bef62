/** A list of logs keeps asking while much happens. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from '../../api/client.ts'
import { createLogList } from './log-list.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('asks again four times a second, however often something happens', async () => {
  const extent = {
    generation: 'g',
    total: 0,
    settled: 0,
    complete: true,
    counted: 1,
    histogram: { bucketWidth: 1, from: '', to: '', buckets: [] },
  }
  const asked = { extent: 0 }
  const call = async (method: string) => {
    if (method !== 'logs.extent') return []
    asked.extent += 1
    return extent
  }
  const list = createLogList(call as unknown as Client['call'], {}, 'newest') // the two methods that are asked
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.extent).toBe(1)
  for (let event = 0; event < 40; event += 1) {
    list.refresh()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(asked.extent).toBeGreaterThanOrEqual(7)
  expect(asked.extent).toBeLessThanOrEqual(9)
  list.close()
})
