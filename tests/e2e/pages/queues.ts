/** The queues as a person reads and works them. */

import { expect, type Locator, type Page } from '@playwright/test'
import { turnsOfPage } from '../support/turns.ts'
import { menuOf } from './menu.ts'

export function queuesPage(page: Page) {
  return {
    async open(deviceId?: string) {
      await page.goto(deviceId === undefined ? '/#/queues' : `/#/queues?device=${deviceId}`)
      await expect(page.getByRole('heading', { level: 1, name: 'Queues' })).toBeVisible()
    },
    column: (deviceName: string) => queueColumn(page, deviceName),
    /** What is read out to those who do not see the list. */
    announcement: page.locator('[id^="DndLiveRegion"]'),
  }
}

function queueColumn(page: Page, deviceName: string) {
  const root = page.getByRole('region', { name: deviceName, exact: true })
  const list = root.getByRole('list', { name: `Queue of ${deviceName}` })
  const handle = (name: string) => list.getByRole('button', { name: `Move ${name}`, exact: true })
  const row = (name: string) => list.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Move ${name}`, exact: true }) })

  async function choose(name: string, item: string) {
    const more = list.getByRole('button', { name: `More for ${name}`, exact: true })
    await more.click()
    // Where somebody else moves the row out of view meanwhile, its menu hides until one has gone after it.
    await expect(async () => {
      await more.scrollIntoViewIfNeeded()
      await menuOf(page, `More for ${name}`).getByText(item, { exact: true }).click({ timeout: 2_000 })
    }).toPass({ timeout: 30_000 })
  }

  /** Names and headings in the order of the document or of what is drawn. */
  async function named(items: Locator, drawn = false): Promise<string[]> {
    const rows = await items.evaluateAll(
      (elements, byPlace) =>
        elements
          .map((item) => ({
            name:
              item.querySelector('[data-drag-handle]')?.getAttribute('aria-label')?.replace('Move ', '') ??
              item.querySelector('h3')?.textContent ??
              '',
            middle: item.getBoundingClientRect().top + item.getBoundingClientRect().height / 2,
          }))
          .sort((a, b) => (byPlace ? a.middle - b.middle : 0)),
      drawn,
    )
    return rows.map(({ name }) => name).filter(Boolean)
  }

  return {
    root,
    list,
    handle,
    row,
    heading: (priority: 'Urgent' | 'Normal' | 'Low') => root.getByRole('heading', { name: priority, exact: true }),
    /** Names and headings from the top, as they are read. */
    order: () => named(list.getByRole('listitem')),
    /** From the top as they are drawn, also while one is held: after the others have made room. */
    async seenOrder(): Promise<string[]> {
      await list.evaluate((element) => Promise.allSettled(element.getAnimations({ subtree: true }).map((animation) => animation.finished)))
      return named(list.getByRole('listitem'), true)
    },
    async expectOrder(...names: string[]) {
      await expect.poll(() => this.order()).toEqual(names)
    },
    /** Takes the row by its handle and lets go over the middle of the target. */
    async drag(name: string, target: Locator) {
      await press(page, handle(name), target)
      await page.mouse.up()
    },
    /** As `drag`, without letting go; `height` is how far below the target's middle, in heights of the target. */
    hold: (name: string, target: Locator, height = 0) => press(page, handle(name), target, height),
    choose,
  }
}

async function press(page: Page, from: Locator, to: Locator, height = 0): Promise<void> {
  // Both stand still then: what the move before this one set going is over.
  await to.scrollIntoViewIfNeeded()
  await from.scrollIntoViewIfNeeded()
  const start = await middle(from)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x, start.y + 8, { steps: 2 })
  const end = await middle(to, height)
  await page.mouse.move(end.x, end.y, { steps: 8 })
  // dnd-kit looks where the pointer is a frame later.
  await page.mouse.move(end.x, end.y + 1)
  await turnsOfPage(page)
}

async function middle(locator: Locator, height = 0): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error(`${locator} is not on the screen`)
  return { x: box.x + box.width / 2, y: box.y + box.height * (0.5 + height) }
}
