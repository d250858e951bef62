/** From the lab's figures to what charts draw and tables show. */

import { stringify } from 'csv-stringify/browser/esm/sync'
import type { Output } from '../../../../shared/contract/contract.ts'
import { formatClock, formatDay, formatDuration } from '../../components/time-format.ts'
import type { Cut } from './edges.ts'

type Activity = Output<'insights.activity'>
type Flow = Output<'insights.flow'>

export type Table = { columns: string[]; rows: (string | number)[][] }
/** `data` has a `name` and a number for each series, null where there is nothing to be drawn; `table` says the same in words and exact figures. */
export type Figure = { data: Record<string, string | number | null>[]; table: Table }

/** Share of the time in which an operation ran on the device, in %; `passedMs`: the time that is summed. */
export function utilisation({ stretches }: Activity, names: ReadonlyMap<string, string>, passedMs: number): Figure {
  const sums = new Map<string, { count: number; bad: number; busyMs: number }>(
    [...names.keys()].map((id) => [id, { count: 0, bad: 0, busyMs: 0 }]),
  )
  for (const { deviceId, count, bad, busyMs } of stretches.flatMap(({ devices }) => devices)) {
    const sum = sums.get(deviceId) ?? { count: 0, bad: 0, busyMs: 0 }
    sums.set(deviceId, { count: sum.count + count, bad: sum.bad + bad, busyMs: sum.busyMs + busyMs })
  }
  // What began in the period counts whole, also where it went on after it.
  const share = (busyMs: number) => rounded(Math.min(100, (100 * busyMs) / Math.max(1, passedMs)))
  const devices = [...sums].map(([id, sum]) => ({ name: names.get(id) ?? id, ...sum }))
  return {
    data: devices.map(({ name, busyMs }) => ({ name, Busy: share(busyMs) })),
    table: {
      columns: ['Device', 'Operations', 'Not completed', 'Operating time', 'Share of the time (%)'],
      rows: devices.map(({ name, count, bad, busyMs }) => [name, count, bad, formatDuration(busyMs / 1000), share(busyMs)]),
    },
  }
}

export function throughput({ stretches }: Activity, cut: Cut): Figure {
  const sums = stretches.map(({ devices }, index) => ({
    name: nameOf(cut, index),
    Completed: devices.reduce((sum, { count, bad }) => sum + count - bad, 0),
    'Not completed': devices.reduce((sum, { bad }) => sum + bad, 0),
  }))
  return {
    data: sums,
    table: { columns: ['From', 'Completed', 'Not completed'], rows: sums.map((sum) => [sum.name, sum.Completed, sum['Not completed']]) },
  }
}

export function endedWorkflows(flow: Flow, cut: Cut): Figure {
  const sums = flow.map(({ ended }, index) => ({
    name: nameOf(cut, index),
    Completed: ended.completed ?? 0,
    Failed: ended.failed ?? 0,
    Cancelled: ended.cancelled ?? 0,
  }))
  return {
    data: sums,
    table: {
      columns: ['From', 'Completed', 'Failed', 'Cancelled'],
      rows: sums.map(({ name, Completed, Failed, Cancelled }) => [name, Completed, Failed, Cancelled]),
    },
  }
}

/** Minutes. */
export function queueWait(flow: Flow, cut: Cut): Figure {
  const waits = flow.map(({ served, waitP50, waitP90 }, index) => ({ name: nameOf(cut, index), served, waitP50, waitP90 }))
  // Where nobody was served there is no wait, which is not a wait of nothing.
  const minutes = (seconds: number | null) => (seconds === null ? null : rounded(seconds / 60))
  return {
    data: waits.map(({ name, waitP50, waitP90 }) => ({ name, Median: minutes(waitP50), 'Nine in ten': minutes(waitP90) })),
    table: {
      columns: ['From', 'Served', 'Median wait', 'Nine in ten waited at most'],
      rows: waits
        .filter(({ served }) => served > 0)
        .map(({ name, served, waitP50, waitP90 }) => [name, served, formatDuration(waitP50 ?? 0), formatDuration(waitP90 ?? 0)]),
    },
  }
}

/** Seconds. */
export function stepDurations({ operations }: Activity): Figure {
  const timed = operations.filter(({ p50Ms }) => p50Ms !== null)
  const seconds = (milliseconds: number | null) => rounded((milliseconds ?? 0) / 1000)
  return {
    data: timed
      .slice(0, mostBars)
      .map(({ operation, p50Ms, p90Ms }) => ({ name: operation, Median: seconds(p50Ms), 'Nine in ten': seconds(p90Ms) })),
    table: {
      columns: ['Operation', 'Completed', 'Median', 'Nine in ten took at most'],
      rows: timed.map(({ operation, count, bad, p50Ms, p90Ms }) => [
        operation,
        count - bad,
        formatDuration((p50Ms ?? 0) / 1000),
        formatDuration((p90Ms ?? 0) / 1000),
      ]),
    },
  }
}

/** Share of an operation's runs that did not complete, in %. */
export function failures({ operations }: Activity): Figure {
  const share = ({ bad, count }: { bad: number; count: number }) => rounded((100 * bad) / Math.max(1, count))
  const byShare = operations.filter(({ bad }) => bad > 0).sort((a, b) => share(b) - share(a))
  return {
    data: byShare.slice(0, mostBars).map((operation) => ({ name: operation.operation, 'Not completed': share(operation) })),
    table: {
      columns: ['Operation', 'Runs', 'Not completed', 'Share (%)'],
      rows: byShare.map((operation) => [operation.operation, operation.count, operation.bad, share(operation)]),
    },
  }
}

/** Minutes that it came later or earlier, on average. */
export function accuracy(rows: Output<'insights.accuracy'>): Figure {
  const what = ({ kind, basedOn }: (typeof rows)[number]) => `${kind === 'start' ? 'Starts' : 'Ends'}, ${basedOnWords[basedOn]}`
  return {
    data: rows.map((row) => ({ name: what(row), 'Mean error': rounded(row.meanAbsoluteError / 60) })),
    table: {
      columns: ['What was foretold', 'How often', 'Mean error', 'Came on average', 'Within the 90 % range (%)'],
      rows: rows.map((row) => [
        what(row),
        row.count,
        formatDuration(row.meanAbsoluteError),
        `${formatDuration(Math.abs(row.bias))} ${row.bias >= 0 ? 'later' : 'earlier'}`,
        rounded(row.coverage),
      ]),
    },
  }
}

const basedOnWords = { measured: 'from measured durations', nominal: 'from nominal durations', none: 'of nothing to wait for' } as const
const mostBars = 12

/** A cell that a spreadsheet would run begins with `'`. */
export function csvOf({ columns, rows }: Table): string {
  return stringify([columns, ...rows], { escape_formulas: true })
}

function nameOf({ edges, unit }: Cut, index: number): string {
  const at = new Date(edges[index] ?? 0)
  return unit === 'day' ? formatDay(at) : `${formatDay(at).slice(5)} ${formatClock(at)}`
}

function rounded(value: number): number {
  return value >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100
}
