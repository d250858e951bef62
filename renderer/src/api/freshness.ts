/** What a push makes stale: the rules by which the cache follows the lab. */

import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { Input, Output } from '../../../shared/contract/contract.ts'
import type { LabEventWire } from '../../../shared/contract/events.ts'
import type { Push } from '../../../shared/contract/messages.ts'
import { changeBenchDevice, devicesHeldBy, hasBench, putBenchDevice, queueSettled } from './bench-cache.ts'
import type { Client } from './client.ts'
import type { Pages } from './pages.ts'

/** Refetches of the same key are this far apart while much happens; the first goes at once. Milliseconds. */
const pace = 250

/** Sums over a period follow this much later, once for all that happened meanwhile: the lab reads a day again after 5 s at the earliest. Milliseconds. */
const sumsAfter = 6_000
const sums: readonly QueryKey[] = [['insights.activity'], ['insights.flow'], ['insights.accuracy']]

type Rule = { kinds: string; keys: (event: LabEventWire) => QueryKey[] }

const ofWorkflow: Rule['keys'] = ({ workflowId }) => [
  ['workflows.get', { workflowId }],
  ['workflows.counts'],
  ['samples.list'],
  ['samples.plate'],
  ['samples.get'],
]

/** `kinds`: what the event's kind begins with. A key is matched by its beginning, as TanStack Query does. */
const rules: readonly Rule[] = [
  { kinds: 'settings.', keys: () => [['settings.get']] },
  { kinds: 'device.', keys: () => [['devices.list'], ['devices.get']] },
  // Only what may have changed what it can do: to ask is to ask the instrument.
  { kinds: 'device.created', keys: ({ deviceId }) => [['devices.operations', { deviceId }]] },
  { kinds: 'device.changed', keys: ({ deviceId }) => [['devices.operations', { deviceId }]] },
  { kinds: 'workflow.created', keys: () => [['workflows.list']] },
  { kinds: 'workflow.', keys: ofWorkflow },
  // One that leaves a queue is created or paused again, which no event of its own tells.
  { kinds: 'queue.', keys: ofWorkflow },
  { kinds: 'step.', keys: ({ workflowId }) => [['workflows.get', { workflowId }]] },
  { kinds: 'sample.', keys: () => [['samples.list'], ['samples.validate'], ['samples.plate'], ['samples.plates'], ['samples.get']] },
  {
    kinds: 'operation.',
    keys: ({ workflowId, data: { log_id: logId } }) => [
      ...(workflowId === null ? [] : [['logs.first', { filter: { workflowId } }]]),
      ...(typeof logId === 'number' ? [['logs.get', { logId }]] : []),
    ],
  },
  { kinds: '', keys: ({ workflowId }) => (workflowId === null ? [] : [['events.list', { workflowId }]]) },
]

/** Follows the lab's pushes for as long as the page is there. @returns ends it */
export function keepFresh(client: Client, queries: QueryClient): () => void {
  const paced = createPace()
  let dueSums: ReturnType<typeof setTimeout> | undefined

  function refreshDevice(deviceId: string): void {
    paced(`bench ${deviceId}`, async () => {
      if (!hasBench(queries)) return
      // A state from before a command that is still under way would undo on the screen what the command does.
      await queueSettled(queries, deviceId)
      const fresh = await client.call('bench.get', { deviceId }).catch(() => undefined)
      await queueSettled(queries, deviceId)
      if (fresh) putBenchDevice(queries, fresh)
    })
  }

  /** Asks for one line of each list that is shown, instead of for all pages of it. */
  function refreshLine(workflowId: string): void {
    paced(`line ${workflowId}`, async () => {
      const lists = queries.getQueryCache().findAll({ queryKey: ['workflows.list'] })
      await Promise.all(
        lists.map((list) =>
          list.isActive() && list.queryKey[2] === 'pages'
            ? patchLine(client, queries, list.queryKey, workflowId)
            : queries.invalidateQueries({ queryKey: list.queryKey, exact: true }),
        ),
      )
    })
  }

  function onEvent(event: LabEventWire): void {
    if (event.kind === 'device.created' || event.kind === 'device.deleted') {
      paced('bench', () => queries.invalidateQueries({ queryKey: ['bench.list'] }))
    } else {
      // What a workflow does on one device is said on all that it has.
      const devices = new Set(event.workflowId === null ? [] : devicesHeldBy(queries, event.workflowId))
      if (event.deviceId !== null) devices.add(event.deviceId)
      for (const deviceId of devices) refreshDevice(deviceId)
    }
    if (event.workflowId !== null && /^(workflow|step|queue)\./.test(event.kind)) refreshLine(event.workflowId)
    if (/^(operation|workflow|device|queue)\./.test(event.kind)) refreshSums(event.at)
    if (event.kind === 'operation.started') refreshChoices(event)
    for (const { kinds, keys } of rules) {
      if (!event.kind.startsWith(kinds)) continue
      for (const queryKey of keys(event)) paced(JSON.stringify(queryKey), () => queries.invalidateQueries({ queryKey }))
    }
  }

  /** Most operations are none that the lab has not seen before. */
  function refreshChoices({ deviceId, data: { operation } }: LabEventWire): void {
    const known = queries.getQueryData<Output<'logs.choices'>>(['logs.choices', {}])
    if (!known || (known.deviceIds.some((id) => id === deviceId) && known.operations.some((each) => each === operation))) return
    paced('choices', () => queries.invalidateQueries({ queryKey: ['logs.choices'] }))
  }

  /** What happens now changes no sum of a period that was over before. */
  function refreshSums(at: string): void {
    dueSums ??= setTimeout(() => {
      dueSums = undefined
      for (const queryKey of sums) {
        const reaches = ({ queryKey: [, input] }: { queryKey: QueryKey }) => endOf(input) > at
        void queries.invalidateQueries({ queryKey, predicate: reaches })
      }
    }, sumsAfter)
  }

  function onProgress({ deviceId, logId, fraction }: Extract<Push, { topic: 'progress' }>): void {
    changeBenchDevice(queries, deviceId, (item) =>
      item.holder?.step?.logId === logId
        ? { ...item, holder: { ...item.holder, step: { ...item.holder.step, progress: fraction } } }
        : item,
    )
  }

  function readAnew(): void {
    // What was refused until now waits for its next try, which need not be waited for any more.
    void queries.resetQueries({ predicate: ({ state }) => state.data === undefined })
    // States of the moment may have been missed while the line was down.
    void queries.invalidateQueries({ predicate: ({ state }) => state.data !== undefined })
  }

  const offPush = client.onPush((push) => {
    if (push.topic === 'event') onEvent(push.event)
    else if (push.topic === 'forecast') refreshDevice(push.deviceId)
    else if (push.topic === 'progress') onProgress(push)
    else if (push.topic === 'gate' && push.gate === 'open') readAnew()
  })
  return () => {
    offPush()
    clearTimeout(dueSums)
    paced.end()
  }
}

/** When the period of a query of insights ends. */
function endOf(input: unknown): string {
  const { edges, to } = input as { edges?: string[]; to?: string } // as the contract has them
  return edges?.at(-1) ?? to ?? ''
}

/** The line as it is now takes the place of the old one; one that no longer fits the list's filter goes. */
async function patchLine(client: Client, queries: QueryClient, queryKey: QueryKey, workflowId: string): Promise<void> {
  const input = queryKey[1] as Input<'workflows.list'> // as `useLabPages` makes its keys
  // A list that is gone meanwhile is none that is being read.
  const isFetching = () => queries.getQueryCache().find({ queryKey, exact: true })?.state.fetchStatus === 'fetching'
  let answer: Output<'workflows.list'> | undefined
  do {
    // Pages that are being read may be from before the change, and would take the place of the new line.
    await until(queries, () => !isFetching())
    answer = await client.call('workflows.list', { ...input, workflowId, after: null, limit: 1 }).catch(() => undefined)
  } while (isFetching())
  // The line was cut; everything is read anew when it is back.
  if (!answer) return
  const [row] = answer.rows
  const has = queries.getQueryData<Pages<'workflows.list'>>(queryKey)?.pages.some((page) => page.rows.some(({ id }) => id === workflowId))
  // One that fits only now stands somewhere in the pages, or behind them.
  if (row && !has) return queries.invalidateQueries({ queryKey, exact: true })
  queries.setQueryData<Pages<'workflows.list'>>(queryKey, (list) =>
    list
      ? {
          ...list,
          pages: list.pages.map((page) => ({ ...page, rows: page.rows.flatMap((old) => (old.id === workflowId ? (row ?? []) : old)) })),
        }
      : list,
  )
}

/** Resolves when it is so; looks whenever the cache changes. */
function until(queries: QueryClient, isSo: () => boolean): Promise<void> {
  if (isSo()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = queries.getQueryCache().subscribe(() => {
      if (!isSo()) return
      stop()
      resolve()
    })
  })
}

/** Runs work of the same name at once, then again at most every `pace` milliseconds, and never twice at a time. */
function createPace() {
  const busy = new Map<string, { again: (() => Promise<unknown>) | undefined }>()
  let ended = false

  async function run(name: string, work: () => Promise<unknown>): Promise<void> {
    const state: { again: (() => Promise<unknown>) | undefined } = { again: work }
    busy.set(name, state)
    while (state.again && !ended) {
      const next = state.again
      state.again = undefined
      await Promise.all([next(), new Promise((resolve) => setTimeout(resolve, pace))])
    }
    busy.delete(name)
  }

  const paced = (name: string, work: () => Promise<unknown>): void => {
    const state = busy.get(name)
    if (state) state.again = work
    else void run(name, work)
  }
  paced.end = () => {
    ended = true
  }
  return paced
}
