/** A command that the lab refuses: the person reads the lab's own sentence, and never what is behind it. */

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Input, MethodName } from '../../../shared/contract/contract.ts'
import { newDevice, queueOf } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import { type Client, LabError } from './client.ts'
import { useCommand, useLab } from './lab.tsx'

const { show, otherPage } = openScreenLab({ demo: false })

function Ask<M extends MethodName>({ method, input }: { method: M; input: Input<M> }) {
  const command = useCommand(method)
  return (
    <button type="button" onClick={() => command.mutate(input)}>
      Ask
    </button>
  )
}

type Scene = (page: Client) => Promise<{ method: MethodName; input: Input<MethodName> }>

/** What brings the lab to each of these codes, and words that its sentence must have. */
const refusals: [code: string, words: RegExp, scene: Scene][] = [
  ['device_not_found', /^Device not found$/, async () => ({ method: 'devices.delete', input: { deviceId: 'nowhere' } })],
  [
    'device_in_use',
    /^Device is booked; release it/,
    async (page) => ({ method: 'devices.delete', input: { deviceId: await queueOf(page, 'holder') } }),
  ],
  [
    'invalid_state',
    /^Workflow already started or/,
    async (page) => {
      const { id: workflowId } = await page.call('workflows.create', { name: 'Over', deviceId: await newDevice(page) })
      await page.call('workflows.cancel', { workflowId })
      return { method: 'workflows.start', input: { workflowId } }
    },
  ],
  [
    'sample_exists',
    /"TWICE"/,
    async (page) => {
      await page.call('samples.create', { barcode: 'TWICE' })
      return { method: 'samples.create', input: { barcode: 'TWICE' } }
    },
  ],
  ['invalid_input', /name/, async () => ({ method: 'devices.create', input: { id: 'd', name: '', type: 'other' } })],
]

it.each(refusals)('tells %s in the words of the lab', async (code, words, scene) => {
  const page = otherPage()
  const { method, input } = await scene(page)
  const refused = await page.call(method, input).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(LabError)
  expect(refused).toMatchObject({ code, message: expect.stringMatching(words) })

  const { user } = show(<Ask method={method} input={input} />)
  await user.click(screen.getByRole('button', { name: 'Ask' }))
  const toast = await screen.findByRole('alert')
  expect(toast.textContent).toBe(`That was not possible${refused instanceof Error ? refused.message : ''}`)
  expect(toast.textContent).not.toContain(code)
})

it('tells that there is no connection, and does not send the command later', async () => {
  const page = otherPage()
  const { user, line, client } = show(<Ask method="samples.create" input={{ barcode: 'LOST' }} />)
  await waitFor(() => expect(client.connection()).toBe('open'))
  line.cut()
  await waitFor(() => expect(client.connection()).toBe('lost'))
  await user.click(screen.getByRole('button', { name: 'Ask' }))
  expect((await screen.findByRole('alert')).textContent).toContain('There is no connection to the lab; try again in a moment')
  line.mend()
  await waitFor(() => expect(client.connection()).toBe('open'))
  await expect(page.call('samples.get', { barcode: 'LOST' })).rejects.toMatchObject({ code: 'sample_not_found' })
})

function Devices() {
  const { data } = useLab('devices.list', {})
  return <p>{data ? `${data.length} devices` : 'Not yet'}</p>
}

it('reads by itself what was asked while the line was down', async () => {
  const { line, client } = show(<Devices />)
  line.cut()
  await waitFor(() => expect(client.connection()).toBe('lost'))
  expect(screen.getByText('Not yet')).toBeTruthy()
  line.mend()
  await screen.findByText(/^\d+ devices$/)
})
