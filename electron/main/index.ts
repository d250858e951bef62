/** The desktop app's first file: what must happen before Electron is ready, synchronously, and nothing else. */

import { join } from 'node:path'
import { app, crashReporter } from 'electron'
import { version } from '../../package.json'
import { registerAppScheme } from './shell/app-protocol.ts'
import { readCommandLine, textWanted } from './shell/command-line.ts'
import { createDesktop } from './shell/desktop.ts'
import { runHeadless } from './shell/headless.ts'

// Enabling the sandbox drops `--no-sandbox` for child processes, and as root (CI) none of them would then start.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
registerAppScheme()
keepCrashes()

const commandLine = readCommandLine(process.argv, app.isPackaged ? undefined : app.getAppPath())
const text = textWanted(commandLine.flags, version)

if (text !== undefined) {
  process.stdout.write(`${text}\n`, () => app.exit(0))
} else if (commandLine.headless) {
  // Beside a window on the same data the data folder's own lock refuses it, and says so.
  runHeadless(commandLine.flags, version)
} else if (app.requestSingleInstanceLock()) {
  const desktop = createDesktop(commandLine, version)
  app.on('second-instance', desktop.showAgain)
  // The lab goes on without a window.
  app.on('window-all-closed', () => {})
  // No top-level await: `whenReady` never resolves while an ES module main is still being evaluated.
  app.whenReady().then(desktop.open).catch(fail)
} else {
  process.stderr.write('benchkeeper: it is running already; its window comes to the front\n')
  app.exit(0)
}

/** Nothing is sent anywhere: the files are for whoever is asked for help. */
function keepCrashes(): void {
  app.setPath('crashDumps', join(app.getPath('userData'), 'crashes'))
  app.setAppLogsPath(join(app.getPath('userData'), 'logs'))
  crashReporter.start({ uploadToServer: false })
}

function fail(error: unknown): void {
  console.error(error)
  app.exit(1)
}
