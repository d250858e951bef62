/** A menu by the button that opens it: the one before may still be fading away beside it, with the same items. */

import type { Locator, Page } from '@playwright/test'

export function menuOf(page: Page, button: string): Locator {
  return page.getByRole('menu', { name: button, exact: true })
}
