/** The app around the page, for components of the desktop app: its settings, which its menu changes too. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ShellInput, ShellSettings } from '../../../shared/contract/shell.ts'
import { tellRefusal } from '../components/tell.tsx'
import { useClient } from './lab.tsx'

const key = ['shell.settings']

export function useShellSettings() {
  const client = useClient()
  const queries = useQueryClient()
  useEffect(
    () =>
      client.onShellPush((push) => {
        if (push.topic === 'shell.settings') queries.setQueryData(key, push.settings)
      }),
    [client, queries],
  )
  // What changed while nobody listened was not heard.
  return useQuery<ShellSettings, Error>({ queryKey: key, queryFn: () => client.callShell('shell.settings', {}), staleTime: 0 })
}

/** The new settings come as a push, as they do when the menu changes them. */
export function useChangeShellSettings() {
  const client = useClient()
  return useMutation<ShellSettings, Error, ShellInput<'shell.change_settings'>>({
    mutationFn: (changes) => client.callShell('shell.change_settings', changes),
    onError: (error) => tellRefusal(error),
  })
}
