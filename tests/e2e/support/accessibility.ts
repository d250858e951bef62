/** Holds a page against WCAG 2.2 AA with axe, in one theme or in both. */

import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Menus float above the page, outside of its landmarks; axe knows that only of dialogs. */
const floating = ['region']

/** Of what is on the page now. A failure names the rule, the element and what is wrong with it. */
export async function expectNoViolations(page: Page): Promise<void> {
  // What fades in has other colours on its way, and is there some frames before it begins to.
  await page.evaluate(async () => {
    for (;;) {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
      const running = document.getAnimations().filter(({ playState }) => playState === 'running')
      if (running.length === 0) return
      await Promise.allSettled(running.map((animation) => animation.finished))
    }
  })
  // The legacy mode opens no page of its own, which Electron could not give; there are no frames here.
  const { violations } = await new AxeBuilder({ page }).withTags(rules).disableRules(floating).setLegacyMode(true).analyze()
  const said = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
  expect(said, said.join('\n\n')).toEqual([])
}

/** As `expectNoViolations`, light and dark. */
export async function expectNoViolationsInBothThemes(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    await expectNoViolations(page)
  }
}

/** As `expectNoViolationsInBothThemes`, for a page that follows the system by its own style sheet. */
export async function expectNoViolationsBySystem(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectNoViolations(page)
  }
}
