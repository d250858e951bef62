/** A step that a simulated instrument failed at, and what the lab makes of each word that a person may say about it. */

import { screen, waitFor } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { newDevice, queuedIds, whenWorkflow } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import type { Client } from '../api/client.ts'
import { usePreferences } from './preferences.ts'
import { RecoverDialog } from './recover-dialog.tsx'

const { show, otherPage } = openScreenLab({ demo: false })

/** A workflow whose first step of two has failed, one that waits behind it, and the dialog before a person. */
async function failedStep() {
  const other = otherPage()
  const deviceId = await newDevice(other, { type: 'incubator' })
  const { id: workflowId } = await other.call('workflows.create', {
    name: 'Warm',
    deviceId,
    steps: [{ operation: 'incubate', parameters: { seconds: 0, simulate: 'fail', lot: 7 } }, { operation: 'shake' }],
  })
  await other.call('workflows.start', { workflowId, auto: true })
  await other.call('queue.add', { deviceId, workflowId: 'next' })
  await whenWorkflow(other, workflowId, 'awaiting_recovery')

  usePreferences.setState({ operator: 'Ada' })
  const asked = { closed: 0 }
  const page = show(<RecoverDialog workflowId={workflowId} opened onClose={() => (asked.closed += 1)} />)
  await screen.findByText(/^The simulated device failed during "incubate"/)
  return { other, deviceId, workflowId, user: page.user, page, asked }
}

/** Its first step has failed that often. */
async function whenAttempt(page: Client, workflowId: string, attempts: number): Promise<void> {
  await waitFor(async () => {
    const { status, steps } = await page.call('workflows.get', { workflowId })
    expect([status, steps[0]?.attempts]).toEqual(['awaiting_recovery', attempts])
  })
}

async function say(user: UserEvent, choice: string): Promise<void> {
  await user.click(screen.getByRole('radio', { name: choice }))
}

const note = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: /^Note/ })

it('runs the step again with what the fields of its device hold, once that fits', async () => {
  const { other, workflowId, user, asked } = await failedStep()
  await say(user, 'Retry with changed parameters')
  const submit = screen.getByRole('button', { name: 'Retry with changed parameters' })
  async function write(field: string, text: string) {
    // Its device has to say first what its fields are called.
    const input = await screen.findByRole('textbox', { name: field })
    await user.clear(input)
    await user.type(input, text)
  }
  await write('Seconds (s)', '100000')
  await user.click(submit)
  await screen.findByText('At most 86400 s')
  await write('Seconds (s)', '0.5')
  // One that the device does not describe keeps the type that it had.
  await write('lot', 'seven')
  await user.click(submit)
  await screen.findByText('It must be a number, such as 12.5')
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'awaiting_recovery' })

  await write('lot', '8')
  await user.click(screen.getByRole('combobox', { name: 'Simulate' }))
  await user.click(await screen.findByRole('option', { name: 'Not given' }))
  await user.click(submit)
  const { steps } = await whenWorkflow(other, workflowId, 'completed')
  expect(steps).toMatchObject([
    { status: 'completed', attempts: 2 },
    { status: 'completed', attempts: 1 },
  ])
  expect(steps[0]?.parameters).toEqual({ seconds: 0.5, lot: 8 })
  await waitFor(() => expect(asked.closed).toBe(1))
  await screen.findByText('"Warm" is tried again with the changed parameters.')
})

it('leaves the step out and goes on with the next', async () => {
  const { other, workflowId, user } = await failedStep()
  await say(user, 'Skip')
  await user.click(screen.getByRole('button', { name: 'Skip' }))
  const { steps } = await whenWorkflow(other, workflowId, 'completed')
  expect(steps.map(({ status }) => status)).toEqual(['skipped', 'completed'])
  await screen.findByText('"Warm" goes on without the step.')
})

it('takes a step for done only from who says how they know, and keeps what they say', async () => {
  const { other, workflowId, user, asked } = await failedStep()
  await say(user, 'Mark done')
  await user.click(screen.getByRole('button', { name: 'Mark done' }))
  await screen.findByText('Say how you know that it is done; it is kept with the history.')
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'awaiting_recovery' })
  expect(asked.closed).toBe(0)

  await user.type(note(), 'Warmed in the water bath')
  await user.click(screen.getByRole('button', { name: 'Mark done' }))
  const { steps } = await whenWorkflow(other, workflowId, 'completed')
  expect(steps).toMatchObject([{ status: 'completed', note: 'Warmed in the water bath' }, { status: 'completed' }])
  const history = await other.call('events.list', { workflowId, before: Number.MAX_SAFE_INTEGER, limit: 50 })
  expect(history.filter(({ operator }) => operator === 'Ada').map(({ data }) => data)).toContainEqual(
    expect.objectContaining({ reason: 'Warmed in the water bath' }),
  )
})

it('gives the workflow up, and its device goes to the next in line', async () => {
  const { other, deviceId, workflowId, user } = await failedStep()
  expect(await queuedIds(other, deviceId)).toEqual(['next'])
  await say(user, 'Give up')
  await user.click(screen.getByRole('button', { name: 'Give up' }))
  await screen.findByText('"Warm" has been given up.')
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'failed', steps: [{}, { status: 'skipped' }] })
  expect(await other.call('bench.get', { deviceId })).toMatchObject({ holder: { workflowId: 'next' }, queue: [] })
})

it('says why when somebody else has decided meanwhile', async () => {
  const { other, workflowId, user, asked } = await failedStep()
  await other.call('workflows.cancel', { workflowId })
  await user.click(screen.getByRole('button', { name: 'Retry' }))
  await screen.findByText('Workflow does not wait for recovery')
  expect(asked.closed).toBe(0)
})

it('decides on no other attempt than the one that the person saw', async () => {
  const { other, workflowId, user, page, asked } = await failedStep()
  await say(user, 'Give up')
  await user.type(note(), 'The plate is broken')
  page.line.hold()
  await other.call('workflows.recover', { workflowId, action: 'retry' })
  await whenAttempt(other, workflowId, 2)
  await user.click(screen.getByRole('button', { name: 'Give up' }))
  page.line.letThrough()
  await screen.findByText('Somebody has decided on this step already; another waits for a decision now')
  expect(await other.call('workflows.get', { workflowId })).toMatchObject({ status: 'awaiting_recovery' })
  // What was said about the first attempt is not said about the second.
  await waitFor(() => expect(note().value).toBe(''))
  expect(asked.closed).toBe(0)
})
