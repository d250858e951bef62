import { describe, expect, test } from 'vitest'
import { newDataFolder } from '../../../../tests/support/databases.ts'
import { type Day, simulateDay } from './day.ts'
import type { DayOptions } from './plan.ts'

const small: DayOptions = { devices: 6, workflows: 50, seed: 1, days: 1 }

async function play(options: DayOptions): Promise<Day> {
  const place = await newDataFolder()
  try {
    return await simulateDay(options, place.options)
  } finally {
    await place.remove()
  }
}

describe('a simulated day', { timeout: 60_000 }, () => {
  // The rules of the lab are checked at every commit: a broken one ends the day with an error.
  test.each([1, 2, 3])(
    'with failures, and people who recover, cancel, move and pause, brings everything to its end (seed %i)',
    async (seed) => {
      const day = await play({ ...small, seed })
      expect(day).toMatchObject({ complaints: [], figures: { left: { workflows: 0, waiting: 0, held: 0 } } })
      const { workflows, operations, recoveries, devices, waits } = day.figures
      expect(sum(workflows)).toBe(small.workflows)
      expect(workflows.completed).toBeGreaterThan(small.workflows / 2)
      expect(operations.failed).toBeGreaterThan(0)
      expect(sum(recoveries)).toBeGreaterThan(0)
      expect(day.commits).toBeGreaterThan(2 * (operations.completed ?? 0))
      expect(devices).toHaveLength(small.devices)
      for (const { booked, running } of devices) expect(running).toBeLessThanOrEqual(booked)
      expect(waits.some(({ count, longest }) => count > 0 && Number(longest) > 0)).toBe(true)
    },
  )

  test('is the same again with the same seed, and another one with another', async () => {
    const tiny = { devices: 3, workflows: 15, seed: 5, days: 1 }
    const first = await play(tiny)
    const { wallSeconds: _, ...again } = await play(tiny)
    expect(first).toMatchObject(again)
    expect((await play({ ...tiny, seed: 6 })).digest).not.toBe(first.digest)
  })
})

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
