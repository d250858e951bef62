/** The filters of the log table as the address holds them. What an old bookmark has wrong is left out. */

import { z } from 'zod'
import type { LogFilterWire } from '../../../../shared/contract/logs.ts'
import { logStatuses } from '../../../../shared/domain/execution-log.ts'
import { resolveRange } from '../../components/local-time.ts'

/** Characters that one can look for. */
export const longestWord = 200
const word = z.coerce.string().trim().min(1).max(longestWord).optional().catch(undefined)

export const logsSearch = z.object({
  last: z.enum(['1h', '24h', '7d', '30d']).optional().catch(undefined),
  from: z.iso.datetime().optional().catch(undefined),
  to: z.iso.datetime().optional().catch(undefined),
  device: word,
  operation: word,
  status: z.enum(logStatuses).optional().catch(undefined),
  workflow: word,
  text: word,
  order: z.enum(['newest', 'oldest']).optional().catch(undefined),
  /** The log that is open beside the table. */
  log: z.number().int().optional().catch(undefined),
})
export type LogsSearch = z.infer<typeof logsSearch>

/** @param now the lab's time when the range was chosen */
export function filterOfSearch(search: LogsSearch, now: Date): LogFilterWire {
  const { device, operation, status, workflow, text } = search
  return {
    ...resolveRange(search, now),
    ...(device === undefined ? {} : { deviceId: device }),
    ...(operation === undefined ? {} : { operation }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflowId: workflow }),
    ...(text === undefined ? {} : { text }),
  }
}
