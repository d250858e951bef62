/** The table of a million logs: frames while it is scrolled, how soon any place has its rows, and how many of them are in the document. */

import type { Page } from '@playwright/test'
import { findChromium } from '../../../scripts/find-chromium.mjs'
import { logsPage } from '../../e2e/pages/logs.ts'
import { record, timingOf } from '../figures.ts'
import { expect, test } from './bench-test.ts'

const executablePath = findChromium()

test.use({
  labSettings: { demoLogs: 1_000_000 },
  // Without its scrollbars there is nothing to drag.
  launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), ignoreDefaultArgs: ['--hide-scrollbars'] },
})

const seconds = 5
const jumps = 40

test('a million logs', async ({ lab, page }) => {
  const logs = logsPage(page)
  const opened = performance.now()
  await page.goto(`${lab.urls.ui}/#/logs`)
  await expect(logs.cell(1, 'time')).toBeVisible()
  record({ name: 'logs, until the first rows are there', value: performance.now() - opened, unit: 'ms' })
  await expect(page.getByText('1,000,000 logs')).toBeVisible({ timeout: 120_000 })
  record({ name: 'logs, until a million are counted for the first time', value: performance.now() - opened, unit: 'ms' })

  const box = (await logs.grid.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await page.mouse.move(box.x + 300, box.y + 200)
  const wheel = await framesWhile(page, async () => {
    const until = performance.now() + seconds * 1000
    while (performance.now() < until) await page.mouse.wheel(0, 90)
  })
  record({ name: 'logs, frames while scrolled by wheel', value: wheel.median, unit: 'fps', target: '≥ 55 fps' })

  // The thumb is at the top, where Home leads; it is as short as a thumb gets.
  await logs.grid.focus()
  await page.keyboard.press('Home')
  const thumb = { x: box.x + box.width - 8, y: box.y + 24 }
  await page.mouse.move(thumb.x, thumb.y)
  await page.mouse.down()
  const drag = await framesWhile(page, async () => {
    const until = performance.now() + seconds * 1000
    for (let moves = 0; performance.now() < until; moves += 1) {
      await page.mouse.move(thumb.x, thumb.y + (1 + Math.sin(moves / 25 - Math.PI / 2)) * (box.height / 2 - 40))
    }
  })
  const dragged = await logs.grid.evaluate((grid) => grid.scrollTop)
  await page.mouse.up()
  expect(dragged, 'the scrollbar was dragged').toBeGreaterThan(1000)
  record({ name: 'logs, frames while the scrollbar is dragged', value: drag.median, unit: 'fps', target: '≥ 55 fps' })

  const times = await logs.grid.evaluate(measureJumps, jumps)
  const { p50, p99 } = timingOf(times)
  record({ name: 'logs, until a place somewhere has its rows', value: p50, unit: 'ms', p50, p99, target: '≤ 150 ms' })
  record({ name: 'logs, rows in the document', value: Math.max(wheel.rows, drag.rows), unit: 'rows', target: '≤ 120' })
  expect(Math.max(wheel.rows, drag.rows)).toBeLessThanOrEqual(120)
})

/** Frames a second, the median over all of them, and the most rows there were. */
async function framesWhile(page: Page, work: () => Promise<void>): Promise<{ median: number; rows: number }> {
  await page.evaluate(() => {
    const seen = { intervals: [] as number[], rows: 0, over: false }
    Object.assign(globalThis, { seen })
    let last = performance.now()
    const frame = (now: number) => {
      seen.intervals.push(now - last)
      last = now
      seen.rows = Math.max(seen.rows, document.querySelectorAll('[data-index]').length)
      if (!seen.over) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await work()
  return page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { intervals: number[]; rows: number; over: boolean } } // put there above
    seen.over = true
    const sorted = seen.intervals.slice(1).sort((a, b) => a - b)
    return { median: 1000 / (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN), rows: seen.rows }
  })
}

/** In the page: milliseconds from a jump of the scrollbar until every row in view has its content. */
async function measureJumps(grid: Element, count: number): Promise<number[]> {
  const times: number[] = []
  for (let jump = 0; jump < count; jump += 1) {
    const before = grid.querySelector('[data-index]')?.getAttribute('data-index')
    const began = performance.now()
    // Places all over the list, in the same order each time.
    grid.scrollTop = ((jump * 0.618) % 1) * (grid.scrollHeight - grid.clientHeight)
    await new Promise<void>((resolve) => {
      const look = () => {
        const first = grid.querySelector('[data-index]')
        const isThere = first?.getAttribute('data-index') !== before && !grid.querySelector('[data-index] [data-waiting]')
        if (isThere) resolve()
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    times.push(performance.now() - began)
  }
  return times
}
