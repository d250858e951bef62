/** The program itself: where it runs, and on what. */

import { z } from 'zod'
import { instant, nothing, query } from './method.ts'

export const labStatus = z.object({
  version: z.string(),
  /** The lab's clock; what "now" means on the screens. */
  now: instant,
  database: z.enum(['embedded', 'server']),
  /** Null for a server. */
  dataDir: z.string().nullable(),
  urls: z.object({ device: z.string(), workflow: z.string(), ui: z.string().nullable(), psql: z.string().nullable() }),
  /** Of the data folder. */
  dataBytes: z.number().nullable(),
  simSpeed: z.number(),
  /** This program among those on a server; another one each start. */
  station: z.number().int(),
  lastEventId: z.number().int(),
})
export type LabStatusWire = z.infer<typeof labStatus>

export const labMethods = {
  'lab.status': query(nothing, labStatus),
}
