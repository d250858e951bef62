/** Insights: figures that are those of the lab, the table behind each chart, a period of one's own, pictures and tables to take along. */

import type { Page } from '@playwright/test'
import { menuOf } from '../pages/menu.ts'
import { expectNoViolations, expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { expect, test } from '../support/test.ts'

test.use({ labSettings: { demoLogs: 2000 } })

const january = '/#/insights?from="2024-12-31T23:00:00.000Z"&to="2025-01-31T22:59:59.000Z"'
const cards = ['Utilisation', 'Operations', 'Workflows', 'Waits', 'Step durations', 'Failures', 'Estimates'] as const
type Log = { device_id: string; operation: string; status: string; duration_ms: number }

function card(page: Page, name: (typeof cards)[number]) {
  const section = page.getByRole('region', { name, exact: true })
  return {
    section,
    chart: section.locator('svg.recharts-surface').first(),
    showTable: () => section.getByText('Table', { exact: true }).click(),
    row: (first: string) => section.getByRole('row').filter({ hasText: first }),
    async save(what: string): Promise<{ name: string; content: Buffer }> {
      await page.getByRole('button', { name: `Save: ${name}` }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        menuOf(page, `Save: ${name}`).getByRole('menuitem', { name: what }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk)
      return { name: download.suggestedFilename(), content: Buffer.concat(chunks) }
    },
  }
}

test('every chart has a table behind it, with the figures that the logs add up to', async ({ page, lab }) => {
  const { body } = await lab.device.get('/execution-logs/search?start=2024-12-31T23:00:00Z&end=2025-01-31T22:59:59Z')
  const logs: Log[] = body
  await page.goto(january)
  for (const name of ['Utilisation', 'Operations', 'Workflows', 'Step durations', 'Failures'] as const)
    await expect(card(page, name).chart).toBeVisible()
  await expect(card(page, 'Waits').section).toContainText('Nobody had to wait in a queue')
  await expect(card(page, 'Estimates').section).toContainText('Nothing that was foretold in this period has come yet')

  const utilisation = card(page, 'Utilisation')
  await utilisation.showTable()
  const ofReader = logs.filter(({ device_id }) => device_id === 'plate-reader-1')
  const cells = utilisation.row('Multimode Plate Reader').getByRole('cell')
  await expect(cells.nth(1)).toHaveText(ofReader.length.toLocaleString('en'))
  await expect(cells.nth(2)).toHaveText(String(ofReader.filter(({ status }) => status !== 'completed').length))
  const busy = ofReader.reduce((sum, log) => sum + log.duration_ms, 0)
  expect(Math.abs(Number(await cells.nth(4).textContent()) - (100 * busy) / (31 * 86_400_000))).toBeLessThan(0.02)

  const operations = card(page, 'Operations')
  await operations.showTable()
  const counts = await operations.section
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')))
  const all = counts.reduce((sum, [, completed, others]) => sum + Number(completed?.replace(',', '')) + Number(others), 0)
  expect(all).toBe(logs.length)
})

test('follows what happens without being asked, and asks the lab no oftener than every few seconds', async ({ page, lab }) => {
  const asked: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => String(payload).includes('insights.activity') && asked.push(String(payload))),
  )
  await page.goto('/#/insights?last=24h')
  const operations = card(page, 'Operations')
  await operations.showTable()
  await expect(page.getByText('Summing up')).toBeHidden()
  const before = asked.length
  const completed = () =>
    operations.section
      .getByRole('row')
      .evaluateAll((rows) => rows.reduce((sum, { children }) => sum + (Number(children[1]?.textContent) || 0), 0))
  const already = await completed()
  const begun = Date.now()

  await lab.device.post('/devices/liquid-handler-2/book', { workflow_id: 'many' })
  for (let made = 0; made < 20; made += 1)
    await lab.device.post('/devices/liquid-handler-2/execute', { workflow_id: 'many', operation: 'mix' })
  await lab.device.post('/devices/liquid-handler-2/release', { workflow_id: 'many' })
  await expect.poll(completed, { timeout: 30_000 }).toBe(already + 20)
  // Once for all that happened in six seconds; a day that is read on is asked for until it is whole.
  expect(asked.length - before).toBeLessThanOrEqual(3 + Math.ceil((Date.now() - begun) / 6_000))
})

test('a chart is saved as a picture, its table as CSV', async ({ page }) => {
  await page.goto(january)
  const failures = card(page, 'Failures')
  await expect(failures.chart).toBeVisible()
  const svg = await failures.save('Picture (SVG)')
  expect(svg.name).toBe('failures.svg')
  expect(svg.content.toString()).toMatch(/^<svg[\s\S]*Failures[\s\S]*<path[\s\S]*<\/svg>$/)
  const png = await failures.save('Picture (PNG)')
  // Both ends of the month, in Berlin.
  expect(svg.content.toString()).toContain('did not complete; 2025-01-01 00:00 – 2025-02-01 00:00')
  const operations = await card(page, 'Operations').save('Picture (SVG)')
  expect(operations.content.toString()).toMatch(/■<\/tspan>\s*Completed\s*<tspan fill="#[0-9a-f]+">■<\/tspan>\s*Not completed/)
  expect(png.name).toBe('failures.png')
  expect(png.content.subarray(1, 4).toString()).toBe('PNG')
  expect(png.content.length).toBeGreaterThan(3000)
  const csv = await failures.save('Table (CSV)')
  expect(csv.content.toString()).toMatch(/^Operation,Runs,Not completed,Share \(%\)\n\w+,\d+,\d+,[\d.]+\n/)
})

test('the period is chosen, kept in the address, and a way out is shown when it is empty', async ({ page }) => {
  await page.goto('/#/insights?from="2019-01-01T00:00:00.000Z"&to="2019-02-01T00:00:00.000Z"')
  await expect(page.getByText('Nothing happened in this period.')).toBeVisible()
  await page.getByRole('button', { name: 'Last activity' }).click()
  await expect(card(page, 'Operations').chart).toBeVisible()
  await page.getByRole('button', { name: /^Time: / }).click()
  await page.getByRole('button', { name: 'Last 24 hours' }).click()
  await expect(page).toHaveURL(/last=24h/)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Time: Last 24 hours' })).toBeVisible()
})

test('has nothing that WCAG 2.2 AA forbids, light and dark, charts and tables', async ({ page }) => {
  await page.goto(january)
  await expect(card(page, 'Failures').chart).toBeVisible()
  await expect(card(page, 'Workflows').chart).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  for (const name of cards) await card(page, name).showTable()
  await expectNoViolations(page)
})
