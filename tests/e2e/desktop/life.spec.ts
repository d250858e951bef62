/** The app's life around the lab: one of it, in the tray, asking before it ends, at the place where it was. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type DesktopApp, environment, expect, needed, root, test } from '../pages/desktop-app.ts'
import {
  answerWith,
  asked,
  choose,
  close,
  ended,
  isKeptAwake,
  isVisible,
  keepNotifications,
  notifications,
  startRun,
} from '../pages/desktop-moves.ts'
import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'

test('a second start shows the window of the first and ends', async ({ launch }) => {
  const desktop = await launch()
  await desktop.service('device')
  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)

  const electron = createRequire(import.meta.url)('electron') as unknown as string
  const second = spawn(electron, ['.', ...needed, `--user-data-dir=${desktop.userData}`], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  second.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  expect((await once(second, 'close'))[0]).toBe(0)
  expect(said).toContain('benchkeeper: it is running already')
  await expect.poll(() => isVisible(desktop)).toBe(true)
})

test('closing the window leaves the lab running, and says so once', async ({ launch }) => {
  const desktop = await launch()
  const health = `${await desktop.service('device')}/health`
  await keepNotifications(desktop)
  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)
  expect((await fetch(health)).status).toBe(200)
  expect(await notifications(desktop)).toEqual([{ title: 'Benchkeeper keeps running', body: expect.stringContaining('tray') }])

  await desktop.app.evaluate(({ app }) => app.emit('activate'))
  await expect.poll(() => isVisible(desktop)).toBe(true)
  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)
  expect(await notifications(desktop)).toHaveLength(1)
})

test('without “keep running in the background”, closing the window ends the program in order', async ({ launch, newPlace }) => {
  const place = newPlace()
  const desktop = await launch({ place })
  await desktop.service('device')
  expect(await desktop.ask('shell.change_settings', { keepRunning: false })).toEqual({
    ok: true,
    value: { keepRunning: false, startAtLogin: false },
  })
  await close(desktop)
  expect(await ended(desktop)).toBe(0)
  expect(existsSync(`${place.dataDir}.lock`)).toBe(false)

  // It was remembered.
  const again = await launch({ place })
  expect(await again.ask('shell.settings', {})).toEqual({ ok: true, value: { keepRunning: false, startAtLogin: false } })
})

test('quitting while a run is active asks; the run is kept or interrupted as the person says', async ({ launch, newPlace }) => {
  const place = newPlace()
  const desktop = await launch({ place, args: ['--sim-speed=1'] })
  await desktop.service('device')
  expect(await isKeptAwake(desktop)).toBe(false)
  const id = await startRun(desktop, { minutes: 60 })
  // The computer stays awake for it.
  await expect.poll(() => isKeptAwake(desktop)).toBe(true)

  await answerWith(desktop, 0)
  await desktop.app.evaluate(({ app }) => app.quit())
  await expect.poll(() => asked(desktop)).toEqual(['A run is active. Quit anyway?'])
  expect((await fetch(`${await desktop.service('workflow')}/workflows/${id}`)).status).toBe(200)

  await answerWith(desktop, 1)
  const end = ended(desktop)
  await desktop.app.evaluate(({ app }) => app.quit())
  expect(await end).toBe(0)

  const again = await launch({ place })
  const workflow = await (await fetch(`${await again.service('workflow')}/workflows/${id}`)).json()
  expect(workflow).toMatchObject({ status: 'interrupted' })
})

const endings: Record<string, (desktop: DesktopApp) => unknown> = {
  'a signal': ({ child }) => child.kill('SIGTERM'),
  // As Windows tells a window, and Linux and macOS the program.
  'the end of the person’s session': ({ app }) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('session-end')),
  'the computer being switched off': ({ app }) => app.evaluate(({ powerMonitor }) => powerMonitor.emit('shutdown')),
}
for (const [name, endIt] of Object.entries(endings)) {
  test(`told to end by ${name}, it asks nobody, interrupts what runs and ends in order`, async ({ launch, newPlace }) => {
    const place = newPlace()
    const desktop = await launch({ place, args: ['--sim-speed=1'] })
    const id = await startRun(desktop, { minutes: 60 })
    await expect.poll(() => isKeptAwake(desktop)).toBe(true)
    // Whoever asked would be told to stay.
    await answerWith(desktop, 0)
    const end = ended(desktop)
    await endIt(desktop)
    expect(await end).toBe(0)
    expect(existsSync(`${place.dataDir}.lock`)).toBe(false)
    // An end in order is written down as one: at the next start nothing is left to find out.
    expect(desktop.said()).not.toContain('stopping in order failed')

    const again = await launch({ place })
    const service = await again.service('workflow')
    expect(await (await fetch(`${service}/workflows/${id}`)).json()).toMatchObject({ status: 'interrupted' })
    expect(again.said()).not.toContain('operations were cut off when the program ended')
  })
}

test('a failed run is told by a notification that leads to it', async ({ launch }) => {
  const desktop = await launch()
  await desktop.service('device')
  await keepNotifications(desktop)
  const id = await startRun(desktop, { simulate: 'fail' })
  await expect
    .poll(() => notifications(desktop))
    .toEqual([{ title: '“PCR” needs you', body: expect.stringMatching(/^incubator-2: The simulated device failed/) }])

  await close(desktop)
  await desktop.app.evaluate(() => (globalThis as unknown as { all: Electron.Notification[] }).all[0]?.emit('click'))
  await expect.poll(() => isVisible(desktop)).toBe(true)
  await expect.poll(() => desktop.page.url()).toContain(`#/workflows/${id}`)
})

test('the window opens where it was, and not where nobody can reach it', async ({ launch, newPlace }) => {
  const place = newPlace()
  const bounds = ({ app }: DesktopApp) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  const first = await launch({ place })
  await expect.poll(() => isVisible(first)).toBe(true)
  const chosen = { x: 40, y: 60, width: 1100, height: 650 }
  await first.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), chosen)
  await expect.poll(() => bounds(first)).toEqual(chosen)
  first.child.kill('SIGTERM')
  await ended(first)

  const second = await launch({ place })
  expect(await bounds(second)).toEqual(chosen)
  second.child.kill('SIGTERM')
  await ended(second)

  const file = join(place.userData, 'desktop.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), window: { ...chosen, x: 90_000, maximized: false } }))
  const third = await launch({ place })
  expect((await bounds(third))?.x).toBeLessThan(10_000)
})

test('a maximized window is one again after the app ran without showing it', async ({ launch, newPlace }) => {
  const place = newPlace()
  mkdirSync(place.userData)
  const file = join(place.userData, 'desktop.json')
  const window = { x: 40, y: 60, width: 1100, height: 650, maximized: true }
  writeFileSync(file, JSON.stringify({ window }))
  const hidden = await launch({ place, args: ['--hidden'] })
  await hidden.service('device')
  hidden.child.kill('SIGTERM')
  expect(await ended(hidden)).toBe(0)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ window })
})

test('settings that cannot be stored keep nobody from closing the window, nor the program from ending in order', async ({
  launch,
  newPlace,
}) => {
  const place = newPlace()
  mkdirSync(join(place.userData, 'desktop.json.part'), { recursive: true })
  const desktop = await launch({ place })
  await desktop.service('device')
  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)
  desktop.child.kill('SIGTERM')
  expect(await ended(desktop)).toBe(0)
  expect(existsSync(`${place.dataDir}.lock`)).toBe(false)
  expect(desktop.said()).toContain('the place of the window could not be stored')
})

test('started at login it stays in the tray until it is asked for', async ({ launch, newPlace }) => {
  const place = newPlace()
  const config = join(place.folder, 'config')
  mkdirSync(config)
  const desktop = await launch({ place, args: ['--hidden'], env: { XDG_CONFIG_HOME: config } })
  await desktop.service('device')
  expect(await isVisible(desktop)).toBe(false)
  await desktop.app.evaluate(({ app }) => app.emit('activate'))
  await expect.poll(() => isVisible(desktop)).toBe(true)

  test.skip(process.platform !== 'linux', 'Windows and macOS keep it in settings of their own')
  const entry = join(config, 'autostart', 'benchkeeper.desktop')
  await desktop.ask('shell.change_settings', { startAtLogin: true })
  expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=.*electron .* --hidden$/m)
  await desktop.ask('shell.change_settings', { startAtLogin: false })
  expect(existsSync(entry)).toBe(false)
})

test('the settings screen has the app’s switches: they do what they say, and menu and screen always show the same', async ({
  launch,
  newPlace,
}) => {
  const place = newPlace()
  const config = join(place.folder, 'config')
  mkdirSync(config)
  const desktop = await launch({ place, env: { XDG_CONFIG_HOME: config } })
  await desktop.service('device')
  const { page } = desktop
  await choose(desktop, 'File', 'Settings')
  const card = page.getByRole('region', { name: 'On this computer' })
  const keepRunning = card.getByRole('switch', { name: 'Keep running in the background' })
  const startAtLogin = card.getByRole('switch', { name: 'Start at login' })
  await expect(keepRunning).toBeChecked()
  await expect(startAtLogin).not.toBeChecked()
  await expectNoViolationsInBothThemes(page)

  const inMenu = (id: string) => desktop.app.evaluate(({ Menu }, name) => Menu.getApplicationMenu()?.getMenuItemById(name)?.checked, id)
  await startAtLogin.click()
  await expect(startAtLogin).toBeChecked()
  await expect.poll(() => inMenu('start-at-login')).toBe(true)
  if (process.platform === 'linux') expect(existsSync(join(config, 'autostart', 'benchkeeper.desktop'))).toBe(true)

  await choose(desktop, 'Lab', 'Start at login')
  await expect(startAtLogin).not.toBeChecked()
  if (process.platform === 'linux') expect(existsSync(join(config, 'autostart', 'benchkeeper.desktop'))).toBe(false)

  await keepRunning.click()
  await expect(keepRunning).not.toBeChecked()
  expect(await inMenu('keep-running')).toBe(false)
  await close(desktop)
  expect(await ended(desktop)).toBe(0)
})

test('a switch that cannot be stored says why, and stays as it was', async ({ launch, newPlace }) => {
  test.skip(process.platform !== 'linux', 'Windows and macOS keep it in settings of their own')
  const place = newPlace()
  const config = join(place.folder, 'config')
  writeFileSync(config, 'no folder')
  const desktop = await launch({ place, env: { XDG_CONFIG_HOME: config } })
  await desktop.service('device')
  await choose(desktop, 'File', 'Settings')
  const startAtLogin = desktop.page.getByRole('switch', { name: 'Start at login' })
  await startAtLogin.click()
  await expect(desktop.page.getByText(/^That could not be stored on this computer: /)).toBeVisible()
  await expect(startAtLogin).not.toBeChecked()

  await answerWith(desktop, 0)
  expect(await choose(desktop, 'Lab', 'Start at login')).toMatchObject({ checked: false })
  expect(await asked(desktop)).toEqual([expect.stringMatching(/^That could not be stored on this computer: /)])
})

test('the menu leads to the screens and has the app’s switches', async ({ launch }) => {
  const desktop = await launch()
  await desktop.service('device')
  const click = (...labels: string[]) => choose(desktop, ...labels)

  expect(await click('View', 'Queues')).toMatchObject({ accelerator: 'CmdOrCtrl+2' })
  await expect(desktop.page).toHaveURL('app://benchkeeper/index.html#/queues')
  expect(await click('File', 'Settings')).toMatchObject({ accelerator: 'CmdOrCtrl+,' })
  await expect(desktop.page).toHaveURL('app://benchkeeper/index.html#/settings')
  await click('Lab', 'Keep running in the background')
  await expect.poll(() => desktop.ask('shell.settings', {})).toMatchObject({ value: { keepRunning: false } })
})

test('About says which versions of what are inside', async ({ launch }) => {
  const desktop = await launch()
  await desktop.service('device')
  await desktop.app.evaluate(({ app }) => {
    const set = app.setAboutPanelOptions
    app.setAboutPanelOptions = (options) => {
      Object.assign(globalThis, { about: options })
      set.call(app, options)
    }
    app.showAboutPanel = () => Object.assign(globalThis, { isAboutShown: true })
  })
  await choose(desktop, ...(process.platform === 'darwin' ? ['Benchkeeper'] : ['Help']), 'About Benchkeeper')
  const { about, isAboutShown, versions } = await desktop.app.evaluate(() => {
    const kept = globalThis as unknown as { about: Electron.AboutPanelOptionsOptions; isAboutShown: boolean }
    return { about: kept.about, isAboutShown: kept.isAboutShown, versions: process.versions }
  })
  expect(isAboutShown).toBe(true)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const postgres = readFileSync(join(desktop.dataDir, 'PG_VERSION'), 'utf8').trim()
  const inside = `Electron ${versions.electron}, Chromium ${versions.chrome}, Node ${versions.node}, PostgreSQL ${postgres}`
  expect(about).toMatchObject({
    applicationName: 'Benchkeeper',
    // Linux shows no credits.
    applicationVersion: process.platform === 'linux' ? `${version}\n${inside}` : version,
    credits: inside,
  })
})
