/** A person at the bench while others are at it too: what a dialog was opened for is what it acts on. */

import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { newDevice, whenWorkflow } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'
import type { Client } from '../../api/client.ts'

const { showApp, otherPage } = openScreenLab({ demo: false })

type Steps = { operation: string; parameters?: Record<string, unknown>; deviceId?: string }[]

/** A workflow that has its device and is run by hand. */
async function byHand(page: Client, deviceId: string, name: string, steps: Steps = [{ operation: 'shake' }, { operation: 'shake' }]) {
  const { id } = await page.call('workflows.create', { name, deviceId, steps })
  await page.call('workflows.start', { workflowId: id, onBusy: 'queue', auto: false })
  return id
}

/** A device that "First" has and "Second" waits for, before a person. */
async function showTwo() {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const first = await byHand(other, deviceId, 'First')
  const second = await byHand(other, deviceId, 'Second')
  const { user } = showApp('/')
  const card = await cardOf(deviceId)
  return { other, deviceId, first, second, user, card }
}

const cardOf = (name: string) => screen.findByRole('article', { name })

async function press(user: UserEvent, name: string, inside: HTMLElement): Promise<void> {
  await user.click(within(inside).getByRole('button', { name }))
}

it('releases nothing when another has the device by the time the person has said why', async () => {
  const { other, deviceId, first, second, user, card } = await showTwo()
  await press(user, 'Release…', card)
  const dialog = await screen.findByRole('dialog')
  await user.type(within(dialog).getByRole('textbox'), 'Fire drill')
  await other.call('workflows.complete', { workflowId: first })
  await screen.findByText(`"First" no longer has ${deviceId}; "Second" has it now. Nothing was released.`)
  expect(screen.queryByRole('button', { name: 'Release by force' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Leave it as it is' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await other.call('bench.get', { deviceId })).toMatchObject({ holder: { workflowId: second, status: 'running' } })
})

it('the lab takes a device by force from nobody but whom the page names', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  await byHand(other, deviceId, 'Holder')
  const release = (workflowId?: string) =>
    other.call('devices.release', { deviceId, force: true, reason: 'Fire drill', ...(workflowId ? { workflowId } : {}) })
  await expect(release('somebody-else')).rejects.toMatchObject({ code: 'not_your_booking' })
  expect((await other.call('bench.get', { deviceId })).holder).toMatchObject({ workflowName: 'Holder', status: 'running' })
  expect(await release()).toMatchObject({ releasedAt: expect.any(String), next: null })
})

it('cancels the workflow that the person chose, not the one that has the device since', async () => {
  const { other, deviceId, first, second, user } = await showTwo()
  await user.click(screen.getByRole('button', { name: `More for ${deviceId}` }))
  await user.click(await screen.findByRole('menuitem', { name: 'Cancel the workflow…' }))
  const dialog = await screen.findByRole('dialog')
  await user.type(within(dialog).getByRole('textbox'), 'Wrong plate')
  await other.call('workflows.complete', { workflowId: first })
  await within(await cardOf(deviceId)).findByText('Second')
  await press(user, 'Cancel the workflow', dialog)
  await screen.findByText('Workflow has already ended')
  // The reason is not lost by the refusal.
  expect(within(dialog).getByRole<HTMLTextAreaElement>('textbox').value).toBe('Wrong plate')
  expect(await other.call('workflows.get', { workflowId: second })).toMatchObject({ status: 'running' })
})

it('completes a workflow only after a question while steps of it are left', async () => {
  const { other, first, user, card } = await showTwo()
  await press(user, 'Complete', card)
  await screen.findByText('2 steps of "First" have not run; they count as skipped.')
  expect(await other.call('workflows.get', { workflowId: first })).toMatchObject({ status: 'running' })
  await user.click(screen.getByRole('button', { name: 'Complete it' }))
  await whenWorkflow(other, first, 'completed')
})

it('says on the card of a workflow for which device it waits, and that nobody knows how long where that is so', async () => {
  const other = otherPage()
  const [own, elsewhere] = [await newDevice(other), await newDevice(other)]
  const first = await byHand(other, elsewhere, 'First there', [{ operation: 'incubate', parameters: { minutes: 90 } }])
  const steps = [{ operation: 'shake', deviceId: elsewhere }]
  const { id } = await other.call('workflows.create', { name: 'Patient', deviceId: own, steps })
  await other.call('workflows.start', { workflowId: id, auto: true })
  showApp('/')
  const card = await cardOf(own)
  await waitFor(() => expect(card.textContent).toContain(`Step 1 of 1: Shake waits for ${elsewhere}`))
  await other.call('workflows.pause', { workflowId: first })
  await waitFor(() =>
    expect(card.textContent).toContain(`It waits for the device "${elsewhere}", where "First there" does not go on by itself.`),
  )
  for (const workflowId of [first, id]) await other.call('workflows.cancel', { workflowId })
})

it('says on the card of a workflow that its step runs on another device, and offers nothing that would be refused', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const elsewhere = await newDevice(other)
  const steps = [{ operation: 'shake', deviceId: elsewhere, parameters: { simulate: 'hang' } }, { operation: 'shake' }]
  const workflowId = await byHand(other, deviceId, 'Traveller', steps)
  const { user } = showApp('/')
  const card = await cardOf(deviceId)
  await within(card).findByText('Held')
  await press(user, 'Run next step', card)
  await waitFor(() => expect(card.textContent).toContain(`Step 1 of 2: Shake on ${elsewhere}`))
  await within(card).findByText('Running')
  await waitFor(() => {
    for (const name of ['Run next step', 'Complete']) expect(within(card).queryByRole('button', { name })).toBeNull()
  })
  await other.call('workflows.cancel', { workflowId })
})
