/** What stands around every screen: navigation, the state of the connection, and the status bar. */

import { AppShell, Group, NavLink, Text } from '@mantine/core'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { ConnectionBanner } from './connection-banner.tsx'
import { screens } from './screens.tsx'
import { StatusBar } from './status-bar.tsx'

export function Frame() {
  const { pathname } = useLocation()
  return (
    <AppShell navbar={{ width: '12.5rem', breakpoint: 0 }} footer={{ height: '2rem' }} padding="md">
      <AppShell.Navbar p="xs" aria-label="Screens">
        <Group px="sm" py="md">
          <Text fw={700} size="lg">
            Benchkeeper
          </Text>
        </Group>
        {screens.map(({ path, name, icon: Icon }) => (
          <NavLink
            key={path}
            component={Link}
            to={path}
            label={name}
            leftSection={<Icon size="1.25rem" stroke={1.75} aria-hidden />}
            active={path === '/' ? pathname === '/' : pathname.startsWith(path)}
            aria-current={(path === '/' ? pathname === '/' : pathname.startsWith(path)) ? 'page' : undefined}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
      <AppShell.Footer component="footer">
        <StatusBar />
      </AppShell.Footer>
    </AppShell>
  )
}
