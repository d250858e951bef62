/** Long lists by keys, while what they show is not what was asked for last. */

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import type { Client } from '../api/client.ts'

const { showApp, otherPage } = openScreenLab({ demo: false })

const lists = [
  {
    what: 'Workflows',
    address: '/workflows',
    asked: 'Wanted',
    async fill(lab: Client) {
      const deviceId = await newDevice(lab)
      for (const name of ['Wanted', 'Newest']) await lab.call('workflows.create', { name, deviceId })
    },
    opened: () => screen.findByRole('heading', { level: 1, name: 'Wanted' }),
  },
  {
    what: 'Samples',
    address: '/samples?view=list',
    asked: 'WANTED',
    async fill(lab: Client) {
      for (const barcode of ['ASIDE', 'WANTED']) await lab.call('samples.create', { barcode })
    },
    opened: () => waitFor(() => expect(location.hash).toContain('sample=WANTED')),
  },
]

it.each(lists)('opens none of the $what of an older question by Enter', async ({ what, address, asked, fill, opened }) => {
  await fill(otherPage())
  const { user, line } = showApp(address)
  await screen.findByText(`2 ${what.toLowerCase()}`)
  const grid = await screen.findByRole('grid', { name: what })
  line.hold()
  await user.type(screen.getByRole('textbox', { name: `Find ${what.toLowerCase()}` }), asked)
  await waitFor(() => expect(location.hash).toContain(`text=${asked}`))
  const before = location.hash
  grid.focus()
  await user.keyboard('{Enter}')
  expect(grid.getAttribute('aria-busy')).toBe('true')
  line.letThrough()
  await waitFor(() => expect(grid.getAttribute('aria-busy')).toBe('false'))
  expect(location.hash).toBe(before)
  await user.keyboard('{Enter}')
  await opened()
})
