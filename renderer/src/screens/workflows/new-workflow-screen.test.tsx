/** Writing a workflow: the fields are what the device says of its operations, what is wrong is told while it is typed, what is kept is what was written. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../../tests/components/scene.ts'
import { openScreenLab, type Screen } from '../../../../tests/components/screen-lab.tsx'

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
