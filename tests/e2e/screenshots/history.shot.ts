/** What was: logs, timeline, insights; on the timeline also what comes. */

import { play, test } from '../support/stage.ts'

test.beforeAll(async ({ stage }) => {
  const { clock, device } = stage
  const incubate = (minutes: number) => ({ operation: 'incubate', parameters: { minutes, temperature_c: 37 } })
  await play(stage, { name: 'Growth curve 21', device_id: 'incubator-2', steps: [incubate(25), incubate(15), incubate(50)] })
  await play(stage, { name: 'Growth curve 22', device_id: 'incubator-2', steps: [incubate(45)] })
  await play(stage, { name: 'Cell culture 9', device_id: 'incubator-1', steps: [incubate(20), incubate(30)] })
  await play(stage, { name: 'Cell culture 10', device_id: 'incubator-1', steps: [incubate(60)] })
  await play(stage, { name: 'Cell culture 11', device_id: 'incubator-1', steps: [incubate(30)] })
  for (let minute = 0; minute < 70; minute += 1) {
    clock.advance(60_000)
    // What the clock woke has been written when the database has answered.
    await device.get('/devices')
    await device.get('/devices')
  }
})

test('logs', async ({ shoot }) => {
  await shoot('logs', '/logs?status=failed', async (page) => {
    await page.getByText(/^[\d,]+ logs$/).waitFor()
    await page.locator('[data-index]').nth(3).getByText('Failed').waitFor()
    await page.locator('[data-index]').nth(3).click()
    await page.getByRole('region', { name: /^Log / }).getByText('Started').waitFor()
  })
})

test('timeline', async ({ shoot, stage }) => {
  const now = stage.clock.now().getTime()
  const [from, to] = [new Date(now - 3_600_000 * 1.5).toISOString(), new Date(now + 3_600_000 * 1.5).toISOString()]
  await shoot('timeline', `/timeline?from="${from}"&to="${to}"`, async (page) => {
    const chart = page.getByRole('group', { name: 'Timeline of the devices' })
    await chart.and(page.locator('[aria-busy="false"]')).waitFor()
    await chart.focus()
    for (const key of ['Escape', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    await page.getByRole('link', { name: 'Open the workflow' }).waitFor()
  })
})

test('insights', async ({ shoot }) => {
  await shoot('insights', '/insights?from="2025-01-01T00:00:00.000Z"&to="2025-01-31T23:00:00.000Z"', async (page) => {
    await page.getByText('Summing up').waitFor({ state: 'hidden' })
    await page.getByRole('region', { name: 'Failures' }).locator('path.recharts-rectangle').first().waitFor()
  })
})
