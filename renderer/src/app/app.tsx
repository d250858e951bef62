/** The whole app: theme, lab, notifications, router. Tests mount it with a client of their own. */

import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import type { Client } from '../api/client.ts'
import { LabProvider } from '../api/lab.tsx'
import { usePreferences } from '../components/preferences.ts'
import { createAppRouter } from './router.tsx'
import { styleNonce } from './style-nonce.ts'
import { benchVariables, createBenchTheme } from './theme.ts'

export function App({ client, queryClient }: { client: Client; queryClient: QueryClient }) {
  const density = usePreferences((state) => state.density)
  const theme = useMemo(() => createBenchTheme(density), [density])
  // For what is larger still than the theme makes it: what has to be read from two metres.
  useEffect(() => {
    document.documentElement.dataset.density = density
  }, [density])
  const router = useMemo(() => createAppRouter(), [])
  return (
    <MantineProvider theme={theme} cssVariablesResolver={benchVariables} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Notifications position="bottom-right" />
      <LabProvider client={client} queryClient={queryClient}>
        <RouterProvider router={router} />
      </LabProvider>
    </MantineProvider>
  )
}
