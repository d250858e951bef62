/** What the first screen costs: the JavaScript it loads, how soon it is there, and whether it moves after it was painted. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { record } from '../figures.ts'
import { expect, test } from './bench-test.ts'

const pages = join(import.meta.dirname, '..', '..', '..', 'out', 'renderer')

test('first paint', async ({ lab, page }) => {
  await page.addInitScript(() => {
    Object.assign(globalThis, { shifts: [] })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (globalThis as unknown as { shifts: number[] }).shifts.push((entry as unknown as { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(lab.urls.ui)
  await expect(page.getByRole('article')).toHaveCount(5)
  const there = await page.evaluate(() => performance.now())
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith('.js')),
  )
  const bytes = [...new Set(scripts)].reduce((sum, path) => sum + gzipSync(readFileSync(join(pages, path))).length, 0)
  // Long enough for everything that may still come in.
  await page.waitForTimeout(2_000)
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)
  record({ name: 'first screen, JavaScript (gzip)', value: bytes / 1000, unit: 'kB', target: '≤ 450 kB' })
  record({ name: 'first screen, there', value: there, unit: 'ms' })
  record({ name: 'first screen, layout shift', value: shifts.reduce((sum, value) => sum + value, 0), unit: '', target: '0' })
})
