/** The end of the program: asks when something runs, ends the lab in order, and only then lets go. */

import { app, type BrowserWindow, dialog, powerMonitor } from 'electron'
import { note } from './shell-log.ts'

export type Quit = {
  /** With a question when something runs. */
  ask(): Promise<void>
  /** Without one: the system or a terminal says so. */
  now(): Promise<void>
  readonly ending: boolean
}

export type QuitOptions = {
  /** Runs that would be cut off. */
  active(): number
  window(): BrowserWindow | undefined
  /** What is left to do before the process ends. */
  close(): Promise<void>
  exitCode(): number
}

export function createQuit({ active, window, close, exitCode }: QuitOptions): Quit {
  let ending = false
  let asking = false

  async function now(): Promise<void> {
    if (ending) return
    ending = true
    let code = exitCode()
    await close().catch((error: unknown) => {
      note('stopping in order failed', error)
      code = 1
    })
    app.exit(code)
  }

  async function ask(): Promise<void> {
    if (ending || asking) return
    asking = true
    const agreed = active() === 0 || (await agree(active(), window()))
    asking = false
    if (agreed) await now()
  }

  app.on('before-quit', (event) => {
    if (ending) return
    event.preventDefault()
    void ask()
  })
  // From `npm start` on Windows (scripts/start.mjs), which has no signal that a program could heed.
  process.on('message', (message) => {
    if (message === 'quit') void now()
  })
  void app.whenReady().then(() => {
    // Not before: Chromium puts handlers of its own in place while it starts, which would quit as a person does, with a question.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void now())
    // Linux and macOS; on Windows the window hears `session-end`. The system waits for us as long as it will.
    powerMonitor.on('shutdown', () => void now())
  })
  return {
    ask,
    now,
    get ending() {
      return ending
    },
  }
}

async function agree(active: number, window: BrowserWindow | undefined): Promise<boolean> {
  const runs = active === 1 ? 'A run is active' : `${active} runs are active`
  const options = {
    type: 'warning' as const,
    message: `${runs}. Quit anyway?`,
    detail: 'What runs is interrupted: its device stays booked, and when Benchkeeper starts again a person decides how it goes on.',
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  const { response } = await (window?.isVisible() ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
  return response === 1
}
