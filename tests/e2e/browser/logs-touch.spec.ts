/** The log table under a finger, with more rows than a browser can lay out. */

import type { Page } from '@playwright/test'
import { logsPage } from '../pages/logs.ts'
import { expect, test } from '../support/test.ts'

/** More than 8,000,000 pixels of rows: the scrollbar is scaled. */
test.use({ labSettings: { demoLogs: 300_000, simSpeed: 0 }, hasTouch: true })
test.setTimeout(180_000)

test('a finger moves the rows by its own way, and the scrollbar is in line when it is lifted', async ({ page }) => {
  const logs = logsPage(page)
  await logs.open()
  await expect(logs.total).toBeVisible({ timeout: 60_000 })
  const top = () => logs.grid.evaluate((grid) => grid.scrollTop)
  // Below the head, at the top of what is in view.
  const rowInView = () =>
    logs.grid.evaluate((grid) => {
      const { left, top } = grid.getBoundingClientRect()
      return (
        Number(
          document
            .elementFromPoint(left + 40, top + 48)
            ?.closest('[aria-rowindex]')
            ?.getAttribute('aria-rowindex'),
        ) - 1
      )
    })
  await expect.poll(rowInView).toBe(1)

  const [finger, rowHeight] = [400, 32]
  await swipeUp(page, finger)
  // A browser takes the first few pixels to tell a swipe from a tap.
  await expect.poll(rowInView).toBeGreaterThan((finger - 40) / rowHeight)
  expect(await rowInView()).toBeLessThanOrEqual(finger / rowHeight + 2)
  // Lifted, the scrollbar stands where so many of all rows put it: less far down than the finger went.
  await expect.poll(top).toBeLessThan(finger / 1.15)
  expect(await top()).toBeGreaterThan(finger / 1.5)

  // A tap opens a row, and afterwards the keys move the scrollbar as they do without a touch.
  await logs.rows.nth(12).tap()
  await expect(logs.detail).toBeVisible()
  await logs.grid.press('End')
  await expect.poll(top).toBeGreaterThan(7_000_000)
  await logs.grid.press('Home')
  await expect.poll(top).toBeLessThan(2)
  await expect.poll(rowInView).toBe(1)
})

/** A finger that goes up by so many pixels, a frame at a time, and is lifted. */
async function swipeUp(page: Page, pixels: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const box = await logsPage(page).grid.boundingBox()
  if (!box) throw new Error('the log table is not on the screen')
  const at = (moved: number) => [{ x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height - 20 - moved) }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) })
  for (let moved = 0; moved <= pixels; moved += 10) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(moved) })
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
