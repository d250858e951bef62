/** A screen that fails says so, leaves the rest of the window as it is, and has its ways out. */

import { screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import { emptyDraft } from '../screens/workflows/new/draft.ts'
import { useDraft } from '../screens/workflows/new/draft-store.ts'

const { showApp, otherPage } = openScreenLab({ demo: false })

// React and the router tell the console of every error that they catch.
const complained = { error: vi.spyOn(console, 'error'), warn: vi.spyOn(console, 'warn') }
beforeEach(() => {
  for (const spy of Object.values(complained)) spy.mockImplementation(() => undefined)
})
afterEach(() => {
  for (const spy of Object.values(complained)) spy.mockReset()
})

/** A draft that an older program might have left in this browser: the screen stumbles over it. */
async function stumble() {
  useDraft.setState({ draft: { ...emptyDraft, steps: undefined as never /* what its type forbids */ } })
  const page = showApp('/workflows/new')
  await screen.findByRole('heading', { name: 'This screen has failed' })
  return page
}

it('says what failed, and can be tried again', async () => {
  const { user } = await stumble()
  expect(screen.getByRole('alert').textContent).toMatch(/undefined/)
  expect(screen.getByText(/^The lab itself runs on/)).toBeTruthy()
  expect(complained.error).toHaveBeenCalled()
  useDraft.setState({ draft: emptyDraft })
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('heading', { level: 1, name: 'New workflow' })
  expect(screen.queryByText('This screen has failed')).toBeNull()
})

it('leads to the bench, which is as the lab is', async () => {
  const { user } = await stumble()
  await newDevice(otherPage(), { name: 'Still here' })
  await user.click(screen.getByRole('link', { name: 'Go to the bench' }))
  await screen.findByRole('heading', { name: 'Still here' })
  await waitFor(() => expect(screen.queryByText('This screen has failed')).toBeNull())
})
