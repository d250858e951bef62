/** The bench as a person reads and works it. */

import { expect, type Page } from '@playwright/test'
import { menuOf } from './menu.ts'

export function benchPage(page: Page) {
  const dialog = page.getByRole('dialog')
  return {
    dialog,
    summary: page.getByRole('main').getByRole('status'),
    card: (deviceName: string) => page.getByRole('article', { name: deviceName, exact: true }),
    /** Names of the devices in the order they stand. */
    order: () => page.getByRole('article').evaluateAll((cards) => cards.map((card) => card.querySelector('h2')?.textContent ?? '')),
    async press(deviceName: string, button: string) {
      await this.card(deviceName).getByRole('button', { name: button, exact: true }).click()
    },
    async choose(deviceName: string, item: string) {
      await this.card(deviceName)
        .getByRole('button', { name: `More for ${deviceName}` })
        .click()
      await menuOf(page, `More for ${deviceName}`).getByRole('menuitem', { name: item, exact: true }).click()
    },
    /** Says why, and goes through with it. */
    async confirm(button: string, reason?: string) {
      if (reason !== undefined) await dialog.getByRole('textbox').fill(reason)
      await dialog.getByRole('button', { name: button, exact: true }).click()
      await expect(dialog).toBeHidden()
    },
  }
}
