/** Samples as a person reads and works them: plates, list, import. */

import { expect, type Locator, type Page } from '@playwright/test'

export function samplesPage(page: Page) {
  const map = (plate: string) => page.getByRole('grid', { name: `Wells of ${plate}` })
  const well = (plate: string, name: string) => map(plate).getByRole('gridcell', { name: new RegExp(`^${name}:`) })
  return {
    map,
    well,
    panel: page.getByRole('region', { name: 'Chosen wells' }),
    list: page.getByRole('grid', { name: 'Samples' }),
    detail: page.getByRole('region', { name: 'Sample', exact: true }),
    scan: page.getByRole('textbox', { name: 'Scan a barcode' }),
    importing: page.getByRole('dialog', { name: 'Import samples' }),
    async open(search = '') {
      await page.goto(`/#/samples${search}`)
      await expect(page.getByRole('heading', { level: 1, name: 'Samples' })).toBeVisible()
    },
    /** Which wells are chosen, in the order of the plate. */
    async selected(plate: string): Promise<string[]> {
      return map(plate)
        .locator('[aria-selected="true"]')
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label')?.split(':')[0] ?? ''))
    },
    async drag(from: Locator, to: Locator) {
      const [start, end] = [await middle(from), await middle(to)]
      await page.mouse.move(start.x, start.y)
      await page.mouse.down()
      await page.mouse.move(end.x, end.y, { steps: 6 })
      await page.mouse.up()
    },
    /** As a barcode reader does wherever the focus is: the keys come in one burst, however busy this computer is. */
    async scanAnywhere(barcode: string) {
      await page.evaluate((text) => {
        const target = document.activeElement ?? document.body
        for (const key of [...text, 'Enter']) target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      }, barcode)
    },
    /** Into the field that has the focus, with Enter behind it. */
    async burst(barcode: string) {
      await page.keyboard.type(barcode)
      await page.keyboard.press('Enter')
    },
    async chooseFile(name: string, text: string) {
      await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
    },
  }
}

async function middle(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error(`${locator} is not on the screen`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
