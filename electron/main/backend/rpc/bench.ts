/** Each device with its run, its queue and what is expected of both; and what people do to a queue. */

import type { BenchDeviceWire, benchMethods, HolderWire, QueueEntryWire } from '../../../../shared/contract/bench.ts'
import { type BenchDevice, type Holder, readBench, readBenchDevice } from '../services/bench.ts'
import { cancelQueueEntry, enqueue, moveQueueEntry } from '../services/queue.ts'
import type { Forecast } from '../services/schedule.ts'
import type { Handlers } from './handlers.ts'
import { iso, presentDevice, secondsAfter } from './present.ts'

export const benchHandlers: Handlers<keyof typeof benchMethods> = {
  'bench.list': async (_, { lab }) => (await readBench(lab)).map(presentBenchDevice),
  'bench.get': async ({ deviceId }, { lab }) => presentBenchDevice(await readBenchDevice(lab, deviceId)),
  'queue.add': async ({ deviceId, ...entry }, { lab, caller }) => {
    const { id, status } = await lab.transaction(caller, (tx) => enqueue(tx, deviceId, entry))
    return { entryId: id, status }
  },
  'queue.move': async ({ deviceId, entryId, version, target }, { lab, caller }) => {
    await lab.transaction(caller, (tx) => moveQueueEntry(tx, deviceId, entryId, { target, versions: versionsOf(version) }))
    return presentBenchDevice(await readBenchDevice(lab, deviceId))
  },
  'queue.cancel': async ({ deviceId, entryId, version }, { lab, caller }) => {
    await lab.transaction(caller, (tx) => cancelQueueEntry(tx, deviceId, entryId, versionsOf(version)))
    return presentBenchDevice(await readBenchDevice(lab, deviceId))
  },
}

function versionsOf(version: number | undefined): number[] | undefined {
  return version === undefined ? undefined : [version]
}

function presentBenchDevice({ forecast, holder }: BenchDevice): BenchDeviceWire {
  return {
    device: presentDevice(forecast.device),
    holder: holder && presentHolder(forecast, holder),
    queue: forecast.entries.map((_, index) => presentEntry(forecast, index)),
  }
}

function presentHolder({ at }: Forecast, { bookedAt, step, remaining, ...holder }: Holder): HolderWire {
  return {
    ...holder,
    bookedAt: bookedAt.toISOString(),
    step: step && presentStep(step),
    remainingSeconds: remaining?.p50 ?? null,
    remainingP90Seconds: remaining?.p90 ?? null,
    expectedEndAt: secondsAfter(at, remaining?.p50 ?? null),
    expectedEndP90At: secondsAfter(at, remaining?.p90 ?? null),
  }
}

function presentStep({ expectedEnd, ...step }: NonNullable<Holder['step']>): HolderWire['step'] {
  return { ...step, startedAt: iso(step.startedAt), expectedEndAt: iso(expectedEnd) }
}

function presentEntry({ at, entries, names, runs, ofPlace }: Forecast, index: number): QueueEntryWire {
  const entry = entries[index]
  if (!entry) throw new Error(`the forecast has no entry ${index}`)
  const wait = ofPlace(index)
  const end = runs.find(({ queueEntryId }) => queueEntryId === entry.id)?.end
  const { id, deviceId, workflowId, stepIndex, operator, priority, note, queuedAt } = entry
  return {
    id,
    deviceId,
    workflowId,
    workflowName: names.get(workflowId) ?? null,
    stepIndex,
    operator,
    priority,
    note,
    position: index + 1,
    queuedAt: queuedAt.toISOString(),
    waitSeconds: wait.p50,
    waitP90Seconds: wait.p90,
    expectedStartAt: secondsAfter(at, wait.p50),
    expectedStartP90At: secondsAfter(at, wait.p90),
    expectedEndAt: secondsAfter(at, end?.p50 ?? null),
    expectedEndP90At: secondsAfter(at, end?.p90 ?? null),
    basedOn: wait.basedOn,
    reasons: wait.reasons,
  }
}
