/** Timeline: past runs and steps, what is to come, zoom, pan, keys, and the way to a run. */

import { timelinePage } from '../pages/timeline.ts'
import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { expect, test } from '../support/test.ts'

test.use({ labSettings: { demoLogs: 300, simSpeed: 1 } })

type Workflow = { id: string; name: string; device_id: string; started_at: string; completed_at: string }

/** The address of the time around a workflow's run. */
function around({ started_at, completed_at }: Workflow): string {
  const from = new Date(Date.parse(started_at) - 600_000).toISOString()
  const to = new Date(Date.parse(completed_at) + 600_000).toISOString()
  return `?from="${from}"&to="${to}"`
}

test('shows a past run with its steps, and leads to it', async ({ page, lab }) => {
  const timeline = timelinePage(page)
  const { body } = await lab.workflow.get('/workflows?status=completed&device_id=incubator-1')
  const run: Workflow = body[0]
  await timeline.open(around(run))
  await expect(timeline.lane('CO₂ Incubator')).toBeVisible()
  await timeline.chart.focus()
  await page.keyboard.press('ArrowRight')
  await expect(timeline.told).toContainText('CO₂ Incubator')
  for (let tried = 0; tried < 6 && !(await timeline.told.textContent())?.includes(`Run of ${run.name}`); tried += 1) {
    await page.keyboard.press('ArrowLeft')
  }
  await expect(timeline.told).toContainText(`Run of ${run.name}`)
  await page.keyboard.press('ArrowRight')
  await expect(timeline.told).toContainText(`for ${run.name}, Completed`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`#/workflows/${run.id}`))
})

test('is zoomed by wheel, buttons and keys, and moved by dragging and keys; the address follows', async ({ page }) => {
  const timeline = timelinePage(page)
  await timeline.open('?from="2025-01-10T00:00:00.000Z"&to="2025-01-10T08:00:00.000Z"')
  const { x, y, width } = (await timeline.chart.boundingBox()) ?? { x: 0, y: 0, width: 0 }
  await page.mouse.move(x + width / 2, y + 100)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  await expect.poll(() => timeline.span()).toBeLessThan(8 * 3_600_000)
  await timeline.button('1 day').click()
  await expect.poll(() => timeline.span()).toBe(24 * 3_600_000)
  await timeline.button('Zoom in').click()
  await expect.poll(() => timeline.span()).toBe(12 * 3_600_000)
  await timeline.chart.focus()
  await page.keyboard.press('-')
  await expect.poll(() => timeline.span()).toBe(18 * 3_600_000)

  const before = page.url()
  await page.mouse.move(x + width / 2, y + 100)
  await page.mouse.down()
  await page.mouse.move(x + width / 4, y + 100, { steps: 4 })
  await page.mouse.up()
  await expect(page).not.toHaveURL(before)
  expect(await timeline.span()).toBe(18 * 3_600_000)
  const dragged = page.url()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect(page).not.toHaveURL(dragged)
  expect(await timeline.span()).toBe(18 * 3_600_000)
})

test('says where there is something when there is nothing', async ({ page }) => {
  const timeline = timelinePage(page)
  await timeline.open('?from="2019-01-10T00:00:00.000Z"&to="2019-01-10T08:00:00.000Z"')
  await expect(page.getByText('Nothing happened here.')).toBeVisible()
  await timeline.button('Last activity').click()
  await expect(page.getByText('Nothing happened here.')).toBeHidden()
})

test('goes on into the future: what runs, what comes then, and when', async ({ page, lab }) => {
  const timeline = timelinePage(page)
  const create = async (name: string, minutes: number) =>
    (
      await lab.workflow.post('/workflows', {
        name,
        device_id: 'incubator-2',
        steps: [{ operation: 'incubate', parameters: { minutes } }],
      })
    ).body.id
  const first = await create('Running now', 30)
  const second = await create('Comes then', 20)
  await lab.workflow.post(`/workflows/${first}/start`, { auto: true })
  await lab.workflow.post(`/workflows/${second}/start`, { auto: true, on_busy: 'queue' })
  await timeline.open()
  await timeline.button('Now').click()
  await timeline.button('8 hours').click()
  await timeline.button('Now').click()
  await expect(timeline.chart).toHaveAttribute('aria-busy', 'false')
  await timeline.chart.focus()
  // What is foretold may come after what has happened: whoever was too early goes the way again.
  await expect(async () => {
    for (const pressed of ['Escape', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(pressed)
    await expect(timeline.told).toHaveText(/^Shaking Incubator, .*Running now/, { timeout: 2_000 })
    const seen = new Set<string>()
    for (let pressed = 0; pressed < 8; pressed += 1) {
      seen.add((await timeline.told.textContent()) ?? '')
      await page.keyboard.press('ArrowRight')
    }
    const said = [...seen].join('\n')
    expect(said).toContain('Running now')
    expect(said).toMatch(/Run of Comes then, foretold, \d{4}-\d\d-\d\d/)
  }).toPass({ timeout: 30_000 })
  await lab.workflow.post(`/workflows/${second}/cancel`, {})
  await lab.workflow.post(`/workflows/${first}/cancel`, {})
})

test('has nothing that WCAG 2.2 AA forbids, light and dark', async ({ page, lab }) => {
  const timeline = timelinePage(page)
  const { body } = await lab.workflow.get('/workflows?status=completed&device_id=incubator-1')
  await timeline.open(around(body[0]))
  await timeline.chart.focus()
  await page.keyboard.press('ArrowRight')
  await expect(timeline.told).not.toBeEmpty()
  await expectNoViolationsInBothThemes(page)
})
