/** The page's line to a real lab while it is opened slowly. */

import { waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { layLabLine } from '../../../tests/components/lab-line.ts'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import { createClient } from './client.ts'

const { lab, otherPage } = openScreenLab({ demo: false })

it('has one line, and hears everything once, however often the person tries again while it opens', async () => {
  const line = layLabLine(lab().running.rpc)
  /** Attempts that have come through, of which the page has not heard. */
  const through: (() => void)[] = []
  let isSlow = false
  const client = createClient(
    (events) => line.open({ ...events, onOpen: () => (isSlow ? void through.push(events.onOpen) : events.onOpen()) }),
    () => null,
  )
  try {
    await waitFor(() => expect(client.connection()).toBe('open'))
    line.cut()
    await waitFor(() => expect(client.connection()).toBe('lost'))
    line.mend()
    isSlow = true
    client.reconnect()
    await waitFor(() => expect(through.length).toBe(1))
    client.reconnect()
    await waitFor(() => expect(through.length).toBe(2))
    for (const open of through) open()
    await waitFor(() => expect(client.connection()).toBe('open'))

    const created: unknown[] = []
    client.onPush((push) => push.topic === 'event' && push.event.kind === 'device.created' && created.push(push.event.deviceId))
    const other = otherPage()
    const first = await newDevice(other)
    const second = await newDevice(other)
    await waitFor(() => expect(created).toContain(second))
    expect(created).toEqual([first, second])
  } finally {
    client.close()
  }
})
