/** What a timeline draws in each device's lane: the past as it was, sums where it is too dense, and the future as it is foretold. */

import type { Output } from '../../../../shared/contract/contract.ts'
import type { DeviceFutureWire } from '../../../../shared/contract/timeline.ts'
import type { LogStatus } from '../../../../shared/domain/execution-log.ts'
import { operationWords } from '../../components/words.ts'

type Past = Output<'timeline.past'>

/** `run`: a workflow has the device; `step`: an operation runs; `cell`: a sum of many operations. Milliseconds since 1970. */
export type Item = {
  key: string
  kind: 'run' | 'step' | 'cell'
  isForetold: boolean
  start: number
  end: number
  /** Foretold: with nine in ten it is over by then. */
  latest?: number
  /** It has not ended. */
  isOpen: boolean
  label: string
  workflowId?: string
  /** Null: not of this lab. */
  workflowName?: string | null
  status?: LogStatus
  count?: number
  bad?: number
  /** Share of a cell's time in which an operation ran, 0 to 1. */
  busy?: number
}

export type Lane = { deviceId: string; name: string; runs: Item[]; steps: Item[]; unknownBecause: string | null }

/** @param tiles what has been fetched of the past, in order of time */
export function lanesOf(
  devices: readonly { id: string; name: string }[],
  tiles: readonly Past[],
  future: readonly DeviceFutureWire[],
  now: number,
): Lane[] {
  return devices.map(({ id, name }) => {
    const runs = new Map<string, Item>()
    const steps = new Map<string, Item>()
    for (const { devices: pasts, cellMs } of tiles) {
      const past = pasts.find(({ deviceId }) => deviceId === id)
      for (const run of past?.runs ?? []) {
        runs.set(`run ${run.id}`, { ...spanOf(run, now), key: `run ${run.id}`, kind: 'run', label: run.workflowName ?? run.workflowId })
      }
      for (const step of past?.steps ?? []) {
        const key = `step ${step.id}`
        steps.set(key, { ...spanOf(step, now), key, kind: 'step', label: operationWords(step.operation), status: step.status })
      }
      for (const { start, count, bad, busyMs } of past?.cells ?? []) {
        const at = Date.parse(start)
        const key = `cell ${start} ${cellMs}`
        const busy = Math.min(1, busyMs / cellMs)
        steps.set(key, { key, kind: 'cell', isForetold: false, isOpen: false, start: at, end: at + cellMs, label: '', count, bad, busy })
      }
    }
    const ahead = future.find(({ deviceId }) => deviceId === id)
    for (const item of foretold(ahead, now)) (item.kind === 'run' ? runs : steps).set(item.key, item)
    return { deviceId: id, name, runs: inOrder(runs), steps: inOrder(steps), unknownBecause: ahead?.unknownBecause ?? null }
  })
}

/** What comes before or after an item in its lane, by time; the nearest to `time` when there is no item. */
export function neighbour({ runs, steps }: Lane, key: string | undefined, direction: -1 | 1, time: number): Item | undefined {
  const items = [...runs, ...steps].sort((a, b) => a.start - b.start || a.end - b.end)
  const place = items.findIndex((item) => item.key === key)
  if (place >= 0) return items[place + direction]
  return nearest(items, time)
}

export function nearest(items: readonly Item[], time: number): Item | undefined {
  const away = ({ start, end }: Item) => (time < start ? start - time : Math.max(0, time - end))
  return items.reduce<Item | undefined>((best, item) => (best && away(best) <= away(item) ? best : item), undefined)
}

type Span = { workflowId: string; workflowName: string | null; start: string; end: string | null }

function spanOf({ workflowId, workflowName, start, end }: Span, now: number) {
  const begin = Date.parse(start)
  return {
    isForetold: false,
    start: begin,
    end: end === null ? Math.max(begin, now) : Date.parse(end),
    isOpen: end === null,
    workflowId,
    workflowName,
  }
}

function foretold(device: DeviceFutureWire | undefined, now: number): Item[] {
  return (device?.runs ?? []).flatMap((run) => {
    const name = run.workflowName ?? run.workflowId
    const of = { workflowId: run.workflowId, workflowName: run.workflowName, isForetold: true, isOpen: false }
    const whole = stretch(run.startAt, run.endAt, run.endP90At, now)
    const items: Item[] = whole
      ? [{ ...of, ...whole, key: `expected ${run.queueEntryId ?? run.workflowId}`, kind: 'run', label: name }]
      : []
    for (const [index, step] of run.steps.entries()) {
      const part = stretch(step.startAt, step.endAt, step.endP90At, now)
      if (part)
        items.push({
          ...of,
          ...part,
          key: `expected ${run.queueEntryId ?? run.workflowId} ${index}`,
          kind: 'step',
          label: operationWords(step.operation),
        })
    }
    return items
  })
}

/** Only what is to come: what has been is drawn as it was. */
function stretch(startAt: string | null, endAt: string | null, endP90At: string | null, now: number) {
  if (startAt === null || endAt === null) return undefined
  const start = Math.max(now, Date.parse(startAt))
  const end = Date.parse(endAt)
  return end > start ? { start, end, latest: endP90At === null ? end : Date.parse(endP90At) } : undefined
}

function inOrder(items: Map<string, Item>): Item[] {
  return [...items.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}
