/** A list that follows the lab while its own pages are still on their way. */

import { render, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { layLabLine } from '../../../tests/components/lab-line.ts'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab } from '../../../tests/components/screen-lab.tsx'
import { createClient } from './client.ts'
import { createQueryClient, LabProvider } from './lab.tsx'
import type { Line, LineEvents } from './line.ts'
import { useLabPages } from './pages.ts'

const { lab, otherPage } = openScreenLab({ demo: false })

function Lines({ deviceId }: { deviceId: string }) {
  const { rows } = useLabPages('workflows.list', { deviceId })
  return rows.map(({ id, name, status }) => (
    <p key={id}>
      {name} is {status}
    </p>
  ))
}

/** A line on which pages of workflows come late, when the test says so. */
function lineWithSlowPages() {
  const line = layLabLine(lab().running.rpc)
  const slow = new Set<number>()
  const late: (() => void)[] = []
  let isSlow = false
  function open(events: LineEvents): Line {
    const opened = line.open({
      ...events,
      onMessage(message) {
        if ('id' in message && slow.has(message.id)) late.push(() => events.onMessage(message))
        else events.onMessage(message)
      },
    })
    return {
      ...opened,
      send(message) {
        if ('method' in message && isSlow && message.method === 'workflows.list' && !Object.hasOwn(Object(message.input), 'workflowId')) {
          slow.add(message.id)
        }
        opened.send(message)
      },
    }
  }
  return {
    open,
    late,
    slowDown() {
      isSlow = true
    },
  }
}

it('shows a line as it is, though pages that were read before the change come after it', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  const { id: workflowId } = await other.call('workflows.create', { name: 'Late', deviceId })
  const { open, late, slowDown } = lineWithSlowPages()
  const client = createClient(open, () => null)
  const queries = createQueryClient()
  try {
    render(
      <LabProvider client={client} queryClient={queries}>
        <Lines deviceId={deviceId} />
      </LabProvider>,
    )
    await screen.findByText('Late is created')
    slowDown()
    void queries.invalidateQueries({ queryKey: ['workflows.list'] })
    await waitFor(() => expect(late.length).toBe(1))

    const heard = new Promise<void>((resolve) => {
      client.onPush((push) => push.topic === 'event' && push.event.kind === 'workflow.cancelled' && resolve())
    })
    await other.call('workflows.cancel', { workflowId })
    await heard
    // What was asked because of it has its answer when this has.
    await client.call('workflows.get', { workflowId })
    for (const arrive of late.splice(0)) arrive()
    await screen.findByText('Late is cancelled')
    await waitFor(() => expect(queries.isFetching()).toBe(0))
    screen.getByText('Late is cancelled')
  } finally {
    client.close()
    queries.clear()
  }
})
