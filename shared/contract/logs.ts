/** Execution logs: any window of a filtered list, how many there are and when, one of them whole, and all of them as a file. */

import { z } from 'zod'
import { logStatuses } from '../domain/execution-log.ts'
import { instant, json, nothing, query } from './method.ts'

/** Both ends of the time count. `text` stands somewhere in the row, upper or lower case. */
export const logFilter = z.object({
  start: z.iso.datetime().optional(),
  end: z.iso.datetime().optional(),
  deviceId: z.string().max(200).optional(),
  workflowId: z.string().max(200).optional(),
  operation: z.string().max(200).optional(),
  status: z.enum(logStatuses).optional(),
  text: z.string().trim().min(1).max(200).optional(),
})
export type LogFilterWire = z.infer<typeof logFilter>

export const logOrder = z.enum(['newest', 'oldest'])
export type LogOrder = z.infer<typeof logOrder>

/** `parameters` is the beginning of their JSON. */
export const logRow = z.object({
  id: z.number().int(),
  deviceId: z.string(),
  workflowId: z.string(),
  workflowName: z.string().nullable(),
  stepIndex: z.number().int().nullable(),
  operation: z.string(),
  status: z.enum(logStatuses),
  parameters: z.string(),
  error: z.string().nullable(),
  operator: z.string().nullable(),
  startedAt: instant,
  completedAt: instant.nullable(),
  durationMs: z.number().nullable(),
})
export type LogRowWire = z.infer<typeof logRow>

export const logDetail = logRow.extend({
  parameters: json,
  result: z.unknown(),
  errorCode: z.string().nullable(),
  /** How much faster than nominal the device ran. */
  speed: z.number(),
})
export type LogDetailWire = z.infer<typeof logDetail>

/** How many logs fit, as far as they have been counted. Positions count from the oldest, 0 first. */
export const logExtent = z.object({
  /** Positions of another generation are not comparable. */
  generation: z.string(),
  total: z.number().int(),
  /** When false, ask again: it counts on. */
  complete: z.boolean(),
  /** How much of the time has been counted, 0 to 1. */
  counted: z.number(),
  /** Rows before this position stay where they are. */
  settled: z.number().int(),
  histogram: z.object({
    /** Milliseconds. */
    bucketWidth: z.number(),
    /** The time it spans, as far as that is known while it is being counted. */
    from: instant,
    to: instant,
    /** In order of time, empty ones left out. `bad`: failed, aborted or interrupted. */
    buckets: z.array(z.object({ start: instant, good: z.number().int(), bad: z.number().int() })),
  }),
})
export type LogExtentWire = z.infer<typeof logExtent>

export const mostLogRows = 200
const place = z.object({ startedAt: z.iso.datetime(), id: z.number().int() })

export const logMethods = {
  'logs.extent': query(z.object({ filter: logFilter }), logExtent),
  /** A window by position. `stale`: the positions are no longer comparable, ask for the extent again. */
  'logs.window': query(
    z.object({ generation: z.string(), from: z.number().int().min(0), count: z.number().int().min(1).max(mostLogRows) }),
    z.object({ stale: z.boolean(), rows: z.array(logRow) }),
  ),
  /** The first rows from one end, before anything is counted. */
  'logs.first': query(z.object({ filter: logFilter, order: logOrder, limit: z.number().int().min(1).max(mostLogRows) }), z.array(logRow)),
  'logs.get': query(z.object({ logId: z.number().int() }), logDetail),
  /** What there is to choose from, also of devices that were deleted. */
  'logs.choices': query(nothing, z.object({ deviceIds: z.array(z.string()), operations: z.array(z.string()) })),
  /** A piece of a file, in the format that REST gives; `next` is null after the last. */
  'logs.export': query(
    z.object({
      filter: logFilter,
      order: logOrder,
      format: z.enum(['csv', 'ndjson']),
      /** Where the last piece ended; null at the beginning. */
      after: place.nullable(),
    }),
    z.object({ text: z.string(), rows: z.number().int(), next: place.nullable() }),
  ),
}
