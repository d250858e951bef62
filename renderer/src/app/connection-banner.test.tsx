/** The line to the lab goes down and comes back: what the person before the screen is told meanwhile, and sees afterwards. */

import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice, queueOf } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })
const lost = /^The connection to the lab is lost/

it('says that the line is lost, heals by itself, and shows what happened meanwhile', async () => {
  const other = otherPage()
  const deviceId = await queueOf(other, 'holder', 'first')
  const { line, client } = showApp(`/queues?device=${deviceId}`)
  await screen.findByRole('button', { name: 'Move first' })
  await screen.findByText('Events: live')
  expect(screen.queryByText(lost)).toBeNull()
  const heard: number[] = []
  client.onPush((push) => push.topic === 'event' && heard.push(push.seq))

  line.cut()
  await screen.findByText(lost)
  await screen.findByText('Events: not live')
  await other.call('queue.add', { deviceId, workflowId: 'meanwhile' })
  await other.call('queue.add', { deviceId, workflowId: 'last', priority: 'urgent' })
  expect(screen.queryByRole('button', { name: 'Move meanwhile' })).toBeNull()

  line.mend()
  await screen.findByRole('button', { name: 'Move meanwhile' })
  await screen.findByRole('button', { name: 'Move last' })
  await waitFor(() => expect(screen.queryByText(lost)).toBeNull())
  // What happened while nobody listened is heard once, from where the page had stopped.
  const [latest] = await client.call('events.list', { before: Number.MAX_SAFE_INTEGER, limit: 1 })
  await waitFor(() => expect(heard).toEqual([(latest?.id ?? 0) - 1, latest?.id]))
  await screen.findByText(/Joined the queue of .*, priority urgent$/)
})

it('refuses with a word while the line is down, and is reached at once by "Try now"', async () => {
  const deviceId = await newDevice(otherPage(), { name: 'Far reader' })
  const { line, client } = showApp(`/queues?device=${deviceId}`)
  await screen.findByRole('heading', { name: 'Far reader' })
  line.cut()
  await screen.findByText(lost)
  await expect(client.call('devices.list', {})).rejects.toMatchObject({ code: 'disconnected' })

  line.mend()
  const before = line.attempts()
  // Without a pause in which the page might try by itself.
  fireEvent.click(screen.getByRole('button', { name: 'Try now' }))
  expect(line.attempts()).toBe(before + 1)
  await waitFor(() => expect(client.connection()).toBe('open'))
  await waitFor(() => expect(screen.queryByText(lost)).toBeNull())
})
