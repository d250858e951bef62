/** What the demo lab's month of operations must be like, however many there are. */

import { expect, test } from 'vitest'
import { demoDevices } from './bench.ts'
import { operationKinds } from './operations.ts'
import { type PlannedLog, type Reservation, scheduleLogs } from './schedule.ts'

const hourMs = 3_600_000
const monthMs = 31 * 24 * hourMs
const reservations: Reservation[] = [
  { deviceId: 'incubator-1', from: 184 * hourMs, to: 200 * hourMs },
  { deviceId: 'plate-reader-1', from: 80 * hourMs, to: 81 * hourMs },
]
const plan = (count: number, seed = 1) => [...scheduleLogs(count, seed, reservations)]

test.each([0, 1, 2, 7, 168, 20_000, 700_000])('%i rows are exactly that many, in order of time, within the month', (count) => {
  const logs = plan(count)
  expect(logs).toHaveLength(count)
  expect(logs.filter(({ startedAt }, index) => startedAt < (logs[index - 1]?.startedAt ?? 0))).toEqual([])
  expect(logs.filter(({ startedAt, durationMs }) => startedAt + durationMs > monthMs)).toEqual([])
})

test.each([200, 20_000, 600_000])('of %i operations no two overlap on a device, nor any with what else it was booked for', (count) => {
  const overlaps: PlannedLog[] = []
  const freeFrom = new Map<string, number>()
  for (const log of plan(count)) {
    const { deviceId } = log.variation
    const endedAt = log.startedAt + log.durationMs
    const reserved = reservations.some((each) => each.deviceId === deviceId && log.startedAt < each.to && endedAt > each.from)
    if (log.startedAt < (freeFrom.get(deviceId) ?? 0) || reserved) overlaps.push(log)
    freeFrom.set(deviceId, endedAt)
  }
  expect(overlaps).toEqual([])
})

test('more operations than the month has room for are spread over all of it', () => {
  const counts = Array.from({ length: 31 }, () => 0)
  for (const { startedAt } of scheduleLogs(800_000, 1, reservations)) {
    const day = Math.floor(startedAt / (24 * hourMs))
    counts[day] = (counts[day] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(23_000)
})

test('each device does what it can, around its nominal time, and fails now and then', () => {
  const logs = plan(20_000)
  for (const { id, capabilities } of demoDevices) {
    const done = new Set(logs.filter(({ variation }) => variation.deviceId === id).map(({ variation }) => variation.operation))
    expect(capabilities).toEqual(expect.arrayContaining([...done]))
  }
  for (const [operation, seconds] of Object.entries({ pipette_transfer: 12, dispense_reagent: 8, plate_read: 20, mix: 5 })) {
    expect(medianSeconds(logs, (log) => log.variation.operation === operation)).toBeCloseTo(seconds, 0)
  }
  const minutely = (log: PlannedLog) => log.variation.operation === 'incubate' && log.variation.parameters.minutes === 2
  expect(medianSeconds(logs, minutely)).toBeCloseTo(121, 0)

  const failed = logs.filter(({ variation }) => variation.status === 'failed')
  expect(failed.length / logs.length).toBeCloseTo(0.02, 2)
  const sentences = new Set(Object.values(operationKinds).flatMap(({ failures }): readonly string[] => failures))
  expect(failed.filter(({ variation }) => variation.result !== null || !sentences.has(variation.error ?? ''))).toEqual([])
})

test('a run of operations is one workflow on one device, and ends with the first that does not complete', () => {
  const runs = new Map<string, PlannedLog[]>()
  for (const log of plan(5000)) runs.set(log.workflowId, [...(runs.get(log.workflowId) ?? []), log])
  for (const run of runs.values()) {
    expect(new Set(run.map(({ variation }) => variation.deviceId)).size).toBe(1)
    expect(run.map(({ stepIndex }) => stepIndex)).toEqual(run.map((_, index) => index))
    expect(run.slice(0, -1).filter(({ variation }) => variation.status !== 'completed')).toEqual([])
  }
})

test('the seed decides everything', () => {
  expect(plan(500)).toEqual(plan(500))
  expect(plan(500, 2).map((log) => log.workflowId)).not.toEqual(plan(500).map((log) => log.workflowId))
})

function medianSeconds(logs: readonly PlannedLog[], counts: (log: PlannedLog) => boolean): number {
  const completed = logs.filter((log) => log.variation.status === 'completed' && counts(log)).map((log) => log.durationMs / 1000)
  return completed.sort((a, b) => a - b)[Math.floor(completed.length / 2)] ?? Number.NaN
}
