/** The desktop app's first file: what must happen before Electron is ready, synchronously, and nothing else. */

import { app } from 'electron'
import { openMainWindow } from './shell/window.ts'

// Enabling the sandbox drops `--no-sandbox` for child processes, and as root (CI) none of them would then start.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

app.on('window-all-closed', () => app.quit())

// No top-level await: `whenReady` never resolves while an ES module main is still being evaluated.
app.whenReady().then(openMainWindow).catch(fail)

function fail(error: unknown): void {
  console.error(error)
  app.exit(1)
}
