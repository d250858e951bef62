/** The settings: what they show is so, and what they offer they do. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { expect, test } from '../support/test.ts'

// Its lab is put back and started over: nobody else's.
test.use({ labSettings: { demoLogs: 201 } })
test.describe.configure({ mode: 'serial' })

test('shows where the lab answers and where its data are', async ({ frame, page, lab }) => {
  await frame.open('/settings')
  const facts = page.getByRole('region', { name: 'This lab' })
  await expect(facts).toContainText(lab.urls.device)
  await expect(facts).toContainText(lab.urls.workflow)
  await expect(facts.getByRole('row', { name: /Last backup/ })).toContainText('none yet')
  // The desktop app's own switches have no place in a browser.
  await expect(page.getByRole('region', { name: 'You and this screen' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'On this computer' })).toHaveCount(0)
  await expectNoViolationsInBothThemes(page)
})

test('adds, changes and deletes a device, and says what is wrong in the form', async ({ frame, page, lab }) => {
  await frame.open('/settings')
  await page.getByRole('button', { name: 'Add a device' }).click()
  const form = page.getByRole('dialog', { name: 'Add a device' })
  await form.getByRole('button', { name: 'Add it' }).click()
  await expect(form.getByText('Give it a name')).toBeVisible()
  await form.getByLabel('Name').fill('Thermocycler North')
  await form.getByRole('textbox', { name: 'Id' }).fill('thermocycler-1')
  await form.getByLabel('Driver settings').fill('{ "failure_rate": 7 }')
  await form.getByRole('button', { name: 'Add it' }).click()
  await expect(form.getByRole('alert')).toContainText('failure_rate')
  await expectNoViolationsInBothThemes(page)
  await form.getByLabel('Driver settings').fill('{ "failure_rate": 0.5 }')
  await form.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('row', { name: /Thermocycler North/ })).toBeVisible()
  expect((await lab.device.get('/devices/thermocycler-1')).body).toMatchObject({
    name: 'Thermocycler North',
    driver_config: { failure_rate: 0.5 },
  })

  await page.getByRole('button', { name: 'Change Thermocycler North' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Thermocycler South')
  await page.getByRole('dialog').getByRole('button', { name: 'Store' }).click()
  await expect(page.getByRole('row', { name: /Thermocycler South/ })).toBeVisible()

  await lab.device.post('/devices/thermocycler-1/book', { workflow_id: 'a-script' })
  await page.getByRole('button', { name: 'Delete Thermocycler South' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click()
  await expect(page.getByText('Device is booked; release it before deleting it')).toBeVisible()
  await lab.device.post('/devices/thermocycler-1/release', { workflow_id: 'a-script' })
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click()
  await expect(page.getByRole('row', { name: /Thermocycler South/ })).toHaveCount(0)
})

test('keeps who is at the screen, with what they change', async ({ frame, page, lab }) => {
  await frame.open('/settings')
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('Failures in a row').fill('5')
  await page.getByRole('button', { name: 'Store' }).click()
  await expect(page.getByText('Stored.')).toBeVisible()
  const { body } = await lab.device.get('/events?after=0', { accept: 'application/json' })
  const all: { kind: string; operator: string | null }[] = body
  expect(all.findLast(({ kind }) => kind === 'settings.changed')).toMatchObject({
    operator: 'Ada Lovelace',
    circuit_breaker: { failures: 5 },
  })
  await page.reload()
  await expect(page.getByLabel('Your name')).toHaveValue('Ada Lovelace')
  await expect(page.getByLabel('Failures in a row')).toHaveValue('5')
})

test('backs up, puts back and starts over, and the page goes on by itself', async ({ frame, page, lab }) => {
  test.slow()
  await frame.open('/settings')
  await lab.device.post('/devices/incubator-1/book', { workflow_id: 'before-the-backup' })
  await page.getByLabel('Note').fill('Before the audit')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByRole('row', { name: /Before the audit/ })).toBeVisible({ timeout: 30_000 })

  await lab.device.post('/devices/incubator-1/release', { workflow_id: 'before-the-backup' })
  await page.getByRole('button', { name: 'Put back' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Put it back' }).click()
  await expect(page.getByText(/The data of before are kept in/)).toBeVisible({ timeout: 30_000 })
  await expect(frame.statusBar).toContainText(/Lab open|Database/, { timeout: 30_000 })
  await expect(async () => {
    expect((await lab.device.get('/devices/incubator-1')).body).toMatchObject({ workflow_id: 'before-the-backup' })
  }).toPass({ timeout: 30_000 })

  await page.getByRole('button', { name: 'Empty lab' }).click()
  const dialog = page.getByRole('dialog', { name: /empty lab/ })
  await expect(dialog.getByRole('button', { name: 'Start over' })).toBeDisabled()
  await dialog.getByLabel(/Type/).fill('start over')
  await dialog.getByRole('button', { name: 'Start over' }).click()
  await expect(page.getByText('There is no device yet.')).toBeVisible({ timeout: 30_000 })
  expect((await lab.device.get('/devices')).body).toEqual([])
})
