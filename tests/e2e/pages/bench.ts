/** The bench as a person reads and works it. */

import type { Page } from '@playwright/test'

export function benchPage(page: Page) {
  return {
    card: (deviceName: string) => page.getByRole('article', { name: deviceName, exact: true }),
  }
}
