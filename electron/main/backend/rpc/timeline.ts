/** What each device did, and what is expected of it. */

import type { DeviceFutureWire, timelineMethods } from '../../../../shared/contract/timeline.ts'
import type { Expected } from '../../../../shared/domain/schedule.ts'
import { type Forecast, forecastDevices } from '../services/schedule.ts'
import { readPast } from '../services/timeline.ts'
import type { Handlers } from './handlers.ts'
import { secondsAfter } from './present.ts'

export const timelineHandlers: Handlers<keyof typeof timelineMethods> = {
  'timeline.past': ({ start, end }, { lab }) => readPast(lab, new Date(start), new Date(end)),
  'timeline.future': async (_, { lab }) => (await forecastDevices(lab, lab.database.db)).map(presentFuture),
}

function presentFuture({ device, at, names, runs, unknownBecause }: Forecast): DeviceFutureWire {
  return {
    deviceId: device.id,
    unknownBecause,
    runs: runs.map((run) => ({
      workflowId: run.workflowId,
      workflowName: names.get(run.workflowId) ?? null,
      queueEntryId: run.queueEntryId,
      ...times(at, run),
      steps: run.steps
        .filter((step) => step.deviceId === device.id)
        .map((step) => ({ stepIndex: step.stepIndex, operation: step.operation, ...times(at, step) })),
    })),
  }
}

function times(at: Date, { start, end }: Expected) {
  return {
    startAt: secondsAfter(at, start?.p50 ?? null),
    startP90At: secondsAfter(at, start?.p90 ?? null),
    endAt: secondsAfter(at, end?.p50 ?? null),
    endP90At: secondsAfter(at, end?.p90 ?? null),
  }
}
