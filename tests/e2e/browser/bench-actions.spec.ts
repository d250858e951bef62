/** What a person does on the bench: decides on what failed, starts, pauses, releases, takes out of service. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { type HeadlessLab, startHeadlessLab } from '../support/headless-lab.ts'
import { tabTo } from '../support/keyboard.ts'
import { book, newDevice, newWorkflow, queueUp, start, waiting } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'

// A minute of an instrument takes a second; an hour is longer than any test.
test.use({ labSettings: { simSpeed: 60 } })

const long = { operation: 'incubate', parameters: { minutes: 600 } }
const failing = { operation: 'shake', parameters: { volume_ul: 20, simulate: 'fail' } }

/** A device whose workflow has failed in its first of two steps. */
async function failedDevice(lab: HeadlessLab) {
  const device = await newDevice(lab)
  const workflow = await newWorkflow(lab, device, { name: 'Fragile', steps: [failing, 'shake'] })
  await start(lab, workflow)
  return { device, workflow }
}

async function workflowOf(lab: HeadlessLab, workflowId: string) {
  return (await lab.workflow.get(`/workflows/${workflowId}`)).body
}

test('what needs a person comes first, with why, and is decided on right there', async ({ lab, frame, bench, page }) => {
  const { device, workflow } = await failedDevice(lab)
  await frame.open()
  const card = bench.card(device)
  await expect(card.getByText('Failed', { exact: true })).toBeVisible()
  await expect(card).toContainText('Step 1, Shake, failed: The simulated device failed during "shake"')
  await expect(bench.summary).toContainText(/\d+ needs? a person/)
  await expect.poll(async () => (await bench.order()).indexOf(device)).toBeLessThan((await bench.order()).indexOf('CO₂ Incubator'))
  await expectNoViolationsInBothThemes(page)

  await bench.press(device, 'Recover')
  await bench.dialog.getByRole('radio', { name: 'Retry with changed parameters' }).check()
  await expectNoViolationsInBothThemes(page)
  await bench.dialog.getByLabel('volume ul').fill('much')
  await bench.dialog.getByRole('button', { name: 'Retry with changed parameters' }).click()
  await expect(bench.dialog.getByText('It must be a number, such as 12.5')).toBeVisible()
  await bench.dialog.getByLabel('volume ul').fill('15.5')
  // What the device describes has the field and the limits that it says.
  await bench.dialog.getByRole('textbox', { name: 'Speed (rpm)' }).fill('5000')
  await bench.dialog.getByRole('button', { name: 'Retry with changed parameters' }).click()
  await expect(bench.dialog.getByText('At most 3000 rpm')).toBeVisible()
  await bench.dialog.getByRole('textbox', { name: 'Speed (rpm)' }).fill('900')
  await bench.dialog.getByRole('combobox', { name: 'Simulate' }).click()
  await page.getByRole('option', { name: 'Not given' }).click()
  await bench.dialog.getByRole('button', { name: 'Retry with changed parameters' }).click()
  await expect(card.getByText('Free', { exact: true })).toBeVisible()
  expect(await workflowOf(lab, workflow)).toMatchObject({
    status: 'completed',
    steps: [{ status: 'completed', parameters: { volume_ul: 15.5, rpm: 900 } }, { status: 'completed' }],
  })
})

test('a failed step is retried, skipped, marked done with a note, or given up', async ({ lab, frame, bench, page }) => {
  const cases = [
    { choose: 'Retry', status: 'awaiting_recovery', step: 'failed' },
    { choose: 'Skip', status: 'completed', step: 'skipped' },
    { choose: 'Mark done', status: 'completed', step: 'completed' },
    { choose: 'Give up', status: 'failed', step: 'failed' },
  ]
  for (const { choose, status, step } of cases) {
    const { device, workflow } = await failedDevice(lab)
    await frame.open()
    await bench.press(device, 'Recover')
    await bench.dialog.getByRole('radio', { name: choose, exact: true }).check()
    if (choose === 'Mark done') {
      await bench.dialog.getByRole('button', { name: choose, exact: true }).click()
      await expect(bench.dialog.getByText('Say how you know that it is done')).toBeVisible()
      await bench.dialog.getByRole('textbox', { name: 'Note' }).fill('Done by hand')
    }
    await bench.confirm(choose)
    await expect.poll(async () => (await workflowOf(lab, workflow)).status).toBe(status)
    expect((await workflowOf(lab, workflow)).steps[0]).toMatchObject({ status: step, attempts: choose === 'Retry' ? 2 : 1 })
  }
  await expect(page.getByText('"Fragile" has been given up.')).toBeVisible()
})

test('what was cut off when the program ended waits for a person', async ({ page }) => {
  const lab = await startHeadlessLab({ simSpeed: 60 })
  try {
    const device = await newDevice(lab)
    await start(lab, await newWorkflow(lab, device, { name: 'Cut off', steps: [long] }))
    await page.goto(lab.urls.ui)
    const card = page.getByRole('article', { name: device })
    await expect(card.getByText('Running', { exact: true })).toBeVisible()
    await lab.kill()
    await lab.start()
    await expect(card.getByText('Interrupted', { exact: true })).toBeVisible({ timeout: 30_000 })
    await expect(card).toContainText('Look at the device, then say how to go on.')
    await card.getByRole('button', { name: 'Recover' }).click()
    await page.getByRole('radio', { name: 'Skip', exact: true }).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Skip', exact: true }).click()
    await expect(card.getByText('Free', { exact: true })).toBeVisible()
  } finally {
    await lab.close()
  }
})

test('a device that is offline while a workflow has it, and one that failed too often, need a person', async ({ lab, frame, bench }) => {
  const offline = await newDevice(lab)
  await book(lab, offline)
  const answer = await lab.device.patch(`/devices/${offline}`, { connection: 'offline', reason: 'The cable is out' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const worn = await newDevice(lab)
  for (let round = 0; round < 3; round += 1) {
    const workflow = await newWorkflow(lab, worn, { name: `Try ${round}`, steps: [failing] })
    await start(lab, workflow)
    await expect.poll(async () => (await workflowOf(lab, workflow)).status).toBe('awaiting_recovery')
    await lab.workflow.post(`/workflows/${workflow}/recover`, { action: 'abort' })
  }
  await frame.open()
  await expect(bench.card(offline).getByText('Offline', { exact: true }).first()).toBeVisible()
  await expect(bench.card(offline)).toContainText('A workflow holds it.')
  await expect(bench.card(worn).getByText('Maintenance', { exact: true }).first()).toBeVisible()
  await expect(bench.card(worn)).toContainText('3 workflows in a row failed on this device')
  const order = await bench.order()
  const free = order.indexOf('CO₂ Incubator')
  expect(Math.max(order.indexOf(offline), order.indexOf(worn))).toBeLessThan(free)

  await bench.press(worn, 'Back into service')
  await expect(bench.card(worn).getByText('Free', { exact: true })).toBeVisible()
})

test('a workflow is started on a free device, paused after its step, and resumed', async ({ lab, frame, bench, page }) => {
  const device = await newDevice(lab)
  const workflow = await newWorkflow(lab, device, {
    name: 'By menu',
    steps: [{ operation: 'incubate', parameters: { minutes: 15 } }, long],
  })
  await frame.open()
  await bench.press(device, `Start a workflow on ${device}`)
  await page.getByRole('menuitem', { name: 'By menu 2 steps' }).click()
  const card = bench.card(device)
  await expect(card.getByText('Running', { exact: true })).toBeVisible()
  await bench.press(device, 'Pause')
  await bench.confirm('Pause')
  await expect(card).toContainText('pauses after this step')
  await expect(card.getByText('Paused', { exact: true })).toBeVisible({ timeout: 30_000 })
  expect((await workflowOf(lab, workflow)).steps.map((step: { status: string }) => step.status)).toEqual(['completed', 'pending'])
  await bench.press(device, 'Resume')
  await expect(card).toContainText('Step 2 of 2')
})

test('a workflow that is run by hand is led through its steps and completed', async ({ lab, frame, bench }) => {
  const device = await newDevice(lab)
  const workflow = await newWorkflow(lab, device, { name: 'By hand', steps: ['shake', 'shake'] })
  await start(lab, workflow, { auto: false })
  await frame.open()
  const card = bench.card(device)
  await expect(card).toContainText('0 of 2 steps done; the next is started by hand')
  await bench.press(device, 'Run next step')
  await expect(card).toContainText('1 of 2 steps done')
  await bench.press(device, 'Run next step')
  await expect(card).toContainText('2 of 2 steps done')
  await bench.press(device, 'Complete')
  await expect(card.getByText('Free', { exact: true })).toBeVisible()
  expect((await workflowOf(lab, workflow)).status).toBe('completed')
})

test('a device is taken from a workflow by force with a reason, and goes to the next in line', async ({ lab, frame, bench, page }) => {
  const device = await newDevice(lab)
  const workflow = await newWorkflow(lab, device, { name: 'Too long', steps: [long] })
  await start(lab, workflow)
  await queueUp(lab, device, 'patient-script')
  await frame.open()
  await bench.press(device, 'Release…')
  await expect(bench.dialog).toContainText('"incubate" is stopped')
  await bench.dialog.getByRole('button', { name: 'Release by force' }).click()
  await expect(bench.dialog.getByText('Say why; it is kept with the history.')).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  await bench.confirm('Release by force', 'Fire drill')
  // Its name alone stood there before, in the queue.
  await expect(bench.card(device)).toContainText('booked by a script')
  await expect(bench.card(device).getByText('patient-script')).toBeVisible()
  await expect(page.getByText(`${device} is released; the next in line has it now.`)).toBeVisible()
  expect(await workflowOf(lab, workflow)).toMatchObject({ status: 'paused' })

  // A script that forgot its booking needs no force.
  await bench.press(device, 'Release…')
  await bench.confirm('Release')
  await expect(bench.card(device).getByText('Free', { exact: true })).toBeVisible()
})

test('a device in maintenance says why, keeps its queue, and serves the next when it is back', async ({ lab, frame, bench }) => {
  const device = await newDevice(lab)
  await frame.open()
  await bench.choose(device, 'Into maintenance…')
  await bench.confirm('Into maintenance', 'New lamp')
  const card = bench.card(device)
  await expect(card).toContainText('New lamp')
  await queueUp(lab, device, 'eager-script')
  await expect(card.getByRole('listitem')).toContainText('time not known')
  expect(await waiting(lab, device)).toEqual(['eager-script'])
  await bench.press(device, 'Back into service')
  await expect(card.getByText('Held', { exact: true })).toBeVisible()
  await expect(card.getByText('eager-script')).toBeVisible()
})

test('a running workflow is cancelled from its card', async ({ lab, frame, bench }) => {
  const device = await newDevice(lab)
  const workflow = await newWorkflow(lab, device, { name: 'Wrong plate', steps: [long] })
  await start(lab, workflow)
  await frame.open()
  await bench.choose(device, 'Cancel the workflow…')
  await bench.confirm('Cancel the workflow', 'Wrong plate')
  await expect(bench.card(device).getByText('Free', { exact: true })).toBeVisible()
  expect((await workflowOf(lab, workflow)).status).toBe('cancelled')
})

test('a failure is decided on with the keyboard alone', async ({ lab, frame, bench, page }) => {
  const { device, workflow } = await failedDevice(lab)
  await frame.open()
  await tabTo(page, bench.card(device).getByRole('button', { name: 'Recover' }))
  await page.keyboard.press('Enter')
  await tabTo(page, bench.dialog.getByRole('radio', { name: 'Retry', exact: true }))
  // One arrow on: with changed parameters; two: skip.
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, bench.dialog.getByRole('button', { name: 'Skip', exact: true }))
  await page.keyboard.press('Enter')
  await expect(bench.card(device).getByText('Free', { exact: true })).toBeVisible()
  expect((await workflowOf(lab, workflow)).status).toBe('completed')
})

test('the history of a device is one step away: its logs, and no others', async ({ lab, frame, bench, page }) => {
  const [device, other] = [await newDevice(lab), await newDevice(lab)]
  for (const id of [device, other]) {
    await book(lab, id, 'look-back')
    await lab.device.post(`/devices/${id}/execute`, { workflow_id: 'look-back', operation: `look_at_${id.replaceAll('-', '_')}` })
  }
  await frame.open()
  await bench.choose(device, 'Its history')
  await expect(page.getByRole('heading', { level: 1, name: 'Logs' })).toBeVisible()
  await expect(page.getByText('1 log', { exact: true })).toBeVisible()
  await expect(page.getByRole('search', { name: 'Filters' }).getByRole('combobox', { name: 'Device' })).toHaveValue(device)
  await expect(page.locator('[data-index] [data-column="device"]')).toHaveText([device])
})

test('sixty devices are all there, each a card', async ({ page }) => {
  const lab = await startHeadlessLab({ demo: false })
  try {
    await page.goto(lab.urls.ui)
    await expect(page.getByText('There is no device yet')).toBeVisible()
    for (let n = 0; n < 60; n += 1) await newDevice(lab)
    await expect(page.getByRole('article')).toHaveCount(60)
    await expect(page.getByRole('main').getByRole('status')).toContainText('60 free')
    for (const width of [1024, 2560]) {
      await page.setViewportSize({ width, height: 900 })
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      await expect.poll(overflow).toBe(0)
    }
  } finally {
    await lab.close()
  }
})
