/** The bench: what a person sees of each device, and does about it. */

import { newDevice, newWorkflow, start } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'

// Slow enough to look at a step while it runs; what shall end at once asks for no time.
test.use({ labSettings: { simSpeed: 1 } })

test('shows a run with its step, its progress and the time it has left, and who is next', async ({ lab, frame, bench }) => {
  const device = await newDevice(lab)
  const run = await newWorkflow(lab, device, {
    name: 'Long run',
    steps: ['shake', { operation: 'incubate', parameters: { seconds: 300 } }],
  })
  const next = await newWorkflow(lab, device, { name: 'Next run' })
  await start(lab, run)
  await start(lab, next)
  await frame.open()
  const card = bench.card(device)
  await expect(card.getByRole('link', { name: 'Long run' })).toBeVisible()
  await expect(card.getByText('Running', { exact: true })).toBeVisible()
  await expect(card.getByText('Online')).toBeVisible()
  await expect(card.getByText('In service')).toBeVisible()
  await expect(card.getByText('Step 2 of 2')).toBeVisible()
  await expect(card.getByRole('progressbar', { name: 'Done' })).toHaveAttribute('aria-valuetext', /^5\d%$/)
  await expect(card.getByText(/^4 min \d+ s$/).first()).toBeVisible()
  await expect(card.getByText(/left, up to/)).toBeVisible()
  await expect(card.getByRole('listitem').filter({ hasText: 'Next run' })).toContainText(/in 4 min/)
})
