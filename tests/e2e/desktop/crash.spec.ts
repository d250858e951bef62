/** A page whose process breaks: what it was is kept for whoever is asked for help, and the window comes back. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DesktopApp, expect, test } from '../pages/desktop-app.ts'

const pageProcess = ({ app }: DesktopApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0)

/** Asked past Playwright, for which a page that broke stays broken. */
const seesDevices = ({ app }: DesktopApp) =>
  app.evaluate(async ({ BrowserWindow }) => {
    const page = BrowserWindow.getAllWindows()[0]?.webContents
    if (!page || page.isCrashed() || page.isLoading()) return false
    return (await page.executeJavaScript('document.querySelectorAll("main article").length')) > 0
  })

test('leaves a crash file in the app’s own folder and nowhere else, and is loaded again', async ({ launch }) => {
  test.skip(process.platform === 'win32', 'a process is broken by a signal')
  const desktop = await launch()
  await desktop.service('device')
  await expect.poll(() => seesDevices(desktop)).toBe(true)
  const crashes = join(desktop.userData, 'crashes')
  expect(await desktop.app.evaluate(({ app }) => app.getPath('crashDumps'))).toBe(crashes)
  expect(await desktop.app.evaluate(({ crashReporter }) => crashReporter.getUploadToServer())).toBe(false)
  const files = () => readdirSync(crashes, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dmp'))
  expect(files()).toEqual([])

  const before = await pageProcess(desktop)
  process.kill(before, 'SIGSEGV')
  await expect.poll(() => pageProcess(desktop)).not.toBe(before)
  await expect.poll(() => seesDevices(desktop)).toBe(true)
  await expect.poll(files).toHaveLength(1)
  expect(readFileSync(join(desktop.userData, 'logs', 'shell.log'), 'utf8')).toContain("the window's page ended (crashed)")
})
