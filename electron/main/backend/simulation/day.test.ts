import { beforeAll, describe, expect, test } from 'vitest'
import { newDataFolder } from '../../../../tests/support/databases.ts'
import { type Day, simulateDay } from './day.ts'
import type { DayOptions } from './plan.ts'

async function play(options: DayOptions): Promise<Day> {
  const place = await newDataFolder()
  try {
    return await simulateDay(options, place.options)
  } finally {
    await place.remove()
  }
}

describe.each([1, 2, 3])('a simulated day (seed %i)', (seed) => {
  const options = { devices: 6, workflows: 35, seed, days: 1, elsewhere: 0.2 }
  let day: Day
  // The rules of the lab are checked at every commit: a broken one ends the day with an error.
  beforeAll(async () => {
    day = await play(options)
  }, 120_000)

  test('everything comes to its end, and the program complains of nothing', () => {
    expect(day).toMatchObject({ complaints: [], figures: { left: { workflows: 0, waiting: 0, held: 0 } } })
    expect(sum(day.figures.workflows)).toBe(options.workflows)
    expect(day.figures.workflows.completed).toBeGreaterThan(options.workflows / 2)
  })

  test('operations fail, devices are lost, and people recover what failed', () => {
    const { operations, outages, recoveries } = day.figures
    expect(operations.failed).toBeGreaterThan(0)
    expect(outages.offline + outages.breaker).toBeGreaterThan(0)
    expect(sum(recoveries)).toBeGreaterThan(0)
  })

  test('its figures fit each other', () => {
    const { devices, operations, waits, failures, estimates } = day.figures
    expect(devices).toHaveLength(options.devices)
    for (const { booked, running } of devices) expect(running).toBeLessThanOrEqual(booked)
    expect(sum(Object.fromEntries(devices.map(({ id, operations }) => [id, operations])))).toBe(sum(operations))
    expect(sum(failures)).toBe(sum(operations) - (operations.completed ?? 0))
    expect(waits.some(({ count, longest }) => count > 0 && Number(longest) > 0)).toBe(true)
    expect(new Set(estimates.map(({ kind }) => kind))).toEqual(new Set(['start', 'end']))
    // Claimed, recorded, and what else there was.
    expect(day.commits).toBeGreaterThan(2 * sum(operations))
  })
})

test('the same seed gives the same day, another one another', { timeout: 120_000 }, async () => {
  const tiny = { devices: 4, workflows: 15, seed: 5, days: 1, elsewhere: 0.2 }
  const first = await play(tiny)
  const { wallSeconds: _, ...again } = await play(tiny)
  expect(first).toMatchObject(again)
  expect((await play({ ...tiny, seed: 6 })).digest).not.toBe(first.digest)
})

test('where nearly every workflow needs two devices, nobody waits in a circle for ever', { timeout: 120_000 }, async () => {
  const { figures } = await play({ devices: 3, workflows: 30, seed: 21, days: 1, elsewhere: 0.95 })
  expect(figures.gaveWay).toBeGreaterThan(0)
  expect(figures.left).toEqual({ workflows: 0, waiting: 0, held: 0 })
})

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
