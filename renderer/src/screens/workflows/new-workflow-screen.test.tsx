/** Writing a workflow: the fields are what the device says of its operations, what is wrong is told while it is typed, what is kept is what was written. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../../tests/components/scene.ts'
import { openScreenLab, type Screen } from '../../../../tests/components/screen-lab.tsx'
import { useDraft } from './new/draft-store.ts'

const { showApp, otherPage } = openScreenLab({ demo: false })

/** The screen with a name and this device chosen. */
async function begin(deviceId: string, name: string): Promise<Screen> {
  const page = showApp('/workflows/new')
  await page.user.type(await screen.findByLabelText(/^Name/), name)
  await page.user.click(screen.getByRole('combobox', { name: /^Device/ }))
  await page.user.click(await screen.findByRole('option', { name: new RegExp(`^${deviceId} `) }))
  return page
}

async function addStep({ user }: Screen, place: number, operation: string): Promise<HTMLElement> {
  await user.click(screen.getByRole('button', { name: 'Add a step' }))
  const step = await screen.findByRole('group', { name: `Step ${place}` })
  await user.type(within(step).getByRole('combobox', { name: `Operation of step ${place}` }), operation)
  await user.keyboard('{Escape}')
  return step
}

it('has a field for each parameter that the device describes, with its unit and limits, and no other', async () => {
  const deviceId = await newDevice(otherPage(), { type: 'incubator', capabilities: ['incubate', 'shake'] })
  const page = await begin(deviceId, 'Fields')
  const incubate = await addStep(page, 1, 'incubate')
  const temperature = await within(incubate).findByLabelText('Temperature (°C)')
  expect(within(incubate).getByText('4 to 99')).toBeTruthy()
  expect(temperature.getAttribute('placeholder')).toBe('Usually 37')

  const shake = await addStep(page, 2, 'shake')
  await within(shake).findByLabelText('Speed (rpm)')
  expect(within(shake).getByText('whole number, 100 to 3000')).toBeTruthy()
  expect(within(shake).queryByLabelText('Temperature (°C)')).toBeNull()

  // One that it does not describe is written as JSON.
  const unknown = await addStep(page, 3, 'sing')
  expect(within(unknown).getByLabelText('Parameters of step 3 as JSON')).toBeTruthy()
})

it('tells a value that does not fit while it is typed, keeps nothing until it does, and then keeps what was written', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other, { type: 'incubator', capabilities: ['incubate'] })
  await other.call('samples.create', { barcode: 'BLOOD-1' })
  const page = await begin(deviceId, 'Warm')
  const { user } = page
  const step = await addStep(page, 1, 'incubate')
  const temperature = await within(step).findByLabelText('Temperature (°C)')

  await user.type(temperature, '120')
  await within(step).findByText('At most 99 °C')
  await user.clear(temperature)
  await user.type(temperature, '2')
  await within(step).findByText('At least 4 °C')
  await user.click(screen.getByLabelText('Start it later'))
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await screen.findByText('One thing is to be set right above.')

  await user.clear(temperature)
  await user.type(temperature, '37.5')
  await user.type(within(step).getByLabelText('Minutes (min)'), '0')
  const scan = screen.getByLabelText('Scan a barcode')
  await user.type(scan, 'NOBODY{Enter}')
  await screen.findByText('There is no sample "NOBODY"')
  await user.type(scan, 'BLOOD-1{Enter}')
  await screen.findByText('1 step, 1 sample')
  expect((await other.call('workflows.list', { deviceId })).rows).toEqual([])

  await user.click(screen.getByRole('button', { name: 'Create' }))
  await screen.findByRole('heading', { level: 1, name: 'Warm' })
  const { rows } = await other.call('workflows.list', { deviceId })
  expect(rows).toHaveLength(1)
  expect(location.hash).toBe(`#/workflows/${rows[0]?.id}`)
  expect(await other.call('workflows.get', { workflowId: rows[0]?.id ?? '' })).toMatchObject({
    name: 'Warm',
    status: 'created',
    sampleBarcodes: ['BLOOD-1'],
    steps: [{ operation: 'incubate', parameters: { temperature_c: 37.5, minutes: 0 }, deviceId: null, retry: null, timeoutSeconds: null }],
  })
})

it('tells what is missing only when somebody wants to go on', async () => {
  const { user } = showApp('/workflows/new')
  await screen.findByRole('heading', { level: 1, name: 'New workflow' })
  expect(screen.queryByText('Give it a name')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Create and start' }))
  await screen.findByText('Give it a name')
  expect(screen.getByText('Choose a device', { selector: 'p' })).toBeTruthy()
  await user.type(screen.getByLabelText(/^Name/), 'N')
  await waitFor(() => expect(screen.queryByText('Give it a name')).toBeNull())
})

it('is created by its button only: not by a dialog of it, nor by Enter in one of its fields', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other, { type: 'incubator', capabilities: ['incubate'] })
  for (const barcode of ['PASTED-1', 'PASTED-2', 'PLATED-1']) {
    await other.call('samples.create', { barcode, location: barcode === 'PLATED-1' ? { plate: 'P-ENTER', well: 'A1' } : null })
  }
  const page = await begin(deviceId, 'Once')
  const { user } = page
  await user.type(screen.getByLabelText(/^Name/), '{Enter}')
  const step = await addStep(page, 1, 'incubate')
  await user.type(within(step).getByRole('combobox', { name: 'Operation of step 1' }), '{Enter}')
  await user.type(await within(step).findByLabelText('Temperature (°C)'), '37{Enter}')
  await user.type(within(step).getByLabelText('Minutes (min)'), '0')
  await user.click(screen.getByRole('button', { name: 'Paste many' }))
  await user.type(await screen.findByLabelText(/^Barcodes/), 'PASTED-1,PASTED-2')
  await user.click(screen.getByRole('button', { name: 'Add 2 barcodes' }))
  await screen.findByText('1 step, 2 samples')

  await user.click(screen.getByRole('button', { name: 'From a plate' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Samples from a plate' }))
  await user.type(dialog.getByRole('combobox', { name: 'Plate' }), 'P-ENTER')
  await user.click(await screen.findByRole('option', { name: 'P-ENTER' }))
  const map = await dialog.findByRole('grid', { name: 'Wells of P-ENTER' })
  map.focus()
  await user.keyboard('{Control>}a{/Control}')
  await user.click(await dialog.findByRole('button', { name: 'Add 1 sample' }))
  await screen.findByText('1 step, 3 samples')

  await user.click(screen.getByRole('button', { name: 'Create and start' }))
  await screen.findByRole('heading', { level: 1, name: 'Once' })
  const { rows } = await other.call('workflows.list', { deviceId })
  expect(rows).toHaveLength(1)
  expect((await other.call('workflows.get', { workflowId: rows[0]?.id ?? '' })).sampleBarcodes).toEqual([
    'PASTED-1',
    'PASTED-2',
    'PLATED-1',
  ])
})

it('takes in "Find samples" what a reader types and ends with Enter: exactly that sample, and says when there is none', async () => {
  const other = otherPage()
  for (const barcode of ['FIND-10', 'FIND-1', 'FIND-2']) await other.call('samples.create', { barcode })
  const { user, line, client } = showApp('/workflows/new')
  const find = await screen.findByLabelText<HTMLInputElement>('Find samples')
  await waitFor(() => expect(client.connection()).toBe('open'))
  const barcodes = () => useDraft.getState().draft.barcodes

  // What the lab finds is under way while the reader types: nothing but the code counts.
  line.hold()
  await user.type(find, 'FIND-1{Enter}FIND-2{Enter}FIND-{Enter}')
  expect(find.value).toBe('')
  line.letThrough()
  expect((await screen.findByRole('alert')).textContent).toBe('There is no sample "FIND-"')
  await waitFor(() => expect(barcodes()).toEqual(['FIND-1', 'FIND-2']))
  expect(location.hash).toBe('#/workflows/new')

  // A person has seen what was found: the first of it, unless there is just what was typed.
  await user.type(find, 'nd-1')
  await screen.findByRole('option', { name: /^FIND-10/ })
  await user.keyboard('{Enter}')
  await screen.findByText('"FIND-1" is there already')
  await user.type(find, 'nd-10')
  await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1))
  await user.keyboard('{Enter}')
  await waitFor(() => expect(barcodes()).toEqual(['FIND-1', 'FIND-2', 'FIND-10']))
  expect(find.value).toBe('')
})

it('leaves in the fields of a step what is typed there, also while it is no number yet, and says so', async () => {
  const other = otherPage()
  const page = await begin(await newDevice(other), 'Numbers')
  const { user } = page
  const step = await addStep(page, 1, 'shake')
  await user.click(within(step).getByRole('button', { name: 'More' }))
  const limit = within(step).getByLabelText<HTMLInputElement>('Time limit (s)')
  await user.type(limit, '1.5')
  expect(limit.value).toBe('1.5')
  await user.click(within(step).getByLabelText(/^Try again by itself/))
  const attempts = within(step).getByLabelText<HTMLInputElement>('Attempts')
  const pause = within(step).getByLabelText<HTMLInputElement>('Pause between them (s)')
  for (const [field, problem] of [
    [attempts, '1 to 100 attempts'],
    [pause, '0 seconds to a day'],
  ] as const) {
    await user.clear(field)
    expect(field.value).toBe('')
    await within(step).findByText(problem)
  }
  await user.type(attempts, '2')
  await user.type(pause, '0.25')
  await user.click(screen.getByLabelText('Start it later'))
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await screen.findByRole('heading', { level: 1, name: 'Numbers' })
  const workflowId = location.hash.split('/').at(-1) ?? ''
  expect((await other.call('workflows.get', { workflowId })).steps).toMatchObject([
    { timeoutSeconds: 1.5, retry: { max_attempts: 2, backoff_seconds: 0.25 } },
  ])
})

it('follows the lab while it is written: a sample that is added is known, a device that has learnt is asked anew', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other, { type: 'incubator', capabilities: ['shake'] })
  const page = await begin(deviceId, 'Follows')
  const step = await addStep(page, 1, 'incubate')
  await page.user.click(screen.getByRole('button', { name: 'Paste many' }))
  await page.user.type(await screen.findByLabelText(/^Barcodes/), 'LATE-1')
  await page.user.click(screen.getByRole('button', { name: 'Add 1 barcode' }))
  await screen.findByText('The lab does not know "LATE-1".')
  expect(within(step).getByLabelText('Parameters of step 1 as JSON')).toBeTruthy()

  await other.call('samples.create', { barcode: 'LATE-1' })
  await waitFor(() => expect(screen.queryByText('The lab does not know "LATE-1".')).toBeNull())
  await other.call('devices.change', { deviceId, capabilities: ['shake', 'incubate'] })
  await within(step).findByLabelText('Temperature (°C)')
})
