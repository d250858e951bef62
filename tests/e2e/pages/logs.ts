/** The log table as a person reads and works it. */

import { expect, type Page } from '@playwright/test'

export function logsPage(page: Page) {
  const grid = page.getByRole('grid', { name: 'Execution logs' })
  const rows = grid.locator('[data-index]')
  return {
    grid,
    rows,
    /** The row that the person would count so, from the top, 1 first. */
    row: (number: number) => grid.locator(`[aria-rowindex="${number + 1}"]`),
    cell: (number: number, column: string) => grid.locator(`[aria-rowindex="${number + 1}"] [data-column="${column}"]`),
    /** "1,234 logs", when all are counted. */
    total: page.getByText(/^[\d,]+ logs$/),
    histogram: page.getByRole('group', { name: 'Logs by time' }),
    filter: (name: string) => page.getByRole('search', { name: 'Filters' }).getByRole('textbox', { name, exact: true }),
    detail: page.getByRole('region', { name: /^Log \d+$/ }),
    newRows: page.getByRole('button', { name: /new rows?$/ }),
    async open(search = '') {
      await page.goto(`/#/logs${search}`)
      await expect(page.getByRole('heading', { level: 1, name: 'Logs' })).toBeVisible()
    },
    async expectTotal(count: number) {
      await expect(page.getByText(count === 1 ? '1 log' : `${count.toLocaleString('en')} logs`, { exact: true })).toBeVisible()
    },
    async choose(filter: string, option: string) {
      await page.getByRole('search', { name: 'Filters' }).getByRole('combobox', { name: filter }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    },
    /** Exports what the filters leave, and gives the file's content. */
    async export(format: 'CSV' | 'NDJSON'): Promise<string> {
      await page.getByRole('button', { name: 'Export' }).click()
      const dialog = page.getByRole('dialog', { name: 'Export logs' })
      await dialog.getByRole('radio', { name: new RegExp(format) }).check()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('button', { name: 'Export', exact: true }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    },
  }
}
