/** `npm start`: builds what is stale and opens the desktop app; without a display, without Electron or with `--headless`, the lab alone. */

import { spawn } from 'node:child_process'
import { root } from './build.mjs'
import { electronProgram, whyNoWindow } from './electron.mjs'
import { prepare, runBuilt } from './prepare.mjs'
import { stopWithShell } from './stop-with-shell.mjs'

const flags = process.argv.slice(2)
/** Nothing is opened for these. */
const plain = ['--headless', '--help', '-h', '--version', '-V'].some((flag) => flags.includes(flag))
const reason = plain ? undefined : whyNoWindow(flags)

stopWithShell()
if (plain || reason) {
  if (reason) console.error(`No window, because ${reason}. The lab runs all the same: open the address behind "ui=" in a browser.`)
  // It is for the window that does not open.
  process.argv = process.argv.filter((flag) => flag !== '--no-sandbox')
  await runBuilt('headless')
} else {
  await prepare()
  openWindow()
}

function openWindow() {
  // `whyNoWindow` has found it.
  const hasSignals = process.platform !== 'win32'
  const child = spawn(/** @type {string} */ (electronProgram()), [root, ...flags], {
    stdio: hasSignals ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // The app ends in order by itself; this one waits for it, so that its exit code is the app's. On Windows `kill` ends it without a word.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => (hasSignals ? child.kill(signal) : child.connected && child.send('quit')))
  }
  child.once('error', (error) => {
    console.error(`The desktop app could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1)
    // stop-with-shell's timer does not hold it, and nothing else is left to do.
    process.exit()
  })
}
