/** The app starts: a window, a lab behind it, and REST from inside. */

import { expect, test } from '../pages/desktop-app.ts'

test('the window opens while the lab comes up, and REST answers from inside the app', async ({ launch }) => {
  const { page, service, app } = await launch()
  await expect(page.locator('#root')).not.toBeEmpty()
  expect(new URL(page.url()).protocol).toBe('app:')

  const health = await fetch(`${await service('device')}/health`)
  expect(await health.json()).toMatchObject({ status: 'healthy', service: 'device-service' })
  const devices = await (await fetch(`${await service('device')}/devices`)).json()
  expect(devices).toHaveLength(5)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))).toEqual([true])
})
