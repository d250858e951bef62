/** The queues as a person reads and works them. */

import type { Page } from '@playwright/test'

export function queuesPage(page: Page) {
  return {
    column: (deviceName: string) => page.getByRole('region', { name: deviceName, exact: true }),
  }
}
