/**
 * The main job from one end to the other: samples by the file, two workflows, one started, the other queued and moved, a failure recovered,
 * both run, their logs found and exported, and both seen on the timeline. Once with the mouse, once without.
 */

import { randomUUID } from 'node:crypto'
import type { Download, Page } from '@playwright/test'
import { logsPage } from '../pages/logs.ts'
import { timelinePage } from '../pages/timeline.ts'
import type { HeadlessLab } from '../support/headless-lab.ts'
import { pressOn, tabTo, takeUp } from '../support/keyboard.ts'
import { newDevice, queueUp, waiting } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'

/** Names that no other test knows, the samples' file, and a device. */
async function newJob(lab: HeadlessLab) {
  const job = `J${randomUUID().slice(0, 6).toUpperCase()}`
  const wells = ['A1', 'A2', 'B1']
  const file = `barcode,type,plate,well\n${wells.map((well) => `${job}-${well},blood,${job},${well}`).join('\n')}\n`
  return { job, plate: job, device: await newDevice(lab, { type: 'incubator' }), file, first: `First ${job}`, second: `Second ${job}` }
}

function csv(name: string, text: string) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text) }
}

async function textOf(download: Download): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Both are done, in the order that the move gave them; the script that was overtaken has the device now. */
async function expectDone(lab: HeadlessLab, device: string, first: string, second: string, script: string): Promise<void> {
  const byName = async (name: string) => {
    const { body } = await lab.workflow.get(`/workflows?device_id=${device}`)
    return body.find((workflow: { name: string }) => workflow.name === name)
  }
  await expect.poll(async () => (await byName(second)).status, { timeout: 30_000 }).toBe('completed')
  const [one, two] = [await byName(first), await byName(second)]
  expect(one).toMatchObject({ status: 'completed', steps: [{ status: 'completed', attempts: 2 }] })
  expect(two).toMatchObject({ status: 'completed', steps: [{ status: 'completed', attempts: 1 }] })
  expect(Date.parse(two.started_at)).toBeGreaterThanOrEqual(Date.parse(one.completed_at))
  await expect.poll(async () => (await lab.device.get(`/devices/${device}`)).body.workflow_id).toBe(script)
}

/** What was exported: the failed attempt, the good one, and the run of the second. */
function expectLogs(text: string): void {
  const [header = '', ...rows] = text.trim().split('\n')
  const place = header.split(',').indexOf('status')
  expect(rows.map((row) => row.split(',')[place]).sort()).toEqual(['completed', 'completed', 'failed'])
}

test('with the mouse', async ({ lab, page, frame, samples, workflows, newWorkflowForm: form, queues }) => {
  test.setTimeout(180_000)
  const logs = logsPage(page)
  const { plate, device, file, first, second } = await newJob(lab)

  await frame.open()
  await frame.goTo('Samples')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.locator('input[type="file"]').setInputFiles(csv('samples.csv', file))
  await samples.importing.getByRole('button', { name: 'Import 3 samples' }).click()
  await expect(page.getByText('3 samples added, 0 samples brought up to date.')).toBeVisible()

  const write = async (name: string) => {
    await frame.goTo('Workflows')
    await page.getByRole('link', { name: 'New workflow' }).click()
    await form.name.fill(name)
    await form.device(device)
    await page.getByRole('button', { name: 'From a plate' }).click()
    const dialog = page.getByRole('dialog', { name: 'Samples from a plate' })
    await dialog.getByRole('combobox', { name: 'Plate' }).fill(plate)
    await page.getByRole('option', { name: plate }).click()
    const map = dialog.getByRole('grid', { name: `Wells of ${plate}` })
    const well = (wanted: string) => map.getByRole('gridcell', { name: new RegExp(`^${wanted}:`) })
    await samples.drag(well('A1'), well('B2'))
    await dialog.getByRole('button', { name: 'Add 3 samples' }).click()
    await form.addStep('incubate')
    await form.step(1).getByRole('textbox', { name: 'Seconds (s)' }).fill('30')
  }
  await write(first)
  await form.step(1).getByRole('combobox', { name: 'Simulate' }).click()
  await page.getByRole('option', { name: 'fail', exact: true }).click()
  await form.create.click()
  await workflows.expectState('Awaiting recovery')
  // Somebody else waits already.
  await queueUp(lab, device, 'script')
  await write(second)
  await form.create.click()
  await workflows.expectState('Queued')
  await expect(page.getByText(`Place 2 in the queue of ${device}`)).toBeVisible()

  await frame.goTo('Queues')
  const column = queues.column(device)
  await column.drag(second, column.row('script'))
  await expect.poll(async () => (await waiting(lab, device)).at(-1)).toBe('script')

  await frame.goTo('Workflows')
  await workflows.row(first).getByRole('link', { name: first }).click()
  await workflows.action('Recover').click()
  const recover = page.getByRole('dialog', { name: 'Recover' })
  await recover.getByRole('radio', { name: 'Retry with changed parameters' }).check()
  await recover.getByRole('combobox', { name: 'Simulate' }).click()
  await page.getByRole('option', { name: 'Not given' }).click()
  await recover.getByRole('button', { name: 'Retry with changed parameters' }).click()
  await workflows.expectState('Completed')
  await expectDone(lab, device, first, second, 'script')

  await frame.goTo('Logs')
  await logs.choose('Device', device)
  await logs.expectTotal(3)
  expectLogs(await logs.export('CSV'))

  await frame.goTo('Timeline')
  const timeline = timelinePage(page)
  await timeline.button('1 hour').click()
  for (let zoomed = 0; zoomed < 4; zoomed += 1) await timeline.button('Zoom in').click()
  await timeline.button('Now').click()
  await expect(timeline.chart).toHaveAttribute('aria-busy', 'false')
  const seen = await pointAlong(page, timeline, device)
  expect(seen).toContain(`Run of ${first}`)
  expect(seen).toContain(`Run of ${second}`)
})

test('with the keyboard alone', async ({ lab, page, frame, samples, workflows, newWorkflowForm: form }) => {
  test.setTimeout(240_000)
  const logs = logsPage(page)
  const { job, device, file, first, second } = await newJob(lab)
  const goTo = async (name: 'Samples' | 'Workflows' | 'Queues' | 'Logs' | 'Timeline') => {
    await pressOn(page, frame.navigation.getByRole('link', { name, exact: true }))
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  }

  await frame.open()
  await goTo('Samples')
  await pressOn(page, page.getByRole('button', { name: 'Import', exact: true }))
  // Asked for well before: the browser is told to hand choosers over a moment later.
  const asked = page.waitForEvent('filechooser')
  await pressOn(page, samples.importing.getByRole('button', { name: 'Choose a file' }))
  await (await asked).setFiles(csv('samples.csv', file))
  await expect(samples.importing.getByRole('status')).toContainText('3 new')
  await pressOn(page, samples.importing.getByRole('button', { name: 'Import 3 samples' }))
  await expect(page.getByText('3 samples added, 0 samples brought up to date.')).toBeVisible()

  const write = async (name: string, fails: boolean) => {
    await goTo('Workflows')
    await pressOn(page, page.getByRole('link', { name: 'New workflow' }))
    await typeInto(page, form.name, name)
    await choose(page, page.getByRole('combobox', { name: 'Device' }), device)
    await tabTo(page, form.scan)
    // As a barcode reader does.
    for (const well of ['A1', 'A2', 'B1']) await samples.burst(`${job}-${well}`)
    await expect(page.getByText('3 samples', { exact: true })).toBeVisible()
    await pressOn(page, page.getByRole('button', { name: 'Add a step' }))
    await typeInto(page, page.getByRole('combobox', { name: 'Operation of step 1' }), 'incubate', 'Shift+Tab')
    await page.keyboard.press('Escape')
    await typeInto(page, form.step(1).getByRole('textbox', { name: 'Seconds (s)' }), '30')
    if (fails) {
      await tabTo(page, form.step(1).getByRole('combobox', { name: 'Simulate' }))
      await page.keyboard.press('Enter')
      const fail = page.getByRole('option', { name: 'fail', exact: true })
      await expect(fail).toBeVisible()
      // A list that has just opened may take the mark of a quick key away again; whoever sees none presses once more.
      await expect(async () => {
        await page.keyboard.press('ArrowDown')
        await expect(fail).toHaveAttribute('data-combobox-selected', 'true', { timeout: 500 })
        await page.keyboard.press('Enter')
        await expect(form.step(1).getByRole('combobox', { name: 'Simulate' })).toHaveValue('fail', { timeout: 1_000 })
      }).toPass()
    }
    await pressOn(page, form.create)
  }
  await write(first, true)
  await workflows.expectState('Awaiting recovery')
  await queueUp(lab, device, 'script')
  await write(second, false)
  await workflows.expectState('Queued')

  await goTo('Queues')
  await tabTo(page, page.getByRole('button', { name: `Move ${second}`, exact: true }))
  // Each column has a voice of its own.
  const said = (words: RegExp) => expect(page.locator('[id^="DndLiveRegion"]').filter({ hasText: words })).toHaveCount(1)
  await takeUp(page, () => said(/taken up from place 2 of 2/))
  await page.keyboard.press('ArrowUp')
  await said(/place 1 of 2/)
  await page.keyboard.press('Space')
  await expect.poll(async () => (await waiting(lab, device)).at(-1)).toBe('script')

  await goTo('Workflows')
  await typeInto(page, workflows.text, first)
  // The head and the one that fits; how many fit is told before the list is there.
  await expect(workflows.grid.getByRole('row')).toHaveCount(2)
  await tabTo(page, workflows.grid)
  await page.keyboard.press('Enter')
  await pressOn(page, workflows.action('Recover'))
  const recover = page.getByRole('dialog', { name: 'Recover' })
  await tabTo(page, recover.getByRole('radio', { name: 'Retry', exact: true }))
  await page.keyboard.press('ArrowDown')
  const simulate = recover.getByRole('combobox', { name: 'Simulate' })
  await tabTo(page, simulate)
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: 'Not given' })).toBeVisible()
  // Up from the first one goes to the last.
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(simulate).toHaveValue('')
  await pressOn(page, recover.getByRole('button', { name: 'Retry with changed parameters' }))
  await workflows.expectState('Completed')
  await expectDone(lab, device, first, second, 'script')

  await goTo('Logs')
  await choose(page, page.getByRole('search', { name: 'Filters' }).getByRole('combobox', { name: 'Device' }), device)
  await logs.expectTotal(3)
  await pressOn(page, page.getByRole('button', { name: 'Export' }))
  const dialog = page.getByRole('dialog', { name: 'Export logs' })
  await tabTo(page, dialog.getByRole('button', { name: 'Export', exact: true }))
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expectLogs(await textOf(download))
  await page.keyboard.press('Escape')

  await goTo('Timeline')
  const timeline = timelinePage(page)
  await pressOn(page, timeline.button('1 hour'))
  await pressOn(page, timeline.button('Now'))
  await expect(timeline.chart).toHaveAttribute('aria-busy', 'false')
  await tabTo(page, timeline.chart)
  // Down to the lane of the device, then along what it did.
  await expect
    .poll(async () => {
      await page.keyboard.press('ArrowDown')
      return timeline.told.textContent()
    })
    .toContain(device)
  const told = new Set<string>()
  for (const [key, times] of [
    ['ArrowLeft', 8],
    ['ArrowRight', 16],
  ] as const) {
    for (let pressed = 0; pressed < times; pressed += 1) {
      told.add((await timeline.told.textContent()) ?? '')
      await page.keyboard.press(key)
    }
  }
  expect([...told].join('\n')).toContain(`${device}, Run of ${first}`)
  expect([...told].join('\n')).toContain(`${device}, Run of ${second}`)
})

/** Everything that is told while the pointer goes along the runs of a device. */
async function pointAlong(page: Page, timeline: ReturnType<typeof timelinePage>, device: string): Promise<string> {
  const [chart, lane] = [await timeline.chart.boundingBox(), await timeline.lane(device).boundingBox()]
  if (!chart || !lane) throw new Error(`${device} has no lane on the timeline`)
  const seen = new Set<string>()
  for (let x = chart.x + chart.width - 2; x > chart.x; x -= 4) {
    await page.mouse.move(x, lane.y + 18)
    for (const text of await page.getByText(/^Run of /).allTextContents()) seen.add(text)
  }
  return [...seen].join('\n')
}

async function typeInto(page: Page, field: Parameters<typeof tabTo>[1], text: string, key = 'Tab'): Promise<void> {
  await tabTo(page, field, { key })
  await page.keyboard.type(text)
}

/** Of a list that is searched by typing: the first that fits. */
async function choose(page: Page, field: Parameters<typeof tabTo>[1], option: string): Promise<void> {
  await typeInto(page, field, option)
  await expect(page.getByRole('option', { name: new RegExp(`^${option}`) })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue(new RegExp(`^${option}`))
}
