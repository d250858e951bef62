/** Whether the system starts the app when the person logs in; it then stays in the tray. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app } from 'electron'

export function setStartAtLogin(wanted: boolean): void {
  if (process.platform === 'linux') setAutostart(wanted)
  else app.setLoginItemSettings({ openAtLogin: wanted, args: ['--hidden'] })
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

export function desktopEntry(program: string, args: readonly string[]): string {
  const command = [program, ...args, '--hidden'].map(quote).join(' ')
  return `[Desktop Entry]\nType=Application\nName=Benchkeeper\nExec=${command}\nX-GNOME-Autostart-enabled=true\n`
}

/** As the Desktop Entry Specification wants it: in quotes, `%` doubled. */
function quote(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `"${word.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`
}
