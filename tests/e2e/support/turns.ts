/** Waits for the page itself, where nothing on it says that it is ready. */

import type { Page } from '@playwright/test'

/**
 * dnd-kit looks where something is held in effects and measures that follow each other, a frame apart; none of them can be seen. Four frames
 * and the tasks behind them are more than it takes, however long a busy computer takes for each.
 */
export async function turnsOfPage(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise(requestAnimationFrame)
      await new Promise((resolve) => setTimeout(resolve))
    }
  })
}
