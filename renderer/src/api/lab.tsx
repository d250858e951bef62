/** The lab for components: one client and one cache, and the hooks that read and command. */

import { QueryClient, QueryClientProvider, type UseQueryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useSyncExternalStore } from 'react'
import type { Input, MethodName, Output, QueryName } from '../../../shared/contract/contract.ts'
import type { Push } from '../../../shared/contract/messages.ts'
import { tellRefusal } from '../components/tell.tsx'
import { type Client, type Connection, LabError } from './client.ts'
import { keepFresh } from './freshness.ts'

const LabContext = createContext<Client | null>(null)

/** Nothing is stale by age: what changes is pushed. A call is tried again only when the line was down. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
        retry: (count, error) => count < 30 && error instanceof LabError && passing.has(error.code),
        retryDelay: (count) => Math.min(200 * 2 ** count, 3_000),
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** Refusals that pass by themselves. */
const passing = new Set(['disconnected', 'starting', 'database_unavailable'])

export function LabProvider({ client, queryClient, children }: { client: Client; queryClient: QueryClient; children: ReactNode }) {
  useEffect(() => keepFresh(client, queryClient), [client, queryClient])
  return (
    <LabContext value={client}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </LabContext>
  )
}

export function useClient(): Client {
  const client = use(LabContext)
  if (!client) throw new Error('outside of LabProvider')
  return client
}

export function useConnection(): Connection {
  const client = useClient()
  return useSyncExternalStore(client.onConnection, client.connection)
}

/** Why the lab still starts, when that is known. */
export function useWaitingFor(): string | undefined {
  const client = useClient()
  return useSyncExternalStore(client.onConnection, client.waitingFor)
}

/** A query of the contract, kept fresh by pushes (`freshness.ts`). Its key is `[method, input]`. */
export function useLab<M extends QueryName>(
  method: M,
  input: Input<M>,
  options: Omit<UseQueryOptions<Output<M>, Error>, 'queryKey' | 'queryFn'> = {},
) {
  const client = useClient()
  return useQuery<Output<M>, Error>({ ...options, queryKey: [method, input], queryFn: () => client.call(method, input) })
}

type CommandOptions<M extends MethodName> = {
  onSuccess?: (value: Output<M>, input: Input<M>) => void
  /** In place of the toast with the reason. */
  onError?: (error: Error, input: Input<M>) => void
}

/** A command of the contract. A refusal is told in a toast with its reason unless `onError` takes it. */
export function useCommand<M extends MethodName>(method: M, options: CommandOptions<M> = {}) {
  const client = useClient()
  return useMutation<Output<M>, Error, Input<M>>({
    mutationFn: (input) => client.call(method, input),
    ...(options.onSuccess ? { onSuccess: options.onSuccess } : {}),
    onError: options.onError ?? ((error) => tellRefusal(error)),
  })
}

/** Hears every push while the component is there. `listener` should be stable. */
export function usePush(listener: (push: Push) => void): void {
  const client = useClient()
  useEffect(() => client.onPush(listener), [client, listener])
}
