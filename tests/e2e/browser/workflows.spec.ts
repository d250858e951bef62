/** The list of workflows and one of them whole. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { tabTo } from '../support/keyboard.ts'
import { book, newDevice, newWorkflow, start } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'
import { nearTime } from '../support/times.ts'

// Slow enough to look at a step while it runs; what shall end at once asks for no time.
test.use({ labSettings: { simSpeed: 1 } })

const long = { operation: 'incubate', parameters: { minutes: 10 } }

test('is narrowed by text, state, device, priority and way of running; the filters stand in the address', async ({
  lab,
  page,
  workflows,
}) => {
  const device = await newDevice(lab)
  await newWorkflow(lab, device, { name: 'Filter one', sample_barcodes: ['SAMPLE042'] })
  await newWorkflow(lab, device, { name: 'Filter two', priority: 'urgent' })
  const running = await newWorkflow(lab, device, { name: 'Filter three', steps: [long] })
  await start(lab, running)
  await workflows.open()
  await expect(workflows.row('Filter one')).toBeVisible()

  await workflows.text.fill('Filter')
  await expect(page).toHaveURL(/text=Filter/)
  await expect(page.getByText('3 workflows', { exact: true })).toBeVisible()
  await workflows.status('Running').click()
  await expect(workflows.row('Filter three')).toBeVisible()
  await expect(workflows.row('Filter one')).toBeHidden()
  await page.reload()
  await expect(workflows.text).toHaveValue('Filter')
  await expect(workflows.status('Running')).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByText('1 workflow', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Clear filters' }).click()
  await workflows.choose('Device', device)
  await expect(page.getByText('3 workflows', { exact: true })).toBeVisible()
  await workflows.choose('Priority', 'Urgent')
  await expect(page.getByText('1 workflow', { exact: true })).toBeVisible()
  await expect(workflows.row('Filter two')).toBeVisible()

  await workflows.open(`?text=SAMPLE042&device=${device}`)
  await expect(workflows.row('Filter one')).toBeVisible()
  await expect(page.getByText('1 workflow', { exact: true })).toBeVisible()
  await workflows.text.fill('nobody has this name')
  await page.getByRole('button', { name: 'Show all workflows' }).click()
  await expect(page).not.toHaveURL(/text=/)
})

test('follows what happens without being read anew, counts included', async ({ lab, workflows }) => {
  const device = await newDevice(lab)
  const id = await newWorkflow(lab, device, { name: 'Followed', steps: ['shake', long] })
  await workflows.open(`?device=${device}`)
  await expect(workflows.row('Followed')).toContainText('Created')
  await expect(workflows.status('Created')).toContainText('1')
  await start(lab, id)
  await expect(workflows.row('Followed')).toContainText('Running')
  await expect(workflows.row('Followed')).toContainText('1 of 2')
  await expect(workflows.status('Created')).toContainText('0')
  await newWorkflow(lab, device, { name: 'Newcomer' })
  await expect(workflows.row('Newcomer')).toBeVisible()
})

test('is sorted by its columns and gone through with the keyboard, thousands of rows without thousands of elements', async ({
  lab,
  page,
  workflows,
}) => {
  const device = await newDevice(lab)
  for (let made = 0; made < 320; made += 1) await newWorkflow(lab, device, { name: `Row ${String(made).padStart(3, '0')}`, steps: [] })
  await workflows.open(`?device=${device}`)
  await expect(workflows.grid).toHaveAttribute('aria-rowcount', '321')
  await workflows.grid.getByRole('button', { name: 'Name' }).click()
  await expect(workflows.grid.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(workflows.row('Row 000')).toBeVisible()
  await workflows.grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(workflows.grid).toHaveAttribute('aria-activedescendant', /-2$/)
  expect(await workflows.grid.getByRole('row').count()).toBeLessThan(60)
  // The end of what is read, until there is no more to read.
  for (let pressed = 0; pressed < 8; pressed += 1) await page.keyboard.press('End')
  await expect
    .poll(async () => {
      await page.keyboard.press('End')
      return workflows.row('Row 319').count()
    })
    .toBe(1)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Row 319' })).toBeVisible()
})

test('the line that the keys are on stays the same when another comes before it', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  for (const name of ['Wanted', 'Above']) await newWorkflow(lab, device, { name })
  await workflows.open(`?device=${device}`)
  await expect(workflows.row('Wanted')).toBeVisible()
  await workflows.grid.focus()
  await page.keyboard.press('ArrowDown')
  await expect(workflows.grid).toHaveAttribute('aria-activedescendant', /-1$/)
  await newWorkflow(lab, device, { name: 'Newcomer' })
  await expect(workflows.row('Newcomer')).toBeVisible()
  await expect(workflows.grid).toHaveAttribute('aria-activedescendant', /-2$/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Wanted' })).toBeVisible()
})

test('starts, pauses, resumes and cancels from a line', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const id = await newWorkflow(lab, device, {
    name: 'From the line',
    steps: [{ operation: 'incubate', parameters: { seconds: 12 } }, long],
  })
  await workflows.open(`?device=${device}`)
  await workflows.act('From the line', 'Start')
  await page.getByRole('dialog', { name: 'Start' }).getByRole('button', { name: 'Start' }).click()
  await expect(workflows.row('From the line')).toContainText('Running')
  await workflows.act('From the line', 'Pause')
  const pause = page.getByRole('dialog', { name: 'Pause' })
  await pause.getByRole('radio', { name: 'Release it' }).check()
  await pause.getByRole('button', { name: 'Pause' }).click()
  await expect(workflows.row('From the line')).toContainText('Paused', { timeout: 30_000 })
  expect((await lab.device.get(`/devices/${device}`)).body.status).toBe('available')
  await workflows.act('From the line', 'Resume')
  await expect(workflows.row('From the line')).toContainText('Running')
  await workflows.act('From the line', 'Cancel')
  const cancel = page.getByRole('dialog', { name: 'Cancel the workflow' })
  await cancel.getByRole('textbox', { name: /Reason/ }).fill('Wrong plate')
  await cancel.getByRole('button', { name: 'Cancel the workflow' }).click()
  await expect(workflows.row('From the line')).toContainText('Cancelled')
  const { body: events } = await lab.workflow.get(`/events?workflow_id=${id}&after=0`, { Accept: 'application/json' })
  expect(events.find((event: { kind: string }) => event.kind === 'workflow.cancelled')).toMatchObject({ reason: 'Wrong plate' })
  await workflows.act('From the line', 'Delete')
  await page.getByRole('dialog', { name: 'Delete the workflow' }).getByRole('button', { name: 'Delete it' }).click()
  await expect(workflows.row('From the line')).toBeHidden()
  expect((await lab.workflow.get(`/workflows/${id}`)).status).toBe(404)
})

test('one workflow shows its steps as they run, what is expected and why', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const first = await newWorkflow(lab, device, { name: 'First', steps: ['shake', long] })
  const second = await newWorkflow(lab, device, { name: 'Second', steps: [{ operation: 'mix', parameters: { cycles: 3 } }] })
  await start(lab, first)
  await start(lab, second)
  await workflows.openOne(first, 'First')
  await workflows.expectState('Running')
  await expect(workflows.step(1)).toContainText(/Completed.*took \d+(\.\d)? s/s)
  await expect(workflows.step(2)).toContainText('Running')
  await expect(workflows.step(2).getByRole('progressbar')).toBeVisible()
  await expect(page.getByText(new RegExp(`Its end is expected at ${nearTime} \\(in \\d+ min`))).toBeVisible()

  await workflows.openOne(second, 'Second')
  await workflows.expectState('Queued')
  await expect(page.getByText(`Place 1 in the queue of ${device}, normal priority`)).toBeVisible()
  await expect(page.getByText(new RegExp(`Its turn is expected at ${nearTime} .* in nine of ten cases`))).toBeVisible()
  await expect(page.getByText(new RegExp(`Its end is expected at ${nearTime}, by ${nearTime} in nine of ten cases`))).toBeVisible()
  const { body: schedule } = await lab.workflow.get(`/schedule?device_id=${device}`)
  const foretold = schedule[0].runs.find((run: { workflow_name: string }) => run.workflow_name === 'Second')
  const shown = await page
    .getByText(/^Its end is expected/)
    .locator('time')
    .first()
    .getAttribute('datetime')
  expect(Math.abs(Date.parse(shown ?? '') - Date.parse(foretold.estimated_end_at)), 'as the schedule has it').toBeLessThan(30_000)
  await expect(page.getByText(/"First" holds the device/)).toBeVisible()
  await expect(workflows.step(1)).toContainText('cycles')
  await workflows.action('Leave the queue').click()
  await workflows.expectState('Created')
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('table', { name: 'History' })).toContainText(`Left the queue of ${device}`)
})

test('by hand each step runs when it is told to, again too, and the workflow ends when it is completed', async ({
  lab,
  page,
  workflows,
}) => {
  const device = await newDevice(lab)
  const now = { operation: 'incubate', parameters: { seconds: 0 } }
  const id = await newWorkflow(lab, device, { name: 'By hand', steps: [now, now] })
  await start(lab, id, { auto: false })
  await workflows.openOne(id, 'By hand')
  await workflows.action('Run next step').click()
  await expect(workflows.step(1)).toContainText('Completed')
  await page.getByRole('button', { name: 'Run again: step 1' }).click()
  await expect(workflows.step(1)).toContainText('2 attempts')
  await workflows.action('Complete').click()
  await page.getByRole('dialog', { name: 'Complete the workflow' }).getByRole('button', { name: 'Complete it' }).click()
  await workflows.expectState('Completed')
  await expect(workflows.step(2)).toContainText('Skipped')
  await page.getByRole('tab', { name: 'Logs' }).click()
  await expect(page.getByRole('table', { name: 'Logs' }).getByRole('row')).toHaveCount(3)
})

test('a failed step is recovered with other parameters, and the history says who and why', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const id = await newWorkflow(lab, device, {
    name: 'Fails once',
    steps: [{ operation: 'incubate', parameters: { seconds: 0, simulate: 'fail' } }],
  })
  await start(lab, id)
  await workflows.openOne(id, 'Fails once')
  await workflows.expectState('Awaiting recovery')
  await expect(workflows.step(1)).toContainText('The simulated device failed')
  await workflows.action('Recover').click()
  const dialog = page.getByRole('dialog', { name: 'Recover' })
  await dialog.getByRole('radio', { name: 'Retry with changed parameters' }).check()
  await dialog.getByRole('combobox', { name: 'Simulate' }).click()
  await page.getByRole('option', { name: 'Not given' }).click()
  await dialog.getByRole('textbox', { name: /Note/ }).fill('Plate reseated')
  await dialog.getByRole('button', { name: 'Retry with changed parameters' }).click()
  await workflows.expectState('Completed')
  await page.getByRole('tab', { name: 'History' }).click()
  const history = page.getByRole('table', { name: 'History' })
  await expect(history).toContainText('Recovered: step 1 is tried again')
  await expect(history).toContainText('Reason: Plate reseated')
})

test('a pause while a step runs is asked for, shown, and can be called off', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const id = await newWorkflow(lab, device, { name: 'Long step', steps: [long] })
  await start(lab, id)
  await workflows.openOne(id, 'Long step')
  await expect(workflows.step(1)).toContainText('Running')
  await workflows.action('Pause').click()
  await page.getByRole('dialog', { name: 'Pause' }).getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('pauses when its running step has ended', { exact: true })).toBeVisible()
  await workflows.action('Do not pause').click()
  await expect(workflows.action('Pause')).toBeVisible()
  await workflows.expectState('Running')

  // A script does the same, and this page shows it.
  await lab.workflow.post(`/workflows/${id}/pause`)
  await expect(page.getByText('pauses when its running step has ended', { exact: true })).toBeVisible()
  await lab.workflow.post(`/workflows/${id}/resume`)
  await expect(workflows.action('Pause')).toBeVisible()
  await page.getByRole('tab', { name: 'History' }).click()
  const history = page.getByRole('table', { name: 'History' })
  await expect(history.getByText('A pause was asked for')).toHaveCount(2)
  await expect(history.getByText('The pause was called off')).toHaveCount(2)
})

test('offers exactly what the state allows', async ({ lab, workflows }) => {
  const device = await newDevice(lab)
  await book(lab, device)
  const id = await newWorkflow(lab, device, { name: 'States' })
  const offered = () => workflows.actions.getByRole('button').allTextContents()
  await workflows.openOne(id, 'States')
  await expect.poll(offered).toEqual(['Start', 'Cancel', 'Delete', 'Export'])
  await start(lab, id)
  await expect.poll(offered).toEqual(['Leave the queue', 'Cancel', 'Export'])
  await lab.workflow.post(`/workflows/${id}/cancel`, {})
  await expect.poll(offered).toEqual(['Delete', 'Export'])
})

test('leaves as a file that a script can send, and says so when it is not there', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const id = await newWorkflow(lab, device, {
    name: 'To go',
    sample_barcodes: ['SAMPLE001'],
    steps: [{ operation: 'mix', parameters: { cycles: 2 } }],
  })
  await workflows.openOne(id, 'To go')
  const [download] = await Promise.all([page.waitForEvent('download'), workflows.action('Export').click()])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk)
  expect(download.suggestedFilename()).toBe('to-go.workflow.json')
  const sent = await lab.workflow.post('/workflows', JSON.parse(Buffer.concat(chunks).toString()))
  expect(sent).toMatchObject({
    status: 201,
    body: { name: 'To go', sample_barcodes: ['SAMPLE001'], steps: [{ operation: 'mix', parameters: { cycles: 2 } }] },
  })

  await page.goto('/#/workflows/no-such-workflow')
  await expect(page.getByRole('heading', { level: 1, name: 'There is no such workflow' })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'All workflows' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Workflows' })).toBeVisible()
})

test('a menu on the line that the keys chose is reached with Tab', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  await newWorkflow(lab, device, { name: 'Key line' })
  await workflows.open(`?device=${device}`)
  await expect(workflows.row('Key line')).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Actions of Key line' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Start' })).toBeVisible()
})

test('have nothing that WCAG 2.2 AA forbids, light and dark', async ({ lab, page, workflows }) => {
  const device = await newDevice(lab)
  const failed = await newWorkflow(lab, device, {
    name: 'Seen by axe',
    sample_barcodes: ['SAMPLE001'],
    steps: [{ operation: 'incubate', parameters: { seconds: 0, simulate: 'fail' } }, 'shake'],
  })
  await start(lab, failed)
  await workflows.open()
  await expect(workflows.row('Seen by axe')).toContainText('Awaiting recovery')
  await expectNoViolationsInBothThemes(page)
  await workflows.openOne(failed, 'Seen by axe')
  await expectNoViolationsInBothThemes(page)
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('table', { name: 'History' })).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  await page.getByRole('tab', { name: 'Logs' }).click()
  await expect(page.getByRole('table', { name: 'Logs' })).toBeVisible()
  await expectNoViolationsInBothThemes(page)
})
