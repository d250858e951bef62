/** Long lists by keys, while what they show is not what was asked for last. */

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

it('opens no row of an older question by Enter', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  for (const name of ['Wanted', 'Newest']) await other.call('workflows.create', { name, deviceId })
  const { user, line } = showApp('/workflows')
  await screen.findByText('2 workflows')
  const grid = await screen.findByRole('grid', { name: 'Workflows' })
  line.hold()
  await user.type(screen.getByRole('textbox', { name: 'Find workflows' }), 'Wanted')
  await waitFor(() => expect(location.hash).toContain('text=Wanted'))
  grid.focus()
  await user.keyboard('{Enter}')
  expect(grid.getAttribute('aria-busy')).toBe('true')
  line.letThrough()
  await waitFor(() => expect(grid.getAttribute('aria-busy')).toBe('false'))
  await user.keyboard('{Enter}')
  await screen.findByRole('heading', { level: 1, name: 'Wanted' })
})

it('opens no sample of an older question by Enter', async () => {
  const other = otherPage()
  for (const barcode of ['ASIDE', 'WANTED']) await other.call('samples.create', { barcode })
  const { user, line } = showApp('/samples?view=list')
  await screen.findByText('2 samples')
  const grid = await screen.findByRole('grid', { name: 'Samples' })
  line.hold()
  await user.type(screen.getByRole('textbox', { name: 'Find samples' }), 'WANTED')
  await waitFor(() => expect(location.hash).toContain('text=WANTED'))
  grid.focus()
  await user.keyboard('{Enter}')
  expect(grid.getAttribute('aria-busy')).toBe('true')
  line.letThrough()
  await waitFor(() => expect(grid.getAttribute('aria-busy')).toBe('false'))
  expect(location.hash).not.toContain('sample=')
  await user.keyboard('{Enter}')
  await waitFor(() => expect(location.hash).toContain('sample=WANTED'))
})
