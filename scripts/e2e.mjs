/**
 * `npm run e2e:desktop`: Playwright's suite in a real Electron. Flags and file names go on to Playwright. Where Electron or a display is missing
 * it says so loudly, runs nothing and counts nothing.
 */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './build.mjs'
import { whyNoWindow } from './electron.mjs'
import { prepare } from './prepare.mjs'

const [project = '', ...rest] = process.argv.slice(2)
const reason = whyNoWindow(['--no-sandbox'])

if (reason) {
  const line = '!'.repeat(100)
  console.error(`${line}\n!! SKIPPED: the ${project} suite did not run, because ${reason}.\n${line}`)
  console.log('0 passed, 0 failed')
} else {
  await prepare({ quiet: true })
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const { status } = spawnSync(process.execPath, [playwright, 'test', `--project=${project}`, ...rest], { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
