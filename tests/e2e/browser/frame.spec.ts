/** The frame around the screens. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { expect, test } from '../support/test.ts'

const screens = ['Bench', 'Queues', 'Workflows', 'Samples', 'Logs', 'Timeline', 'Insights', 'Settings'] as const

test('leads to every screen', async ({ frame, page }) => {
  await frame.open()
  for (const name of screens) {
    await frame.goTo(name)
    await expect(frame.navigation.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page')
    await expect(page).toHaveURL(name === 'Bench' ? /#\/$/ : new RegExp(`#/${name.toLowerCase()}`))
  }
})

test('has nothing that WCAG 2.2 AA forbids, light and dark', async ({ frame, page }) => {
  await frame.open()
  await expectNoViolationsInBothThemes(page)
})
