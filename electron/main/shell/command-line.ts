/** Which part of the command line is the lab's: not the app's folder, and not what Electron and Chromium understand themselves. */

import { resolve } from 'node:path'
import { parseOptions, TextWanted } from '../backend/options.ts'

/**
 * Switches that people, tests and tools give to any Electron app; Chromium's switches take their value after `=`.
 * Anything else must be a flag of ours, so that a slip is told and not ignored.
 */
const electronsOwn =
  /^--(no-sandbox|user-data-dir|inspect(-brk|-port|-publish-uid)?|remote-debugging-(port|pipe)|remote-allow-origins|enable-logging|log-(file|level|net-log)|v|vmodule|js-flags|trace-warnings|disable-gpu(-.+)?|disable-dev-shm-usage|disable-software-rasterizer|use-gl|use-angle|ozone-platform(-hint)?|enable-features|disable-features|enable-wayland-ime|password-store|force-device-scale-factor|force-color-profile|force-prefers-reduced-motion|force-dark-mode|high-dpi-support|lang|proxy-.+|no-proxy-server|disable-renderer-backgrounding|disable-background-timer-throttling|allow-file-access-from-files|original-process-start-time|relaunch)(=|$)/

export type CommandLine = {
  /** For `parseOptions`. */
  flags: string[]
  /** Started at login: no window until somebody asks for it. */
  hidden: boolean
  /** Never a window. Chromium knows this switch as well, and then needs no display. */
  headless: boolean
}

/**
 * @param argv `process.argv`
 * @param appFolder where the app was loaded from, when it is not packaged: Electron's own arguments end there
 */
export function readCommandLine(argv: readonly string[], appFolder: string | undefined): CommandLine {
  const given = argv.slice(1)
  const start =
    appFolder === undefined ? 0 : given.findIndex((argument) => !argument.startsWith('-') && resolve(argument) === appFolder) + 1
  const ours = given.slice(start).filter((argument) => !electronsOwn.test(argument) && !argument.startsWith('-psn_'))
  return {
    flags: ours.filter((argument) => argument !== '--hidden'),
    hidden: ours.includes('--hidden'),
    headless: ours.includes('--headless'),
  }
}

/** What `--help` or `--version` wants printed; undefined when neither was given. */
export function textWanted(flags: readonly string[], version: string): string | undefined {
  try {
    parseOptions(flags, {}, version)
  } catch (error) {
    // Anything else that is wrong is told by whoever starts the lab.
    if (error instanceof TextWanted) return error.message
  }
  return undefined
}
