/** Every screen as it stands after a morning in the lab, light and dark. Look at them before a screen is called done. */

import { framePage } from '../pages/frame.ts'
import { test as onStage } from '../support/stage.ts'
import { type Morning, playMorning } from './morning.ts'

const test = onStage.extend<object, { morning: Morning }>({
  morning: [async ({ stage }, use) => use(await playMorning(stage)), { scope: 'worker', timeout: 300_000, auto: true }],
})

const hour = 3_600_000

test('bench', async ({ shoot }) => {
  await shoot('bench', '/', (page) => page.getByRole('article').nth(5).waitFor())
})

test('queues', async ({ shoot }) => {
  await shoot('queues', '/queues', (page) => page.getByRole('button', { name: 'Move PCR set-up' }).waitFor())
})

test('workflows', async ({ shoot }) => {
  await shoot('workflows', '/workflows', (page) => page.getByRole('link', { name: 'Stock plates' }).waitFor())
})

test('a workflow that needs a person', async ({ morning, shoot }) => {
  await shoot('workflow', `/workflows/${morning.failed}`, (page) => page.getByRole('button', { name: 'Recover' }).waitFor())
})

test('a workflow that waits', async ({ morning, shoot }) => {
  await shoot('workflow-queued', `/workflows/${morning.queued}`, (page) => page.getByText(/^Its end is expected/).waitFor())
})

test('a new workflow', async ({ morning, shoot }) => {
  await shoot('new-workflow', `/workflows/new?from=${morning.failed}`, (page) =>
    page.getByRole('group', { name: 'Step 1', exact: true }).getByRole('textbox', { name: 'Speed' }).waitFor(),
  )
})

test('samples', async ({ shoot }) => {
  const well = /^A1: SAMPLE001/
  await shoot('samples', '/samples?plate=PLATE-01&colour=status', (page) => page.getByRole('gridcell', { name: well }).waitFor())
})

test.describe('in a smaller window', () => {
  // So many wells make a large file.
  test.use({ viewport: { width: 1200, height: 750 } })

  test('a plate of 384 wells', async ({ morning, shoot }) => {
    const well = /^A1: LIB07-001/
    await shoot('plate-384', `/samples?plate=${morning.library}`, (page) => page.getByRole('gridcell', { name: well }).waitFor())
  })
})

test('logs', async ({ shoot }) => {
  await shoot('logs', '/logs', async (page) => {
    await page.getByText(/^[\d,]+ logs$/).waitFor()
    const failed = page.locator('[data-index]').filter({ hasText: 'Failed' }).first()
    await failed.click()
    await page.getByRole('region', { name: /^Log / }).getByText('Started').waitFor()
  })
})

test('timeline', async ({ shoot, stage }) => {
  const now = stage.clock.now().getTime()
  const [from, to] = [now - 2.7 * hour, now + 1.3 * hour].map((time) => new Date(time).toISOString())
  await shoot('timeline', `/timeline?from="${from}"&to="${to}"`, async (page) => {
    const chart = page.getByRole('group', { name: 'Timeline of the devices' })
    await chart.and(page.locator('[aria-busy="false"]')).waitFor()
    await chart.focus()
    for (const key of ['ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
    await page.getByRole('link', { name: 'Open the workflow' }).waitFor()
  })
})

test('insights', async ({ shoot }) => {
  await shoot('insights', '/insights?from="2025-01-19T23:00:00.000Z"&to="2025-02-03T23:00:00.000Z"', async (page) => {
    await page.getByRole('region', { name: 'Utilisation' }).locator('path.recharts-rectangle').first().waitFor()
    await page.getByText('Summing up').waitFor({ state: 'hidden' })
    await page.getByRole('region', { name: 'Waits' }).locator('path.recharts-rectangle').first().waitFor()
  })
})

test('settings', async ({ shoot }) => {
  await shoot('settings', '/settings', (page) => page.getByText('~/.local/share/benchkeeper/lab', { exact: true }).waitFor())
})

test('the palette', async ({ shoot }) => {
  await shoot('palette', '/', async (page) => {
    await page.getByRole('article').nth(5).waitFor()
    const frame = framePage(page)
    await frame.find('elisa')
    await frame.found('Plasma ELISA, plate 4').waitFor()
  })
})

test('recovery', async ({ morning, shoot }) => {
  await shoot('recover', `/workflows/${morning.failed}`, async (page) => {
    await page.getByRole('button', { name: 'Recover' }).click()
    await page.getByRole('radio', { name: 'Retry with changed parameters' }).check()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Wavelength (nm)' }).waitFor()
  })
})
