/** The timeline when one comes back to it: what happened meanwhile has happened there, too. */

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { queueOf } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

function open(address: string): void {
  location.hash = address
  window.dispatchEvent(new PopStateEvent('popstate'))
}

it('shows what ended while it was not on the screen', async () => {
  const other = otherPage()
  const deviceId = await queueOf(other, 'script')
  const { user, client } = showApp('/timeline')
  const words = async (wanted: RegExp) => {
    const chart = await screen.findByRole('group', { name: 'Timeline of the devices' })
    chart.focus()
    await waitFor(async () => {
      await user.keyboard('{Escape}{ArrowRight}')
      expect(chart.textContent).toMatch(wanted)
    })
  }
  await words(/Run of script, Since/)
  open('/settings')
  await screen.findByRole('heading', { name: 'Settings' })
  const told = new Promise<void>((resolve) => client.onPush((push) => push.topic === 'forecast' && push.deviceId === deviceId && resolve()))
  await other.call('devices.release', { deviceId, workflowId: 'script' })
  // The last that is told of it.
  await told
  open('/timeline')
  await words(/Run of script, \d{4}-/)
})
