/** The menu and its keys. */

import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron'

export type MenuActions = {
  goTo(screen: string): void
  openDocs(service: 'device' | 'workflow'): void
  showDataFolder: (() => void) | undefined
  showLog(): void
  showAbout(): void
  settings(): { keepRunning: boolean; startAtLogin: boolean }
  change(changes: { keepRunning?: boolean; startAtLogin?: boolean }): void
}

/** In the order of the screens; the hash is the screen's route. */
const screens = [
  ['Bench', '/'],
  ['Queues', '/queues'],
  ['Workflows', '/workflows'],
  ['Samples', '/samples'],
  ['Logs', '/logs'],
  ['Timeline', '/timeline'],
  ['Insights', '/insights'],
] as const

export function setMenu(actions: MenuActions): void {
  const isMac = process.platform === 'darwin'
  const { keepRunning, startAtLogin } = actions.settings()
  const settings: MenuItemConstructorOptions = { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: () => actions.goTo('/settings') }
  const about: MenuItemConstructorOptions = { label: 'About Benchkeeper', click: () => actions.showAbout() }
  const separator: MenuItemConstructorOptions = { type: 'separator' }

  const ofMac: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [ofMac] : []),
      {
        label: '&File',
        submenu: [...(isMac ? [] : [settings, separator]), { role: 'close' }, ...(isMac ? [] : [{ role: 'quit' } as const])],
      },
      { role: 'editMenu' },
      {
        label: '&View',
        submenu: [
          ...screens.map(
            ([label, path], index): MenuItemConstructorOptions => ({
              label,
              accelerator: `CmdOrCtrl+${index + 1}`,
              click: () => actions.goTo(path),
            }),
          ),
          separator,
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'togglefullscreen' },
          ...(app.isPackaged ? [] : [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
        ],
      },
      {
        label: '&Lab',
        submenu: [
          { label: 'Device service: documentation', click: () => actions.openDocs('device') },
          { label: 'Workflow service: documentation', click: () => actions.openDocs('workflow') },
          separator,
          { label: 'Show data folder', enabled: actions.showDataFolder !== undefined, click: () => actions.showDataFolder?.() },
          { label: 'Show log', click: () => actions.showLog() },
          separator,
          {
            id: 'keep-running',
            label: 'Keep running in the background',
            type: 'checkbox',
            checked: keepRunning,
            click: ({ checked }) => actions.change({ keepRunning: checked }),
          },
          {
            id: 'start-at-login',
            label: 'Start at login',
            type: 'checkbox',
            checked: startAtLogin,
            click: ({ checked }) => actions.change({ startAtLogin: checked }),
          },
        ],
      },
      { role: 'windowMenu' },
      {
        role: 'help',
        submenu: [
          { label: 'PostgreSQL manual', click: () => void shell.openExternal('https://www.postgresql.org/docs/18/') },
          ...(isMac ? [] : [separator, about]),
        ],
      },
    ]),
  )
}
