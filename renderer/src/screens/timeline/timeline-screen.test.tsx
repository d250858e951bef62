/** The timeline when one comes back to it: what happened meanwhile has happened there, too. */

import { screen, waitFor } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { afterEach, expect, it } from 'vitest'
import { queueOf } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage, lab } = openScreenLab({ demo: false })

// The keys begin in the first lane: no test finds the device of another there, however that ended.
afterEach(async () => {
  const page = otherPage()
  for (const { id: deviceId } of await page.call('devices.list', {})) {
    // Refused when nobody has it any more.
    await page.call('devices.release', { deviceId, force: true, reason: 'The test is over' }).catch(() => undefined)
    await page.call('devices.delete', { deviceId })
  }
})

function open(address: string): void {
  location.hash = address
  window.dispatchEvent(new PopStateEvent('popstate'))
}

/** What is said of the run that the arrow key finds, as soon as it is this. */
async function words(user: UserEvent, wanted: RegExp): Promise<void> {
  const chart = await screen.findByRole('group', { name: 'Timeline of the devices' })
  chart.focus()
  await waitFor(async () => {
    await user.keyboard('{Escape}{ArrowRight}')
    expect(chart.textContent).toMatch(wanted)
  })
}

it('shows what ended while it was not on the screen', async () => {
  const other = otherPage()
  const deviceId = await queueOf(other, 'script')
  const { user, client } = showApp('/timeline')
  await words(user, /Run of script, Since/)
  open('/settings')
  await screen.findByRole('heading', { name: 'Settings' })
  const told = new Promise<void>((resolve) => client.onPush((push) => push.topic === 'forecast' && push.deviceId === deviceId && resolve()))
  await other.call('devices.release', { deviceId, workflowId: 'script' })
  // The last that is told of it.
  await told
  open('/timeline')
  await words(user, /Run of script, \d{4}-/)
})

it('sets the past right where something in it had not ended', async () => {
  const other = otherPage()
  const deviceId = await queueOf(other, 'long')
  const hour = 3_600_000
  const at = (hours: number) => new Date(Date.now() - hours * hour).toISOString()
  await lab().lab.database.pool.query('update device_bookings set booked_at = $1 where device_id = $2', [at(3), deviceId])
  const underWay = new Set<Promise<unknown>>()
  const { user, client } = showApp(`/timeline?from="${at(3.1)}"&to="${at(2.9)}"`)
  const { call } = client
  client.call = (method, input) => {
    const answer = call(method, input)
    underWay.add(answer)
    const done = () => underWay.delete(answer)
    answer.then(done, done)
    return answer
  }
  await words(user, /Run of long, Since/)
  // What the page asked for when it opened would bring the end as well.
  await waitFor(() => expect(underWay.size).toBe(0))
  await other.call('devices.release', { deviceId, workflowId: 'long' })
  await words(user, /Run of long, \d{4}-/)
})
