/** The one window: sandboxed pages of ours, at the place and size where the person left it. */

import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { appOrigin } from './addresses.ts'
import type { SettingsStore } from './desktop-settings.ts'
import { folders } from './folders.ts'
import { note } from './shell-log.ts'
import { boundsOf, leastSize } from './window-place.ts'

export type MainWindow = {
  readonly window: BrowserWindow
  /** Loads the page unless it is there; a hash leads to a screen without loading. */
  show(page: 'index' | 'trouble', hash?: string): void
  focus(): void
  /** If it has one: a window that was never shown is not yet as the person left it. */
  rememberPlace(): void
}

export function openWindow(settings: SettingsStore, { hidden }: { hidden: boolean }): MainWindow {
  const { window: place } = settings.current
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea)
  const window = new BrowserWindow({
    ...boundsOf(place, displays),
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    title: 'Benchkeeper',
    // Windows and macOS take it from the program's file.
    ...(process.platform === 'linux' ? { icon: join(folders.icons, 'icon.png') } : {}),
    // What is seen before the page is.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#242424' : '#ffffff',
    webPreferences: {
      preload: folders.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      // Pushed events keep the page up to date behind other windows too.
      backgroundThrottling: false,
    },
  })
  let wasShown = false
  window.once('show', () => {
    wasShown = true
  })
  // Maximizing shows a window, also one that is to stay hidden.
  if (place?.maximized) window.once('show', () => window.maximize())
  window.once('ready-to-show', () => {
    if (!hidden) window.show()
  })
  reloadAfterCrash(window)

  let shown: string | undefined
  return {
    window,
    show(page, hash = '') {
      const url = `${appOrigin}/${page}.html`
      if (shown === url && !hash) return
      shown = url
      // A load that another one overtakes is no fault.
      window.loadURL(url + hash).catch(() => undefined)
    },
    rememberPlace() {
      if (!wasShown) return
      try {
        settings.change({ window: { ...window.getNormalBounds(), maximized: window.isMaximized() } })
      } catch (error) {
        // Nobody may be kept from closing the window or the program by it.
        note('the place of the window could not be stored', error)
      }
    },
    focus() {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
  }
}

/** A page whose process broke comes back by itself; one that keeps breaking does not. */
function reloadAfterCrash(window: BrowserWindow): void {
  const [most, within] = [3, 60_000]
  const crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    note(`the window's page ended (${reason})`)
    crashes.push(performance.now())
    if (crashes.filter((at) => at > performance.now() - within).length <= most) window.webContents.reload()
  })
}
