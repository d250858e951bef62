/** The schedule in the wire's shapes. */

import type { z } from '@hono/zod-openapi'
import type { Stretch } from '../../../../shared/domain/estimate.ts'
import { type Expected, freeFrom, type PredictedRun } from '../../../../shared/domain/schedule.ts'
import type { Forecast } from '../services/schedule.ts'
import { startAt } from './present.ts'
import type { scheduledDeviceSchema } from './schemas/schedule.ts'

type Wire = z.infer<typeof scheduledDeviceSchema>

export function presentSchedule(forecast: Forecast): Wire {
  const { device, at, runs, names, unknownBecause } = forecast
  const free = freeFrom(runs)
  return {
    device_id: device.id,
    device_name: device.name,
    at: at.toISOString(),
    estimated_free_at: instantOf(at, free, 'p50'),
    estimated_free_p90_at: instantOf(at, free, 'p90'),
    unknown_because: unknownBecause,
    runs: runs.map((run) => presentRun(at, run, names.get(run.workflowId) ?? null)),
  }
}

function presentRun(at: Date, run: PredictedRun, name: string | null): Wire['runs'][number] {
  return {
    workflow_id: run.workflowId,
    workflow_name: name,
    queue_entry_id: run.queueEntryId,
    status: run.queueEntryId === null ? 'holding' : 'waiting',
    unattended: !run.byHand && !run.unknown,
    based_on: run.end?.basedOn ?? 'none',
    ...presentExpected(at, run),
    steps: run.steps.map((step) => ({
      step_index: step.stepIndex,
      operation: step.operation,
      device_id: step.deviceId,
      status: step.elapsed === null ? 'pending' : 'running',
      ...presentExpected(at, step),
    })),
  }
}

function presentExpected(at: Date, { start, end }: Expected) {
  return {
    estimated_start_at: instantOf(at, start, 'p50'),
    estimated_start_p90_at: instantOf(at, start, 'p90'),
    estimated_end_at: instantOf(at, end, 'p50'),
    estimated_end_p90_at: instantOf(at, end, 'p90'),
  }
}

function instantOf(at: Date, stretch: Stretch | null, percentile: 'p50' | 'p90'): string | null {
  return startAt(at, stretch?.[percentile] ?? null)
}
