/** The histogram above the logs: it narrows to where it is let go, and whoever works it by keys keeps the focus. */

import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'
import { LogHistogram } from './log-histogram.tsx'

const { show, showApp, otherPage } = openScreenLab({ demo: false, simSpeed: 0 })

/** Ten bars of an hour each. */
const tenHours = {
  bucketWidth: 3_600_000,
  from: '2025-01-10T00:00:00.000Z',
  to: '2025-01-10T09:59:59.999Z',
  buckets: [{ start: '2025-01-10T03:00:00.000Z', good: 5, bad: 1 }],
}

function showTenHours() {
  const narrowed: string[][] = []
  const { user } = show(<LogHistogram histogram={tenHours} onNarrow={(...ends) => narrowed.push(ends)} />)
  return { narrowed, user, chart: screen.getByRole('group', { name: 'Logs by time' }) }
}

it('narrows to where the pointer is let go, also when that is quicker than the last move is drawn', () => {
  const { narrowed, chart } = showTenHours()
  const { left, width } = chart.getBoundingClientRect()
  const over = (bar: number) => ({ bubbles: true, pointerId: 1, button: 0, clientX: left + (width * (bar + 0.5)) / 10 })
  fireEvent.pointerDown(chart, over(2))
  fireEvent.pointerMove(chart, over(5))
  act(() => {
    chart.dispatchEvent(new PointerEvent('pointermove', over(6)))
    chart.dispatchEvent(new PointerEvent('pointerup', over(6)))
  })
  expect(narrowed).toEqual([['2025-01-10T02:00:00.000Z', '2025-01-10T06:59:59.999Z']])
})

it.each([
  ['Home', '2025-01-10T00:00:00.000Z'],
  ['End', '2025-01-10T09:00:00.000Z'],
  ['ArrowRight', '2025-01-10T00:00:00.000Z'],
  ['ArrowLeft', '2025-01-10T09:00:00.000Z'],
])('begins at the end that %s names', async (key, from) => {
  const { narrowed, user, chart } = showTenHours()
  chart.focus()
  await user.keyboard(`{${key}}{Enter}`)
  expect(narrowed.map(([start]) => start)).toEqual([from])
})

it('keeps the focus while the logs that it narrowed to are counted, and when there are none', async () => {
  const other = otherPage()
  const { id } = await other.call('workflows.create', { name: 'Short', deviceId: await newDevice(other), steps: [{ operation: 'shake' }] })
  await other.call('workflows.start', { workflowId: id, auto: true })
  const day = 86_400_000
  const at = (time: number) => `"${new Date(time).toISOString()}"`
  const { user, line } = showApp(`/logs?from=${at(Date.now() - day)}&to=${at(Date.now() + day)}`)
  await screen.findByText('1 log')
  const chart = screen.getByRole('group', { name: 'Logs by time' })
  chart.focus()
  const before = location.hash
  line.hold()
  // The first bar, of a day ago.
  await user.keyboard('{ArrowRight}{Enter}')
  await waitFor(() => expect(location.hash).not.toBe(before))
  expect(document.activeElement).toBe(chart)
  // Its bars are no longer those of the logs that are filtered for.
  const narrowed = location.hash
  await user.keyboard('{ArrowRight}{ArrowRight}{Enter}')
  line.letThrough()
  await screen.findByText('No log fits these filters')
  expect(document.activeElement).toBe(chart)
  expect(location.hash).toBe(narrowed)
})
