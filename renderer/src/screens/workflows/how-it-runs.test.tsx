/** Whether a workflow's steps run by themselves: said when it is written, kept until it is started, and asked where nobody has said. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice, whenWorkflow } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

const fact = async (name: string) => (await screen.findByText(name, { selector: 'dt' })).nextElementSibling?.textContent
const choice = (name: RegExp) => within(screen.getByRole('dialog')).getByRole<HTMLInputElement>('radio', { name })

it('what is written to be started later keeps that its steps run by hand: in its facts, its start and its copy', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const { user } = showApp('/workflows/new')
  await user.type(await screen.findByLabelText(/^Name/), 'Later')
  await user.click(screen.getByRole('combobox', { name: /^Device/ }))
  await user.click(await screen.findByRole('option', { name: new RegExp(`^${deviceId} `) }))
  await user.click(screen.getByRole('button', { name: 'Add a step' }))
  await user.type(await screen.findByRole('combobox', { name: 'Operation of step 1' }), 'shake')
  await user.click(screen.getByLabelText('Start it later'))
  await user.click(screen.getByLabelText(/^By hand/))
  await user.click(screen.getByRole('button', { name: 'Create' }))
  await screen.findByRole('heading', { level: 1, name: 'Later' })
  const workflowId = location.hash.split('/').at(-1) ?? ''
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'created', auto: false })
  expect(await fact('Steps run')).toBe('by hand')

  await user.click(screen.getByRole('button', { name: 'Start' }))
  await screen.findByRole('dialog', { name: 'Start' })
  expect(choice(/^By hand/).checked).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Not yet' }))

  await user.click(screen.getByRole('link', { name: 'Duplicate' }))
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe('Later (copy)'))
  expect(screen.getByLabelText<HTMLInputElement>(/^By hand/).checked).toBe(true)

  // From a device's own menu it starts as it says.
  await user.click(screen.getByRole('link', { name: 'Queues' }))
  await user.click(await screen.findByRole('button', { name: `Start a workflow on ${deviceId}` }))
  await user.click(await screen.findByRole('menuitem', { name: /^Later.*by hand/ }))
  expect(await whenWorkflow(other, workflowId, 'running')).toMatchObject({ auto: false, steps: [{ status: 'pending' }] })
})

it('where nobody has said it, as for what a script made, it is asked at the start, which begins with by themselves', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const { id: workflowId } = await other.call('workflows.create', { name: 'Script', deviceId, steps: [{ operation: 'shake' }] })
  const { user } = showApp(`/workflows/${workflowId}`)
  await screen.findByRole('heading', { level: 1, name: 'Script' })
  expect(await fact('Steps run')).toBe('as chosen at its start')
  await user.click(screen.getByRole('button', { name: 'Start' }))
  await screen.findByRole('dialog', { name: 'Start' })
  expect(choice(/^Automatic/).checked).toBe(true)
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Start' }))
  await whenWorkflow(other, workflowId, 'completed')
  await waitFor(async () => expect(await fact('Steps run')).toBe('automatically'))
})

it('is settled when a script puts it in line without a word: by hand, and found as such', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const { id: workflowId } = await other.call('workflows.create', { name: 'In line', deviceId })
  const byHand = async () => (await other.call('workflows.list', { deviceId, auto: false })).rows.map(({ id }) => id)
  expect(await byHand()).toEqual([])
  await other.call('queue.add', { deviceId, workflowId })
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'running', auto: false })
  expect(await byHand()).toEqual([workflowId])
})
