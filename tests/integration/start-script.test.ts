/** `npm start` chooses by itself: the desktop app where a window can open, and else the lab alone, saying why. */

import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startScript, withoutBuilding } from '../support/script.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-start-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const root = join(import.meta.dirname, '..', '..')
/** Chromium's sandbox does not run as root; with this the choice falls as it does for anybody else. */
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** A display that is not there counts as one: the choice does not open it. */
const display = { DISPLAY: ':4711', WAYLAND_DISPLAY: '' }
const noDisplay = { DISPLAY: '', WAYLAND_DISPLAY: '' }

function start(flags: string[], environment: Record<string, string>) {
  const ports = ['--device-port=0', '--workflow-port=0', '--ui-port=0', '--demo-logs=0']
  const dataDir = join(mkdtempSync(join(folder, 'lab-')), 'lab')
  return startScript(process.execPath, ['scripts/start.mjs', `--data-dir=${dataDir}`, ...ports, ...flags], {
    LAB_LOG_LEVEL: 'silent',
    ...environment,
  })
}

/** Waits for the ready line, looks at the page that it names, and ends the program. */
async function serve({ child, ended }: ReturnType<typeof start>) {
  let said = ''
  for await (const [text] of on(child)) {
    said += text
    const [, ui] = /^ready .* ui=(\S+)$/m.exec(said) ?? []
    if (!ui) continue
    const page = await (await fetch(ui)).text()
    child.kill('SIGTERM')
    return { page, ...withoutBuilding(await ended) }
  }
  throw new Error(`it ended before it was ready: ${JSON.stringify(await ended)}`)
}

async function* on(child: ReturnType<typeof start>['child']): AsyncGenerator<[string]> {
  const closed = once(child, 'close').then(() => undefined)
  for (;;) {
    const data = await Promise.race([once(child.stdout, 'data') as Promise<[string]>, closed])
    if (!data) return
    yield data
  }
}

/** Stands in for Electron's program: says how it was called, and ends with a code of its own. */
function standIn(): string {
  const place = mkdtempSync(join(folder, 'electron-'))
  writeFileSync(join(place, 'electron'), '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 7\n')
  chmodSync(join(place, 'electron'), 0o755)
  return place
}

// Elsewhere Electron's program has another name and there always is a display.
describe.runIf(process.platform === 'linux')('npm start', { timeout: 120_000 }, () => {
  test('without a display runs the lab alone, says why, and serves its screens', async () => {
    const { page, code, err } = await serve(start(sandbox, { ...noDisplay, ELECTRON_OVERRIDE_DIST_PATH: standIn() }))
    expect(page).toContain('<title>Benchkeeper</title>')
    expect({ code, err }).toEqual({
      code: 0,
      err: 'No window, because there is no display. The lab runs all the same: open the address behind "ui=" in a browser.\n',
    })
  })

  test('without Electron’s program offers in one line how to get it', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const { page, code, err } = await serve(start(sandbox, { ...display, ELECTRON_OVERRIDE_DIST_PATH: empty }))
    expect(page).toContain('<title>Benchkeeper</title>')
    expect({ code, err }).toEqual({
      code: 0,
      err: 'No window, because Electron’s program is not installed; "npx install-electron" gets it once. The lab runs all the same: open the address behind "ui=" in a browser.\n',
    })
  })

  test('with a display opens the desktop app in the Electron that ELECTRON_OVERRIDE_DIST_PATH names, with its flags and exit code', async () => {
    const program = start([...sandbox, '--sim-speed=0'], { ...display, ELECTRON_OVERRIDE_DIST_PATH: standIn() })
    const { code, out, err } = withoutBuilding(await program.ended)
    const [app, dataDir, ...flags] = out.trimEnd().split('\n')
    expect(join(app ?? '', '.')).toBe(join(root, '.'))
    expect(dataDir).toMatch(/^--data-dir=/)
    expect(flags).toEqual(['--device-port=0', '--workflow-port=0', '--ui-port=0', '--demo-logs=0', ...sandbox, '--sim-speed=0'])
    expect({ code, err }).toEqual({ code: 7, err: '' })
  })

  test('with --headless opens no window though it could, and has no excuse to make', async () => {
    const { code, err } = await serve(start([...sandbox, '--headless'], { ...display, ELECTRON_OVERRIDE_DIST_PATH: standIn() }))
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test.each([
    ['--help', /^Usage: benchkeeper /],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('with %s only prints', async (flag, text) => {
    const { code, out, err } = withoutBuilding(await start([flag], { ...display, ELECTRON_OVERRIDE_DIST_PATH: standIn() }).ended)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(text)
  })

  test.runIf(process.getuid?.() === 0)('as root says why no window opens, and what would open it', async () => {
    const { err } = await serve(start([], { ...display, ELECTRON_OVERRIDE_DIST_PATH: standIn() }))
    expect(err).toMatch(/^No window, because Chromium’s sandbox does not run as root; with "-- --no-sandbox" the window opens without it\./)
  })
})
