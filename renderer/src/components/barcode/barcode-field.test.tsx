/** A barcode reader at the screen of samples: its burst is heard wherever the focus is, and what a person types is not one. */

import { createEvent, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

let now = 0

/**
 * Presses the keys with so many milliseconds between them, by the keyboard's own clock, so that a slow machine changes nothing.
 * @returns whether the Enter is left to what has the focus
 */
function press(code: string, gap: number): boolean {
  let isLeft = true
  now += 10_000
  for (const key of [...code, 'Enter']) {
    now += gap
    const event = createEvent.keyDown(document.activeElement ?? document.body, { key })
    Object.defineProperty(event, 'timeStamp', { value: now })
    isLeft = fireEvent(document.activeElement ?? document.body, event)
  }
  return isLeft
}

const scan = (code: string) => press(code, 8)
const type = (code: string) => press(code, 120)

async function showSamples(): Promise<void> {
  showApp('/samples?view=list')
  await screen.findByRole('heading', { level: 1, name: 'Samples' })
}

it('finds the sample that is scanned, wherever the focus is', async () => {
  const other = otherPage()
  await other.call('samples.create', { barcode: 'gq-0815', name: 'Tube', location: { plate: 'RACK', well: 'C5' } })
  await showSamples()
  screen.getByRole('button', { name: 'Import' }).focus()
  // The Enter is the reader's, not the button's.
  expect(scan('gq-0815')).toBe(false)
  await screen.findByRole('heading', { level: 2, name: 'gq-0815' })
  expect(within(screen.getByRole('region', { name: 'Chosen wells' })).getByRole('link', { name: 'RACK, C5' })).toBeTruthy()
  expect(location.hash).toMatch(/^#\/samples\?.*sample=gq-0815/)
})

it('does not take for a scan what a person types outside of a field', async () => {
  await otherPage().call('samples.create', { barcode: 'SLOW-1' })
  await showSamples()
  expect(type('SLOW-1')).toBe(true)
  // Answered after what was typed would have been; typed by a person, its first two keys would lead to the queues.
  scan('gq-nobody')
  expect((await screen.findByRole('alert')).textContent).toContain('There is no sample "gq-nobody".')
  expect(location.hash).toMatch(/^#\/samples/)
  expect(location.hash).not.toContain('sample=')
  scan('SLOW-1')
  await waitFor(() => expect(location.hash).toContain('sample=SLOW-1'))
})

it('offers to add what the lab does not know', async () => {
  const other = otherPage()
  const { user } = showApp('/samples?view=list')
  await screen.findByRole('heading', { level: 1, name: 'Samples' })
  scan('FRESH-1')
  await user.click(await screen.findByRole('button', { name: 'Add it' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'New sample' }))
  expect(dialog.getByLabelText<HTMLInputElement>(/^Barcode/).value).toBe('FRESH-1')
  await expect(other.call('samples.get', { barcode: 'FRESH-1' })).rejects.toMatchObject({ code: 'sample_not_found' })
  await user.click(dialog.getByRole('button', { name: 'Add the sample' }))
  await screen.findByRole('heading', { level: 2, name: 'FRESH-1' })
  expect(await other.call('samples.get', { barcode: 'FRESH-1' })).toMatchObject({ barcode: 'FRESH-1', location: null })
})
