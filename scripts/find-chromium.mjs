/**
 * Finds the browser that tests, benchmarks and screenshots run in: an installed Chrome or Chromium, else Playwright's own.
 * As a command it prints the path, or says how to get one and ends with exit code 1.
 */

import { accessSync, constants, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser']

const advice = 'No Chrome or Chromium was found. Install one: "apt-get install chromium" on Debian, or "npx playwright install chromium".'

/**
 * LAB_CHROMIUM goes before everything else.
 * @returns {string | undefined} the path of the program
 */
export function findChromium() {
  const { LAB_CHROMIUM } = process.env
  return [...(LAB_CHROMIUM ? [LAB_CHROMIUM] : []), ...installed(), chromium.executablePath()].find(isProgram)
}

/** @returns {string} as of `findChromium`; throws the advice when there is none */
export function needChromium() {
  const found = findChromium()
  if (!found) throw new Error(advice)
  return found
}

/** @returns {string[]} where this system would have it */
function installed() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  }
  if (process.platform === 'win32') {
    const { PROGRAMFILES, LOCALAPPDATA, 'PROGRAMFILES(X86)': programsOf32Bits } = process.env
    return [PROGRAMFILES, programsOf32Bits, LOCALAPPDATA].flatMap((folder) =>
      folder ? [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'), join(folder, 'Chromium', 'Application', 'chrome.exe')] : [],
    )
  }
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const found = findChromium()
  if (found) console.log(found)
  else {
    console.error(advice)
    process.exitCode = 1
  }
}
