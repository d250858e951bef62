/** What a timeline shows, fetched tile by tile and kept fresh: only tiles that reach to now, or hold what has not ended, change. */

import { type QueryKey, useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Output } from '../../../../shared/contract/contract.ts'
import type { Push } from '../../../../shared/contract/messages.ts'
import type { DeviceFutureWire } from '../../../../shared/contract/timeline.ts'
import { useClient, useLab, usePush } from '../../api/lab.tsx'
import { type TimeWindow, tilesOf } from './time-window.ts'

/** Between two refreshes while much happens. Milliseconds. */
const pace = 1_000
type Past = Output<'timeline.past'>
const nothing: readonly DeviceFutureWire[] = []

export function useTimeline(window: TimeWindow, now: number) {
  const client = useClient()
  const queries = useQueryClient()
  const tiles = tilesOf(window)
  const results = useQueries({
    queries: tiles.map((tile) => {
      const input = { start: new Date(tile.start).toISOString(), end: new Date(tile.end).toISOString() }
      return {
        queryKey: ['timeline.past', input],
        queryFn: () => client.call('timeline.past', input),
        enabled: tile.start < now,
        gcTime: 120_000,
        // What is not summed to its end is asked for again at once.
        refetchInterval: ({ state }: { state: { data?: Past | undefined } }) => (state.data?.complete === false ? 1 : false),
      } as const
    }),
  })
  const future = useLab('timeline.future', {})
  const labNow = useRef(now)
  labNow.current = now
  /** `since`: when the first of what is to be followed happened. */
  const refresh = useRef<{ due?: ReturnType<typeof setTimeout> | undefined; since: number | undefined }>({ since: undefined })
  const refreshSoon = useCallback(() => {
    refresh.current.since ??= labNow.current - pace
    // Not again before the last answer is there: what a busy lab takes longer for than the pace would pile up.
    if (refresh.current.due !== undefined) return
    refresh.current.due = setTimeout(async () => {
      const since = new Date(refresh.current.since ?? labNow.current).toISOString()
      refresh.current.since = undefined
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['timeline.future'] }),
        queries.invalidateQueries({
          queryKey: ['timeline.past'],
          predicate: ({ queryKey, state }) => endOf(queryKey) > since || isUnfinished(state.data as Past | undefined), // of our own queries
        }),
      ])
      refresh.current.due = undefined
      if (refresh.current.since !== undefined) refreshSoon()
    }, pace)
  }, [queries])
  // What happened while the timeline was not on the screen was not heard.
  useEffect(() => {
    for (const queryKey of [['timeline.future'], ['timeline.past']]) void queries.invalidateQueries({ queryKey })
  }, [queries])
  useEffect(() => () => clearTimeout(refresh.current.due), [])
  usePush(
    useCallback(
      (push: Push) => {
        if (push.topic === 'forecast' || (push.topic === 'event' && /^(operation|device|queue|workflow)\./.test(push.event.kind)))
          refreshSoon()
      },
      [refreshSoon],
    ),
  )

  // While new tiles come, the last ones stay.
  const last = useRef<readonly Past[]>([])
  const there = results.flatMap(({ data }) => data ?? [])
  const key = results.map(({ dataUpdatedAt }) => dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same data as long as none was updated
  const past = useMemo(() => there, [key, tiles[0]?.start, tiles.length])
  if (past.length > 0) last.current = past
  const isWaiting = results.some(({ data, isFetching }) => !data && isFetching)
  const counted = Math.min(1, ...there.map((data) => data.counted))
  return {
    tiles: past.length > 0 || !isWaiting ? past : last.current,
    future: future.data ?? nothing,
    counted,
    isBusy: isWaiting || counted < 1,
    failure: results.find(({ error, data }) => error && !data)?.error ?? null,
    readAgain: () =>
      void queries.refetchQueries({ queryKey: ['timeline.past'], type: 'active', predicate: ({ state }) => state.error !== null }),
  }
}

function endOf([, input]: QueryKey): string {
  return (input as { end: string }).end // as the tiles' keys have it
}

function isUnfinished(past: Past | undefined): boolean {
  return past?.devices.some(({ runs, steps }) => [...(runs ?? []), ...(steps ?? [])].some(({ end }) => end === null)) ?? false
}
