/** What the screens give to take away is saved by the window as a browser would save it: where the person says. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, shared as test } from '../pages/desktop-app.ts'
import { logsPage } from '../pages/logs.ts'

test('the logs that the filters leave are saved as REST gives them', async ({ desktop }) => {
  const { app, page, folder } = desktop
  const path = join(folder, 'logs.csv')
  // Stands in for the dialog in which a person says where, and keeps what it would have offered.
  await app.evaluate(({ session }, place) => {
    session.defaultSession.once('will-download', (_event, item) => {
      Object.assign(globalThis, { offered: item.getSaveDialogOptions().defaultPath })
      item.setSavePath(place)
    })
  }, path)

  await page.goto('app://benchkeeper/index.html#/logs?from="2025-01-05T00:00:00.000Z"&to="2025-01-25T00:00:00.000Z"&order=oldest')
  await expect(logsPage(page).cell(1, 'time')).toBeVisible()
  await page.getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export logs' })
  await dialog.getByRole('radio', { name: /CSV/ }).check()
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()

  const url = `${await desktop.service('device')}/execution-logs/search?start=2025-01-05&end=2025-01-25&format=csv`
  const expected = await (await fetch(url)).text()
  expect(expected.split('\n').length).toBeGreaterThan(50)
  await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toBe(expected)
  await expect(page.getByText(/logs were exported as logs-.*\.csv/)).toBeVisible()
  expect(await app.evaluate(() => (globalThis as unknown as { offered: string }).offered)).toMatch(/^logs-.*\.csv$/)
})
