/** The frame as a person finds their way in it. */

import { expect, type Page } from '@playwright/test'

export type ScreenName = 'Bench' | 'Queues' | 'Workflows' | 'Samples' | 'Logs' | 'Timeline' | 'Insights' | 'Settings'

export function framePage(page: Page) {
  const navigation = page.getByRole('navigation', { name: 'Screens' })
  const palette = page.getByRole('dialog', { name: 'Find' })
  const statusBar = page.getByRole('contentinfo')
  const title = page.getByRole('heading', { level: 1 })
  const link = (name: ScreenName) => navigation.getByRole('link', { name, exact: true })
  return {
    navigation,
    link,
    statusBar,
    title,
    async open(address = '/') {
      await page.goto(`/#${address}`)
      await expect(title).toBeVisible()
      // The page hears keys a turn after it is drawn; that it is live comes later still.
      await expect(statusBar).toContainText('Events: live')
    },
    async goTo(name: ScreenName) {
      await link(name).click()
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    },
    /** Opens the palette by its key and types. */
    async find(text: string) {
      // The one before is gone: a key pressed while it closes is not heard.
      await expect(palette).toBeHidden()
      await page.keyboard.press('Control+k')
      await palette.getByRole('textbox', { name: 'Find a command, device, workflow or sample' }).fill(text)
    },
    /** What the palette offers by that name. */
    found: (label: string) => palette.getByRole('button').filter({ has: page.getByText(label, { exact: true }) }),
  }
}
