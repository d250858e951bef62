/** Whether the system starts the app when the person logs in; it then stays in the tray. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app } from 'electron'
import { desktopEntry } from './desktop-entry.ts'

export function setStartAtLogin(wanted: boolean): void {
  if (process.platform === 'linux') setAutostart(wanted)
  else app.setLoginItemSettings({ openAtLogin: wanted, args: ['--hidden'] })
}

/** macOS starts it without arguments, and says so in this way. */
export function wasStartedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
}

/** Electron does nothing on Linux; this is the desktop's own way (freedesktop.org, Desktop Application Autostart Specification). */
function setAutostart(wanted: boolean): void {
  const file = join(app.getPath('appData'), 'autostart', 'benchkeeper.desktop')
  if (!wanted) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, desktopEntry(process.env.APPIMAGE ?? process.execPath, app.isPackaged ? [] : [app.getAppPath()]))
}
