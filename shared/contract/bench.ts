/** The bench as the home screen and the queues show it: each device with its run, its queue and what is expected of both. */

import { z } from 'zod'
import { priorities } from '../domain/queue.ts'
import { workflowStatuses } from '../domain/workflow.ts'
import { device } from './devices.ts'
import { command, deviceId, instant, nothing, query, workflowId } from './method.ts'

/** Seconds from now until its turn, and the time of it; null when nobody can know. `reasons` are sentences. */
const expectation = {
  waitSeconds: z.number().nullable(),
  waitP90Seconds: z.number().nullable(),
  expectedStartAt: instant.nullable(),
  expectedStartP90At: instant.nullable(),
  basedOn: z.enum(['measured', 'nominal', 'none']),
  reasons: z.array(z.string()),
}

export const queueEntry = z.object({
  id: z.number().int(),
  deviceId: z.string(),
  workflowId: z.string(),
  /** Null for a workflow that a script brought. */
  workflowName: z.string().nullable(),
  /** The step that waits, where it is one on another device than its workflow's. */
  stepIndex: z.number().int().nullable(),
  operator: z.string().nullable(),
  priority: z.enum(priorities),
  note: z.string().nullable(),
  /** 1 = next. */
  position: z.number().int(),
  queuedAt: instant,
  ...expectation,
  /** When it is over, if it goes on by itself; null when nobody can know. */
  expectedEndAt: instant.nullable(),
  expectedEndP90At: instant.nullable(),
})
export type QueueEntryWire = z.infer<typeof queueEntry>

/** Who has the device and how far it is. A script's own workflow has no name, no status, no device of its own and no priority. */
export const holder = z.object({
  workflowId: z.string(),
  workflowName: z.string().nullable(),
  status: z.enum(workflowStatuses).nullable(),
  auto: z.boolean(),
  /** Its own device: another than this one where a step of it has this one. */
  ownDeviceId: z.string().nullable(),
  priority: z.enum(priorities).nullable(),
  /** Takes effect when the running step ends. */
  pauseRequested: z.boolean(),
  operator: z.string().nullable(),
  bookedAt: instant,
  error: z.string().nullable(),
  /** The operation that runs now, or the step that a person has to decide on. */
  step: z
    .object({
      stepIndex: z.number().int().nullable(),
      operation: z.string(),
      status: z.enum(['running', 'failed', 'interrupted', 'aborted']),
      logId: z.number().int().nullable(),
      startedAt: instant.nullable(),
      /** 0 to 1, as its driver tells; null when it tells nothing. */
      progress: z.number().nullable(),
      /** Of the running operation: when its history lets expect its end, half of the time before. */
      expectedEndAt: instant.nullable(),
    })
    .nullable(),
  /** Its step that runs on another device now, or waits in line there. */
  elsewhere: z.object({ stepIndex: z.number().int(), operation: z.string(), deviceId: z.string(), waits: z.boolean() }).nullable(),
  stepsDone: z.number().int(),
  stepCount: z.number().int(),
  remainingSeconds: z.number().nullable(),
  remainingP90Seconds: z.number().nullable(),
  expectedEndAt: instant.nullable(),
  expectedEndP90At: instant.nullable(),
  /** Why it does not go on by itself. */
  stalled: z.string().nullable(),
})
export type HolderWire = z.infer<typeof holder>

export const benchDevice = z.object({
  device,
  holder: holder.nullable(),
  /** In order of turn. */
  queue: z.array(queueEntry),
})
export type BenchDeviceWire = z.infer<typeof benchDevice>

/** The version of the queue that the person sees; a queue that has changed since refuses with `stale_version`. */
const version = z.number().int().optional()
const place = { deviceId, entryId: z.number().int(), version }

export const benchMethods = {
  'bench.list': query(nothing, z.array(benchDevice)),
  'bench.get': query(z.object({ deviceId }), benchDevice),
  /** Any workflow id may wait; one of this lab follows with its state. */
  'queue.add': command(
    z.object({ deviceId, workflowId, priority: z.enum(priorities).optional(), note: z.string().trim().max(500).nullable().optional() }),
    z.object({ entryId: z.number().int(), status: z.enum(['waiting', 'booked', 'cancelled']) }),
  ),
  /** Next to another entry (taking its priority), or behind those of a priority. Gives the device as it then is. */
  'queue.move': command(
    z.object({
      ...place,
      target: z.union([
        z.object({ before: z.number().int() }),
        z.object({ after: z.number().int() }),
        z.object({ priority: z.enum(priorities) }),
      ]),
    }),
    benchDevice,
  ),
  'queue.cancel': command(z.object(place), benchDevice),
}
