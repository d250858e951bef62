/** The sign in the tray: what it says about the bench, and the ways that it offers. */

import { type DesktopApp, expect, test } from '../pages/desktop-app.ts'
import { close, ended, isVisible, startRun } from '../pages/desktop-moves.ts'

type Kept = { tray: Electron.Tray; toolTip: string; menu: Electron.Menu }

/** Electron tells nobody what a tray has, so what it is given from now on is kept on the way. */
const watchTray = ({ app }: DesktopApp) =>
  app.evaluate(({ Tray }) => {
    const { setContextMenu, setToolTip } = Tray.prototype
    const kept: Partial<Kept> = {}
    Object.assign(globalThis, { kept })
    Tray.prototype.setContextMenu = function (menu) {
      Object.assign(kept, { tray: this, menu })
      setContextMenu.call(this, menu)
    }
    Tray.prototype.setToolTip = function (toolTip) {
      Object.assign(kept, { toolTip })
      setToolTip.call(this, toolTip)
    }
  })

const saysOf = ({ app }: DesktopApp) =>
  app.evaluate(() => {
    const { kept } = globalThis as unknown as { kept: Partial<Kept> }
    return {
      toolTip: kept.toolTip,
      items: kept.menu?.items.map(({ label, enabled, type }) => (type === 'separator' ? '-' : { label, enabled })),
    }
  })

const chooseInTray = ({ app }: DesktopApp, label: string) =>
  app.evaluate((_electron, wanted) => {
    const { kept } = globalThis as unknown as { kept: Kept }
    kept.menu.items.find((item) => item.label === wanted)?.click()
  }, label)

const saying = (sentence: string) => ({
  toolTip: `Benchkeeper: ${sentence}`,
  items: [{ label: sentence, enabled: false }, '-', { label: 'Open Benchkeeper', enabled: true }, { label: 'Quit', enabled: true }],
})

test('it says how the bench is, opens the window, and ends the program', async ({ launch }) => {
  const desktop = await launch({ args: ['--sim-speed=1'] })
  const service = await desktop.service('workflow')
  await watchTray(desktop)
  const id = await startRun(desktop, { minutes: 60 })
  await expect.poll(() => saysOf(desktop)).toEqual(saying('1 run is active'))

  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)
  await chooseInTray(desktop, 'Open Benchkeeper')
  await expect.poll(() => isVisible(desktop)).toBe(true)
  await close(desktop)
  await expect.poll(() => isVisible(desktop)).toBe(false)
  await desktop.app.evaluate(() => (globalThis as unknown as { kept: Kept }).kept.tray.emit('click'))
  await expect.poll(() => isVisible(desktop)).toBe(true)

  await fetch(`${service}/workflows/${id}/cancel`, { method: 'POST' })
  await expect.poll(() => saysOf(desktop)).toEqual(saying('Nothing is running'))
  await startRun(desktop, { simulate: 'fail', seconds: 1 })
  await expect.poll(() => saysOf(desktop), { timeout: 120_000 }).toEqual(saying('1 needs a person'))

  const end = ended(desktop)
  await chooseInTray(desktop, 'Quit')
  expect(await end).toBe(0)
})
