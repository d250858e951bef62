/** The desktop app on this computer: whether it goes on without its window, and starts by itself. The menu *Lab* has the same switches. */

import { Skeleton, Switch } from '@mantine/core'
import type { ShellSettings } from '../../../../shared/contract/shell.ts'
import { useChangeShellSettings, useShellSettings } from '../../api/shell.ts'
import { Unread } from '../../components/unread.tsx'
import { Section } from './section.tsx'

export function ThisComputerCard() {
  const settings = useShellSettings()
  return (
    <Section title="On this computer">
      {settings.data ? (
        <Switches settings={settings.data} />
      ) : settings.error ? (
        <Unread title="These settings could not be read" error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <Skeleton h="7rem" />
      )}
    </Section>
  )
}

function Switches({ settings: { keepRunning, startAtLogin } }: { settings: ShellSettings }) {
  const { mutate, isPending } = useChangeShellSettings()
  return (
    <>
      <Switch
        label="Keep running in the background"
        description="Closing the window leaves the lab running; its sign in the tray opens it again. Otherwise closing the window quits."
        checked={keepRunning}
        disabled={isPending}
        onChange={(event) => mutate({ keepRunning: event.currentTarget.checked })}
      />
      <Switch
        label="Start at login"
        description="Benchkeeper starts in the tray, without a window, when you log in to this computer."
        checked={startAtLogin}
        disabled={isPending}
        onChange={(event) => mutate({ startAtLogin: event.currentTarget.checked })}
      />
    </>
  )
}
