/** The frame as a person finds their way in it. */

import { expect, type Page } from '@playwright/test'

export type ScreenName = 'Bench' | 'Queues' | 'Workflows' | 'Samples' | 'Logs' | 'Timeline' | 'Insights' | 'Settings'

export function framePage(page: Page) {
  const navigation = page.getByRole('navigation', { name: 'Screens' })
  return {
    navigation,
    statusBar: page.getByRole('contentinfo'),
    title: page.getByRole('heading', { level: 1 }),
    async open(address = '/') {
      await page.goto(`/#${address}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    },
    async goTo(name: ScreenName) {
      await navigation.getByRole('link', { name, exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    },
  }
}
