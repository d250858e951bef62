/** Where Electron's program is on this computer, and whether a window can open here at all. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.mjs'

/** Electron's own name of its program in each system (electron/install.js). */
const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/**
 * Another build of Electron may be put in its place with ELECTRON_OVERRIDE_DIST_PATH, as Electron's own start script has it.
 * @returns {string | undefined} undefined when it has not been downloaded
 */
export function electronProgram() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(root, 'node_modules', 'electron', 'dist')
  const program = join(folder, programs[/** @type {keyof typeof programs} */ (process.platform)] ?? 'electron')
  return existsSync(program) ? program : undefined
}

/**
 * @param {readonly string[]} flags of the program
 * @returns {string | undefined} one sentence, or undefined when nothing is in the way
 */
export function whyNoWindow(flags) {
  const { platform, env } = process
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (!electronProgram()) return 'Electron’s program is not installed; "npx install-electron" gets it once'
  if (platform === 'linux' && process.getuid?.() === 0 && !flags.includes('--no-sandbox')) {
    return 'Chromium’s sandbox does not run as root; with "-- --no-sandbox" the window opens without it'
  }
  return undefined
}
