/** A screen before a real lab: components in a document, the page's own client, the dispatcher and the database behind it. */

import { MantineProvider } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { cleanup, configure, render } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { afterEach } from 'vitest'
import { type Client, createClient } from '../../renderer/src/api/client.ts'
import { createQueryClient, LabProvider } from '../../renderer/src/api/lab.tsx'
import { App } from '../../renderer/src/app/app.tsx'
import { currentOperator, usePreferences } from '../../renderer/src/components/preferences.ts'
import { useDraft } from '../../renderer/src/screens/workflows/new/draft-store.ts'
import { type TestLab, useLab } from '../support/lab.ts'
import { completeDocument, readableText } from './document.ts'
import { type LabLine, layLabLine } from './lab-line.ts'

configure({
  // What a real lab answers takes as long as the machine likes. Milliseconds.
  asyncUtilTimeout: 15_000,
  // Not the whole document.
  getElementError: (message) => new Error(`${message}\nThe screen says: ${readableText()}`),
})
completeDocument()

export type Screen = {
  /** Keyboard and pointer of the person before it. */
  user: UserEvent
  /** The page's line to the lab. */
  line: LabLine
  client: Client
}

export type ScreenLab = {
  lab(): TestLab
  /** The component alone, with what surrounds it in the app. */
  show(component: ReactNode): Screen
  /** The whole app at an address such as `/queues?device=incubator`. */
  showApp(address: string): Screen
  /** Another page of the same lab, with nobody before it. */
  otherPage(operator?: string): Client
}

/** A lab for the tests of the file, on an embedded database in a temporary folder. Each test has a page of its own. */
export function openScreenLab(settings: Parameters<typeof useLab>[1] = {}): ScreenLab {
  const lab = useLab('embedded', settings)
  const left: (() => void)[] = []

  function show(content: ReactNode | null): Screen {
    const line = layLabLine(lab().running.rpc)
    const client = createClient(line.open, currentOperator)
    const queryClient = createQueryClient()
    render(
      content === null ? (
        <App client={client} queryClient={queryClient} />
      ) : (
        <MantineProvider>
          <Notifications />
          <LabProvider client={client} queryClient={queryClient}>
            {content}
          </LabProvider>
        </MantineProvider>
      ),
    )
    left.push(() => {
      client.close()
      queryClient.clear()
    })
    return { user: userEvent.setup({ delay: null }), line, client }
  }

  afterEach(() => {
    cleanup()
    notifications.clean()
    notifications.cleanQueue()
    for (const leave of left.splice(0)) leave()
    // What stays in a browser is not of the next test; to reset a store writes it again.
    usePreferences.setState(usePreferences.getInitialState(), true)
    useDraft.setState(useDraft.getInitialState(), true)
    localStorage.clear()
    sessionStorage.clear()
  })

  return {
    lab,
    show: (component) => show(component),
    showApp(address) {
      location.hash = address
      return show(null)
    },
    otherPage(operator) {
      const client = createClient(layLabLine(lab().running.rpc).open, () => operator ?? null)
      left.push(client.close)
      return client
    },
  }
}
