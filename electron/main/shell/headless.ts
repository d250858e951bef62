/** The packaged program without a window (`--headless`): the lab's thread, its ready line, and an end in order. Nothing is shown anywhere. */

import { join } from 'node:path'
import { app } from 'electron'
import { parseOptions, WrongOption } from '../backend/options.ts'
import { asVariables, openSettings } from './desktop-settings.ts'
import { folders, logFile, personalFolder } from './folders.ts'
import { createLabHost } from './lab-host.ts'
import { createQuit } from './quit.ts'
import { note } from './shell-log.ts'
import { exitCodeOf, tellTerminal } from './tell-terminal.ts'

/** On the data folder and the ports that were chosen in the window, if any were. */
export function runHeadless(flags: readonly string[], version: string): void {
  const settings = openSettings(join(personalFolder(), 'desktop.json'))
  const host = createLabHost(
    { version, folders, logFile: logFile(), workerFile: folders.worker },
    {
      changed(state) {
        tellTerminal(state)
        // Nobody is there to choose a way out.
        if (state.kind === 'died' || state.kind === 'failed') void quit.now()
      },
      bench: () => {},
      notice: () => {},
    },
  )
  const quit = createQuit({
    active: () => 0,
    window: () => undefined,
    close: () => host.close(),
    exitCode: () => exitCodeOf(host.state),
  })
  // Electron would open a dialog.
  process.on('uncaughtException', (error) => note('a fault in the app around the lab', error))
  // macOS shows every program in its dock unless it says no.
  app.dock?.hide()

  try {
    void host.start(parseOptions(flags, { ...asVariables(settings.current), ...process.env }, version))
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error
    host.refuse(error.message)
  }
}
