/** What stands around every screen: navigation, the palette and the keys, the state of the connection, and the status bar. */

import { AppShell, Button, Group, Kbd, NavLink, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { createSpotlight } from '@mantine/spotlight'
import { IconKeyboard, IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useCommands } from './commands.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import styles from './frame.module.css'
import { type KeyBindings, useKeys } from './keys.ts'
import { KeysHelp } from './keys-help.tsx'
import { Palette } from './palette.tsx'
import { PersonMenu } from './person-menu.tsx'
import { screens } from './screens.tsx'
import { StatusBar } from './status-bar.tsx'
import { focusHeading, mainId, useArrival } from './use-arrival.ts'
import { useRestartNews } from './use-restart-news.ts'

export function Frame() {
  const { history } = useRouter()
  const [keysShown, keys] = useDisclosure()
  const [personShown, person] = useDisclosure()
  const [[paletteStore, palette]] = useState(createSpotlight)
  const goTo = useCallback((address: string) => history.push(address), [history])
  const commands = useCommands({ goTo, showKeys: keys.open, nameOperator: person.open })
  const bindings = useMemo<KeyBindings>(
    () => ({ '?': keys.open, ...Object.fromEntries(screens.map(({ keys: pair, path }) => [pair, () => goTo(path)])) }),
    [goTo, keys.open],
  )
  useKeys(bindings)
  useArrival()
  useRestartNews()

  return (
    <AppShell
      navbar={{ width: 'calc(12.5rem * var(--mantine-scale))', breakpoint: 0 }}
      footer={{ height: 'calc(2rem * var(--mantine-scale))' }}
      padding="md"
    >
      <button type="button" className={styles.skip} onClick={focusHeading}>
        Skip to the content
      </button>
      <AppShell.Navbar p="xs" aria-label="Screens">
        <Group px="sm" py="xs">
          <Text fw={700} size="lg">
            Benchkeeper
          </Text>
        </Group>
        <Button
          variant="default"
          mb="xs"
          justify="space-between"
          leftSection={<IconSearch aria-hidden size="1.1em" />}
          rightSection={<Kbd size="xs">{/Mac/.test(navigator.platform) ? '⌘ K' : 'Ctrl K'}</Kbd>}
          fw={400}
          styles={{ label: { flex: 1 } }}
          onClick={palette.open}
        >
          Find
        </Button>
        <Screens />
        <NavLink
          mt="auto"
          component="button"
          label="Keys"
          leftSection={<IconKeyboard size="1.25rem" stroke={1.75} aria-hidden />}
          rightSection={<Kbd size="xs">?</Kbd>}
          onClick={keys.open}
        />
        <PersonMenu opened={personShown} onChange={(opened) => (opened ? person.open() : person.close())} />
      </AppShell.Navbar>
      <AppShell.Main id={mainId} className={styles.main}>
        <Outlet />
      </AppShell.Main>
      <ConnectionBanner />
      <AppShell.Footer>
        <StatusBar />
      </AppShell.Footer>
      <Palette store={paletteStore} commands={commands} goTo={goTo} />
      <KeysHelp opened={keysShown} onClose={keys.close} />
    </AppShell>
  )
}

function Screens() {
  const { pathname } = useLocation()
  return screens.map(({ path, name, icon: Icon }) => {
    const active = path === '/' ? pathname === '/' : pathname.startsWith(path)
    return (
      <NavLink
        key={path}
        component={Link}
        to={path}
        label={name}
        leftSection={<Icon size="1.25rem" stroke={1.75} aria-hidden />}
        active={active}
        aria-current={active ? 'page' : undefined}
      />
    )
  })
}
