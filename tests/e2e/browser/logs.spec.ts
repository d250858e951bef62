/** Logs: the table, what narrows it, what arrives while somebody reads, keys, and what leaves it. */

import { logsPage } from '../pages/logs.ts'
import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { expect, test } from '../support/test.ts'

test.use({ labSettings: { demoLogs: 5000, simSpeed: 0 } })

const month = 'start=2025-01-01&end=2025-02-01'
let made = 0

test('shows the newest first, few rows of many, and turns the order round', async ({ page, lab }) => {
  const logs = logsPage(page)
  const { body } = await lab.device.get(`/execution-logs/search?${month}`)
  await logs.open('?to="2025-02-01T00:00:00.000Z"')
  await logs.expectTotal(body.length)
  await expect(logs.grid).toHaveAttribute('aria-rowcount', String(body.length + 1))
  await expect(logs.cell(1, 'operation')).toHaveText(body.at(-1).operation)
  await expect(logs.cell(1, 'time')).toContainText(body.at(-1).started_at.slice(17, 23))
  expect(await logs.rows.count()).toBeLessThanOrEqual(120)

  await page.getByText('Oldest first').click()
  await expect(page).toHaveURL(/order=oldest/)
  await expect(logs.cell(1, 'time')).toContainText(body[0].started_at.slice(17, 23))
  await logs.grid.focus()
  await page.keyboard.press('End')
  await expect(logs.cell(body.length, 'time')).toContainText(body.at(-1).started_at.slice(17, 23))
})

test('is narrowed by device, status and text, keeps it in the address, and says when nothing fits', async ({ page, lab }) => {
  const logs = logsPage(page)
  const { body } = await lab.device.get(`/execution-logs/search?${month}&status=failed&device_id=incubator-1`)
  await logs.open('?to="2025-02-01T00:00:00.000Z"')
  await logs.choose('Device', 'CO₂ Incubator')
  await logs.choose('Status', 'Failed')
  await logs.expectTotal(body.length)
  await expect(page).toHaveURL(/device=incubator-1/)
  await expect(page).toHaveURL(/status=failed/)
  await page.reload()
  await logs.expectTotal(body.length)
  const statuses = logs.grid.locator('[data-index] [data-column="status"]')
  await expect.poll(async () => [...new Set(await statuses.allTextContents())]).toEqual(['Failed'])

  const [{ error }] = body
  await logs.filter('Text').fill(error.toUpperCase())
  await expect(page.getByText('the shorter the time, the quicker')).toBeVisible()
  await logs.expectTotal(body.filter((log: { error: string }) => log.error === error).length)
  await logs.filter('Text').fill('no such words anywhere')
  await expect(page.getByText('No log fits these filters')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(logs.cell(1, 'time')).toBeVisible()
})

test('its histogram narrows the time by dragging, and by keys', async ({ page, lab }) => {
  const logs = logsPage(page)
  const { body } = await lab.device.get(`/execution-logs/search?${month}`)
  await logs.open('?to="2025-02-01T00:00:00.000Z"')
  await logs.expectTotal(body.length)
  const { x, y, width } = (await logs.histogram.boundingBox()) ?? { x: 0, y: 0, width: 0 }
  await page.mouse.move(x + width * 0.25, y + 20)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.5, y + 20, { steps: 5 })
  await expect(page.getByText(/^2025-01-\d\d \d\d:\d\d – 2025-01-\d\d \d\d:\d\d: [\d,]+ logs/)).toBeVisible()
  await page.mouse.up()
  await expect(page).toHaveURL(/from=/)
  await expect(page.getByRole('button', { name: /^Time: 2025-01-\d\d/ })).toBeVisible()

  // The bars that the keys go along are those of the logs that are counted.
  await expect(logs.total).not.toHaveText(`${body.length.toLocaleString('en')} logs`)
  await page.getByRole('button', { name: 'Back to: All time' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await logs.expectTotal(body.length)
  await logs.histogram.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/from=/)
  await expect(logs.total).not.toHaveText(`${body.length.toLocaleString('en')} logs`)
  await expect(logs.histogram).toBeFocused()
})

test('a time is typed', async ({ page, lab }) => {
  const logs = logsPage(page)
  await logs.open()
  await page.getByRole('button', { name: 'Time: All time' }).click()
  await page.getByRole('textbox', { name: 'From' }).fill('2025-01-10')
  await page.getByRole('textbox', { name: 'To' }).fill('yesterday')
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('Such as 2025-01-15 10:00')).toBeVisible()
  await page.getByRole('textbox', { name: 'To' }).fill('2025-01-11 12:00')
  await page.keyboard.press('Enter')
  // The page's clock is Berlin's.
  const { body } = await lab.device.get('/execution-logs/search?start=2025-01-09T23:00:00Z&end=2025-01-11T11:00:00Z')
  await logs.expectTotal(body.length)
})

test('what happens comes in at the top, and does not move what is being read', async ({ page, lab }) => {
  const logs = logsPage(page)
  const operate = async () => {
    made += 1
    await lab.device.post('/devices/plate-reader-1/book', { workflow_id: 'tail' })
    await lab.device.post('/devices/plate-reader-1/execute', { workflow_id: 'tail', operation: `look_${made}` })
    await lab.device.post('/devices/plate-reader-1/release', { workflow_id: 'tail' })
    return `look_${made}`
  }
  await logs.open()
  await expect(logs.cell(1, 'time')).toBeVisible()
  await expect(logs.total).toBeVisible()
  await expect(logs.cell(1, 'operation')).toHaveText(await operate())
  await expect(logs.cell(1, 'status')).toHaveText('Completed')

  await logs.grid.hover()
  await page.mouse.wheel(0, 3200)
  await expect(logs.row(102)).toBeVisible()
  await expect(logs.cell(102, 'time')).not.toHaveText('')
  const read = await logs.cell(102, 'time').textContent()
  await operate()
  await expect(page.getByRole('button', { name: '1 new row' })).toBeVisible()
  const last = await operate()
  await expect(page.getByRole('button', { name: '2 new rows' })).toBeVisible()
  await expect(logs.cell(102, 'time')).toHaveText(read ?? '')
  await logs.newRows.click()
  await expect(logs.cell(1, 'operation')).toHaveText(last)
  await expect(logs.newRows).toBeHidden()
})

test('by keys alone: to a row, its detail, through a selection, to the clipboard', async ({ page, context, lab }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const logs = logsPage(page)
  const { body } = await lab.device.get(`/execution-logs/search?${month}`)
  body.reverse()
  await logs.open('?to="2025-02-01T00:00:00.000Z"')
  await logs.expectTotal(body.length)
  await logs.grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(logs.row(2)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(logs.detail).toHaveAccessibleName(`Log ${body[1].id}`)
  await expect(logs.detail.getByLabel('Parameters')).toContainText(JSON.stringify(body[1].parameters).slice(2, 8))
  await expect(page).toHaveURL(new RegExp(`log=${body[1].id}`))
  await page.keyboard.press('Escape')
  await expect(logs.detail).toBeHidden()

  await page.keyboard.press('PageDown')
  await page.keyboard.press('End')
  await expect(logs.cell(body.length, 'time')).toContainText(body.at(-1).started_at.slice(17, 23))
  await page.keyboard.press('Home')
  for (let pressed = 0; pressed < 4; pressed += 1) await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Control+c')
  await expect(page.getByText('5 rows were copied')).toBeVisible()
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split('\n')
  expect(copied.slice(1).map((line) => line.split('\t')[4])).toEqual(
    body.slice(0, 5).map((log: { workflow_id: string }) => log.workflow_id),
  )
})

for (const format of ['csv', 'ndjson'] as const) {
  test(`exports what the filters leave as ${format}, as REST gives it`, async ({ page, lab }) => {
    const logs = logsPage(page)
    await logs.open('?from="2025-01-05T00:00:00.000Z"&to="2025-01-25T00:00:00.000Z"&order=oldest')
    await expect(logs.cell(1, 'time')).toBeVisible()
    const text = await logs.export(format === 'csv' ? 'CSV' : 'NDJSON')
    // At once: it goes by itself.
    await expect(page.getByText(/logs were exported as logs-.*\./)).toBeVisible()
    const { body } = await lab.device.get(`/execution-logs/search?start=2025-01-05&end=2025-01-25&format=${format}`)
    expect(text).toBe(body)
  })
}

test('an export shows how far it is, and can be stopped', async ({ page }) => {
  // The second piece is held back on its way, so that there is a middle of the export.
  let pieces = 0
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer()
    const asked = new Set<number>()
    socket.onMessage((message) => {
      const { id, method } = JSON.parse(String(message))
      if (method === 'logs.export') asked.add(id)
      server.send(message)
    })
    server.onMessage((message) => {
      if (asked.has(JSON.parse(String(message)).id)) pieces += 1
      if (pieces < 2 || !asked.has(JSON.parse(String(message)).id)) socket.send(message)
    })
  })
  const logs = logsPage(page)
  const downloads: unknown[] = []
  page.on('download', (download) => downloads.push(download))
  await logs.open()
  await expect(logs.total).toBeVisible()
  await page.getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export logs' })
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByText(/^4,000 of [\d,]+ logs$/)).toBeVisible()
  await expect(dialog.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[5-9]\d/)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  expect(downloads).toEqual([])
})

test('has nothing that WCAG 2.2 AA forbids, light and dark, with a log open', async ({ page }) => {
  const logs = logsPage(page)
  await logs.open('?status=failed')
  await logs.row(1).click()
  await expect(logs.detail.getByText('Started')).toBeVisible()
  await expectNoViolationsInBothThemes(page)
})
