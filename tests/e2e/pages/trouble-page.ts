/** The page that the window shows when there is no lab. */

import { expect, type Page } from '@playwright/test'

export function troublePage(page: Page) {
  return {
    title: page.getByRole('heading', { level: 1 }),
    reason: page.getByRole('alert'),
    log: page.locator('#log'),
    button: (name: string) => page.getByRole('button', { name, exact: true }),
    otherPort: page.getByLabel('Another port'),
    async isShown(title: string) {
      await expect(page).toHaveURL('app://benchkeeper/trouble.html', { timeout: 30_000 })
      await expect(this.title).toHaveText(title)
    },
    async isGone() {
      await expect(page).toHaveURL(/^app:\/\/benchkeeper\/index\.html/, { timeout: 30_000 })
    },
  }
}
