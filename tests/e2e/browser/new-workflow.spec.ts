/** Writing a workflow: device, samples, steps, checks, files, and a draft that is not lost. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { tabTo, takeUp } from '../support/keyboard.ts'
import { book, newDevice, newWorkflow } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'
import { turnsOfPage } from '../support/turns.ts'

test('is made with what the device describes, and starts', async ({ lab, page, workflows, newWorkflowForm: form }) => {
  const device = await newDevice(lab, { type: 'liquid_handler' })
  await form.open()
  await form.name.fill('Made here')
  await form.device(device)
  await form.scan.fill('SAMPLE001')
  await form.scan.press('Enter')
  await expect(form.samples).toContainText('SAMPLE001')
  await form.addStep('mix')
  await form.step(1).getByRole('textbox', { name: 'Cycles' }).fill('5')
  await form.step(1).getByRole('textbox', { name: 'Volume (µL)' }).fill('20')
  await form.create.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Made here' })).toBeVisible()
  await workflows.expectState('Completed')
  const id = page.url().split('/').at(-1)
  expect((await lab.workflow.get(`/workflows/${id}`)).body).toMatchObject({
    name: 'Made here',
    device_id: device,
    auto: true,
    sample_barcodes: ['SAMPLE001'],
    steps: [{ operation: 'mix', parameters: { cycles: 5, volume_ul: 20 } }],
  })
})

test('queues when its device is busy, with its priority', async ({ lab, page, workflows, newWorkflowForm: form }) => {
  const device = await newDevice(lab)
  await book(lab, device)
  await form.open()
  await form.name.fill('Has to wait')
  await form.device(device)
  await page.getByText('Urgent', { exact: true }).click()
  await form.create.click()
  await expect(page.getByText(`Place 1 in the queue of ${device}, urgent priority`)).toBeVisible()
  await workflows.expectState('Queued')
})

test('says field by field what is wrong, and creates nothing until it is right', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab, { type: 'liquid_handler' })
  await form.open()
  await form.create.click()
  await expect(page.getByText('Give it a name')).toBeVisible()
  await expect(page.getByText('Choose a device', { exact: true })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: '2 things are to be set right' })).toBeVisible()
  await form.name.fill('Checked')
  await form.device(device)
  await form.addStep('mix')
  await form.step(1).getByRole('textbox', { name: 'Cycles' }).fill('5000')
  await expect(form.step(1)).toContainText('At most 100')
  await form.create.click()
  await expect(page).toHaveURL(/workflows\/new/)
  await form.step(1).getByRole('textbox', { name: 'Cycles' }).fill('50')
  await expect(form.step(1)).not.toContainText('At most 100')

  await form.addStep('own_operation')
  await form.step(2).getByRole('textbox', { name: 'Parameters of step 2 as JSON' }).fill('{"a": ')
  await expect(form.step(2)).toContainText('This must be a JSON object')
  await form.step(2).getByRole('textbox', { name: 'Parameters of step 2 as JSON' }).fill('{"a": [1]}')
  await form.create.click()
  await expect(page.getByRole('heading', { level: 1, name: 'Checked' })).toBeVisible()
  const id = page.url().split('/').at(-1)
  expect((await lab.workflow.get(`/workflows/${id}`)).body.steps).toMatchObject([
    { operation: 'mix', parameters: { cycles: 50 } },
    { operation: 'own_operation', parameters: { a: [1] } },
  ])
})

test('takes samples from search, paste and a plate, and tells at once what the lab does not know', async ({
  page,
  newWorkflowForm: form,
}) => {
  await form.open()
  await form.scan.fill('NO-SUCH-SAMPLE')
  await form.scan.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('There is no sample "NO-SUCH-SAMPLE"')

  await page.getByRole('textbox', { name: 'Find samples' }).fill('SAMPLE01')
  await page.getByRole('option', { name: /SAMPLE011/ }).click()
  await expect(form.samples).toContainText('SAMPLE011')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Paste many' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Barcodes' }).fill('SAMPLE002\nSAMPLE003, SAMPLE011;GHOST')
  await page.getByRole('button', { name: 'Add 4 barcodes' }).click()
  await expect(page.getByText('4 samples', { exact: true })).toBeVisible()
  await expect(page.getByText('The lab does not know "GHOST".')).toBeVisible()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByText('3 samples', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'From a plate' }).click()
  const dialog = page.getByRole('dialog', { name: 'Samples from a plate' })
  await dialog.getByRole('combobox', { name: 'Plate' }).fill('PLATE-02')
  await page.getByRole('option', { name: 'PLATE-02' }).click()
  const map = dialog.getByRole('grid', { name: 'Wells of PLATE-02' })
  await map.focus()
  await page.keyboard.press('Control+a')
  await dialog.getByRole('button', { name: /^Add 9\d samples$/ }).click()
  await expect(form.samples).toContainText('SAMPLE192')
})

test('steps are put in order by mouse and keyboard, duplicated and removed', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab, { type: 'other' })
  await form.open()
  await form.device(device)
  for (const operation of ['mix', 'shake', 'incubate']) await form.addStep(operation)
  await expect.poll(() => form.operations()).toEqual(['mix', 'shake', 'incubate'])
  await page.getByRole('button', { name: 'Move step 3 up' }).click()
  await expect.poll(() => form.operations()).toEqual(['mix', 'incubate', 'shake'])

  const handle = (name: string) => page.getByRole('button', { name: `Move ${name}`, exact: true })
  await tabTo(page, handle('step 1, Mix'))
  await takeUp(page, () => expect(page.locator('[id^="DndLiveRegion"]')).toHaveText(/taken up from place 1 of 3/))
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('[id^="DndLiveRegion"]')).toHaveText(/place 2 of 3/)
  await page.keyboard.press('Space')
  await expect.poll(() => form.operations()).toEqual(['incubate', 'mix', 'shake'])

  await handle('step 3, Shake').hover()
  await page.mouse.down()
  const target = await form.step(1).boundingBox()
  await page.mouse.move((target?.x ?? 0) + 20, (target?.y ?? 0) + 10, { steps: 12 })
  await turnsOfPage(page)
  await page.mouse.up()
  await expect.poll(() => form.operations()).toEqual(['shake', 'incubate', 'mix'])

  await page.getByRole('button', { name: 'Duplicate step 2' }).click()
  await expect.poll(() => form.operations()).toEqual(['shake', 'incubate', 'incubate', 'mix'])
  await page.getByRole('button', { name: 'Remove step 1' }).click()
  await expect.poll(() => form.operations()).toEqual(['incubate', 'incubate', 'mix'])
})

test('what was removed by a slip comes back, and the keyboard does not lose its place', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab, { type: 'other' })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const press = async (name: string) => {
    await button(name).focus()
    await page.keyboard.press('Enter')
  }
  const undo = (words: string) => page.getByRole('alert').filter({ hasText: words }).getByRole('button', { name: 'Undo' }).click()
  await form.open()
  await form.device(device)
  for (const operation of ['mix', 'shake', 'incubate']) await form.addStep(operation)
  await press('Move step 2 up')
  await expect(button('Move step 1 down')).toBeFocused()
  await press('Move step 1 down')
  await expect(button('Move step 2 down')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(button('Move step 3 up')).toBeFocused()
  await expect.poll(() => form.operations()).toEqual(['mix', 'incubate', 'shake'])

  await press('Remove step 2')
  await expect(button('Remove step 2')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(button('Remove step 1')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(button('Add a step')).toBeFocused()
  await undo('Step 1, Mix, is removed.')
  await expect(button('Remove step 1')).toBeFocused()
  await undo('Step 2, Shake, is removed.')
  await undo('Step 2, Incubate, is removed.')
  await expect.poll(() => form.operations()).toEqual(['mix', 'incubate', 'shake'])

  for (const barcode of ['SAMPLE002', 'SAMPLE001']) {
    await form.scan.fill(barcode)
    await form.scan.press('Enter')
    await expect(form.samples).toContainText(barcode)
  }
  await press('Remove all')
  await expect(page.getByText('0 samples', { exact: true })).toBeVisible()
  await expect(button('From a plate')).toBeFocused()
  await undo('2 samples are removed.')
  await expect(form.samples).toHaveText(/SAMPLE002.*SAMPLE001/)

  // What another draft takes the place of does not get them.
  await press('Remove all')
  await button('Begin anew').click()
  await expect(page.getByRole('alert').filter({ hasText: '2 samples are removed.' })).toHaveCount(0)
})

test('a step may have another device, a limit and a policy of its own', async ({ lab, page, newWorkflowForm: form }) => {
  const [device, other] = [await newDevice(lab), await newDevice(lab)]
  await form.open()
  await form.name.fill('With more')
  await form.device(device)
  await page.getByRole('radio', { name: 'Start it later' }).check()
  await form.addStep('shake')
  await form.step(1).getByRole('button', { name: 'More' }).click()
  await form.step(1).getByRole('combobox', { name: 'On another device' }).fill(other)
  await page.getByRole('option', { name: other }).click()
  await form.step(1).getByRole('textbox', { name: 'Time limit (s)' }).fill('90')
  await form
    .step(1)
    .getByRole('checkbox', { name: /Keep that device/ })
    .check()
  await form
    .step(1)
    .getByRole('checkbox', { name: /Try again by itself/ })
    .check()
  await form.step(1).getByRole('textbox', { name: 'Only on these error codes' }).fill('busy, jam')
  await form.create.click()
  await expect(page.getByRole('heading', { level: 1, name: 'With more' })).toBeVisible()
  const step = page.getByRole('list', { name: 'Steps' }).getByRole('listitem').first()
  await expect(step).toContainText(`on ${other}`)
  await expect(step).toContainText('at most 1 min 30 s')
  await expect(step).toContainText('up to 3 attempts, 10 s apart, on busy, jam')
  await expect(step).toContainText('keeps the device')
})

test('what stands under “More” answers in the very moment it opens', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab)
  await form.open()
  await form.addStep('shake')
  const field = form.step(1).getByRole('combobox', { name: 'On another device' })
  // In one go, as somebody whose hands are faster than an animation: the keyboard of Playwright is not.
  await form.step(1).evaluate((step, text) => {
    for (const button of step.querySelectorAll('button')) if (button.textContent === 'More') button.click()
    return new Promise<void>((resolve) => {
      setTimeout(() => {
        step.querySelector<HTMLElement>('[placeholder^="The workflow"]')?.focus()
        document.execCommand('insertText', false, text)
        resolve()
      })
    })
  }, device)
  await page.getByRole('option', { name: device }).click()
  await expect(field).toHaveValue(device)
})

test('is a copy of an old one, and what was written before is put aside', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab)
  const old = await newWorkflow(lab, device, {
    name: 'Old one',
    sample_barcodes: ['SAMPLE009'],
    steps: [{ operation: 'shake', parameters: { rpm: 700 } }],
  })
  await form.open()
  await form.name.fill('Begun before')
  await form.open(`?from=${old}`)
  await expect(form.name).toHaveValue('Old one (copy)')
  await expect(form.samples).toContainText('SAMPLE009')
  await expect(form.step(1).getByRole('textbox', { name: 'Speed (rpm)' })).toHaveValue('700')
  await expect(page).not.toHaveURL(/from=/)
  await page.getByRole('button', { name: 'Bring it back' }).click()
  await expect(form.name).toHaveValue('Begun before')
  await expect(page.getByText('"Old one (copy)" is kept.')).toBeVisible()
  await page.getByRole('button', { name: 'Throw it away' }).click()
  await expect(page.getByText('"Old one (copy)" is kept.')).toBeHidden()
  await expect(form.name).toHaveValue('Begun before')
})

test('is kept when one slips to another screen or reloads the window', async ({ page, frame, newWorkflowForm: form }) => {
  await form.open()
  await form.name.fill('Not lost')
  await form.addStep('shake')
  await frame.goTo('Queues')
  await page.goBack()
  await expect(form.name).toHaveValue('Not lost')
  await page.reload()
  await expect(form.name).toHaveValue('Not lost')
  await expect.poll(() => form.operations()).toEqual(['shake'])
})

test('comes from a file, which is refused field by field when it is wrong', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab)
  await form.open()
  const choose = (text: string) =>
    page.locator('input[type="file"]').setInputFiles({ name: 'w.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await choose('{"name": "", "device_id": "d", "steps": [{"operation": "x", "timeout_seconds": -5}]}')
  const alert = page.getByRole('alert').filter({ hasText: 'w.json was not taken' })
  await expect(alert).toContainText('name:')
  await expect(alert).toContainText('steps.0.timeout_seconds:')
  await choose(
    JSON.stringify({
      name: 'From a file',
      device_id: device,
      sample_barcodes: ['SAMPLE004'],
      steps: ['shake', { operation: 'mix', parameters: { cycles: 4 } }],
    }),
  )
  await expect(form.name).toHaveValue('From a file')
  await expect(alert).toBeHidden()
  await expect.poll(() => form.operations()).toEqual(['shake', 'mix'])
  await form.create.click()
  await expect(page.getByRole('heading', { level: 1, name: 'From a file' })).toBeVisible()
})

test('has nothing that WCAG 2.2 AA forbids, light and dark', async ({ lab, page, newWorkflowForm: form }) => {
  const device = await newDevice(lab, { type: 'liquid_handler' })
  await form.open()
  await form.create.click()
  await form.device(device)
  await form.scan.fill('SAMPLE001')
  await form.scan.press('Enter')
  await form.addStep('mix')
  await form.step(1).getByRole('button', { name: 'More' }).click()
  await form.step(1).getByRole('textbox', { name: 'Cycles' }).fill('5000')
  await form.addStep('own_operation')
  await expectNoViolationsInBothThemes(page)
  await page.getByRole('button', { name: 'From a plate' }).click()
  const dialog = page.getByRole('dialog', { name: 'Samples from a plate' })
  await dialog.getByRole('combobox', { name: 'Plate' }).click()
  await page.getByRole('option', { name: 'PLATE-01' }).click()
  await expect(dialog.getByRole('grid', { name: 'Wells of PLATE-01' })).toBeVisible()
  await expectNoViolationsInBothThemes(page)
})
