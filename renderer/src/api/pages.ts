/** Lists that come page after page: the pages read so far as one row of things, and the way to more. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { Input, Output } from '../../../shared/contract/contract.ts'
import { useClient } from './lab.tsx'

/** Methods that take `after` and give `rows` and `next`. */
export type PagedName = 'workflows.list' | 'samples.list' | 'samples.plates'

export type Pages<M extends PagedName> = { pages: Output<M>[]; pageParams: unknown[] }

/** Kept fresh by the rules of `freshness.ts`. Its key is `[method, input, 'pages']`. */
export function useLabPages<M extends PagedName>(method: M, input: Omit<Input<M>, 'after'>, { enabled = true } = {}) {
  const client = useClient()
  const query = useInfiniteQuery({
    queryKey: [method, input, 'pages'],
    // The input with where to go on is an input of the method again; TypeScript cannot see that through the `Omit`.
    queryFn: ({ pageParam }) => client.call(method, { ...input, after: pageParam } as Input<M>),
    initialPageParam: null as Output<M>['next'],
    getNextPageParam: (last: Output<M>) => last.next as Output<M>['next'], // one of three, each its own
    enabled,
    // While other filters are read, what was there stays.
    placeholderData: (before) => before,
  })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows as Output<M>['rows'][number][]) ?? [], [query.data])
  const { fetchNextPage, hasNextPage, isFetching, isFetchNextPageError } = query
  /** For when the end of what is read comes into view. A page that was refused is not asked for again by itself. */
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetching, isFetchNextPageError])
  return { ...query, rows, onNearEnd }
}
