/** The timeline as a person reads and works it. What is drawn is told in words as well: to whoever points at it, and to a screen reader. */

import { expect, type Page } from '@playwright/test'

export function timelinePage(page: Page) {
  const chart = page.getByRole('group', { name: 'Timeline of the devices' })
  return {
    chart,
    /** What a screen reader is told of the item in focus. */
    told: chart.locator('[aria-live]'),
    lane: (device: string) => page.getByRole('listitem').filter({ hasText: device }),
    button: (name: string) => page.getByRole('button', { name, exact: true }),
    async open(search = '') {
      await page.goto(`/#/timeline${search}`)
      await expect(chart).toHaveAttribute('aria-busy', 'false')
    },
    /** Milliseconds that the address says are shown. */
    async span(): Promise<number> {
      const search = new URLSearchParams(new URL(page.url()).hash.split('?')[1])
      const [from, to] = ['from', 'to'].map((name) => Date.parse((search.get(name) ?? '').replaceAll('"', '')))
      return (to ?? Number.NaN) - (from ?? Number.NaN)
    },
  }
}
