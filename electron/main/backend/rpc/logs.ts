/** The log table, a log as a whole, and logs as a file. */

import type { LogFilterWire, logMethods } from '../../../../shared/contract/logs.ts'
import { exportLogs, readLogChoices } from '../services/log-export.ts'
import type { LogFilter } from '../services/log-filter.ts'
import { extendLogIndex, findLogIndex, histogramOf, progressOf, totalOf } from '../services/log-index.ts'
import { getLogDetail, readFirstLogs, readLogWindow } from '../services/log-rows.ts'
import type { Handlers } from './handlers.ts'

export const logHandlers: Handlers<keyof typeof logMethods> = {
  'logs.extent': async ({ filter }, { lab }) => {
    const index = await extendLogIndex(lab.database, filterOf(filter))
    const { width, from, to, buckets } = histogramOf(index)
    return {
      generation: index.generation,
      total: totalOf(index),
      complete: index.complete,
      counted: progressOf(index),
      settled: index.settled,
      histogram: {
        bucketWidth: width,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        buckets: buckets.map((bucket) => ({ ...bucket, start: new Date(bucket.start).toISOString() })),
      },
    }
  },
  'logs.window': async ({ generation, from, count }, { lab }) => {
    const index = findLogIndex(lab.database, generation)
    if (!index) return { stale: true, rows: [] }
    const rows = await readLogWindow(lab.database, index, from, count)
    return { stale: findLogIndex(lab.database, generation) === undefined, rows }
  },
  'logs.first': ({ filter, order, limit }, { lab }) => readFirstLogs(lab.database, filterOf(filter), order, limit),
  'logs.get': ({ logId }, { lab }) => getLogDetail(lab.database.db, logId),
  'logs.choices': (_, { lab }) => readLogChoices(lab.database.db),
  'logs.export': ({ filter, ...page }, { lab }) => exportLogs(lab.database, filterOf(filter), page),
}

function filterOf({ start, end, ...filter }: LogFilterWire): LogFilter {
  return { ...filter, start: start === undefined ? undefined : new Date(start), end: end === undefined ? undefined : new Date(end) }
}
