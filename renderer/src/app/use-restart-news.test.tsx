/** A restart did not come to its end: who was told that the lab starts again is told that it is as it was. */

import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { restartFailed } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'

const { lab, showApp } = openScreenLab({ demo: false })

it('tells it to a page that comes back, with the reason, once', async () => {
  const { line } = showApp('/settings')
  await screen.findByText('Events: live')
  line.cut()
  await screen.findByText('Events: not live')
  await restartFailed(lab(), 'The disk is full.')
  line.mend()
  await screen.findByText('The lab is as it was before')
  expect(screen.getAllByText(/^It could not start again with other data: The disk is full\. Nothing of it was changed/)).toHaveLength(1)
  await screen.findByText('The lab could not start again as it was asked to, and is as it was before')
})
