/** Settings beside another page that changes the same. */

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

it('the failures in a row are those that others store, until somebody types here', async () => {
  const { user } = showApp('/settings')
  const other = otherPage()
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Failures in a row' })
  await other.call('settings.change', { circuitBreakerFailures: 7 })
  await waitFor(() => expect(field.value).toBe('7'))
  await user.clear(field)
  await user.type(field, '9')
  await user.click(screen.getAllByRole('button', { name: 'Store' })[0] ?? field)
  await waitFor(async () => expect((await other.call('settings.get', {})).circuitBreakerFailures).toBe(9))
  await other.call('settings.change', { circuitBreakerFailures: 4 })
  await waitFor(() => expect(field.value).toBe('4'))
})

it('a backup that another page makes is seen', async () => {
  showApp('/settings')
  await screen.findByText('There is no backup yet. The first takes a second or two.')
  // Made before it is looked for: the look, again and again, is in the thread that makes it.
  await otherPage().call('backups.create', { note: 'From elsewhere' })
  await screen.findByRole('cell', { name: 'From elsewhere' }, { timeout: 45_000 })
})
