/**
 * `npm run pack:dir`: the program as a folder that starts on a computer without Node. Other targets as flags (`npm run pack -- --linux deb`).
 * With ELECTRON_OVERRIDE_DIST_PATH the Electron there is packed instead of the one that electron-builder would download.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, root } from './build.mjs'

await build()
const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
const version =
  folder && existsSync(join(folder, 'version')) ? readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') : undefined
const given = version ? [`-c.electronDist=${folder}`, `-c.electronVersion=${version}`] : []
const updates = process.env.BENCHKEEPER_UPDATE_URL
const publish = updates ? ['-c.publish.provider=generic', `-c.publish.url=${updates}`] : []

const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')
const { status } = spawnSync(process.execPath, [builder, ...process.argv.slice(2), '--publish=never', ...given, ...publish], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
