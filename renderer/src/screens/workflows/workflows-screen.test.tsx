/** Workflows on the screen when the lab refuses, and when another page deletes what is looked at. */

import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

it.each([
  ['workflows', 'The workflows could not be read'],
  ['samples', 'The samples could not be read'],
])('the list of %s that was refused says why, and can be read again', async (name, title) => {
  // Longer than the lab looks for.
  showApp(`/${name}?view=list&text=${'x'.repeat(201)}`)
  await screen.findByText(title)
  expect(screen.getByRole('button', { name: 'Read again' })).toBeTruthy()
  expect(screen.queryByText(/^No .* fits/)).toBeNull()
})

it('a workflow that another page deletes is no longer there, nor are its commands', async () => {
  const other = otherPage()
  const { id: workflowId } = await other.call('workflows.create', { name: 'Short life', deviceId: await newDevice(other) })
  showApp(`/workflows/${workflowId}`)
  await screen.findByRole('button', { name: 'Start' })
  await other.call('workflows.delete', { workflowId })
  await screen.findByRole('heading', { level: 1, name: 'There is no such workflow' })
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Start' })).toBeNull())
})

it('a device whose name is a number is a device in an address too', async () => {
  const other = otherPage()
  await other.call('devices.create', { id: '42', name: 'Forty-two', type: 'other' })
  showApp('/queues?device=42')
  await screen.findByRole('region', { name: 'Forty-two' })
})

it('clearing the filters drops what was typed a moment before', async () => {
  const { user } = showApp('/workflows?auto=true')
  const clear = await screen.findByRole('button', { name: 'Clear filters' })
  const text = screen.getByRole<HTMLInputElement>('textbox', { name: 'Find workflows' })
  fireEvent.change(text, { target: { value: 'nowhere' } })
  await user.click(clear)
  expect(text.value).toBe('')
  await waitFor(() => expect(location.hash).toBe('#/workflows'))
})
