/** The palette before somebody who types faster than the lab answers, and before a scanner, which does always. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { newDevice } from '../../../tests/components/scene.ts'
import { openScreenLab, type Screen } from '../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

const field = () => screen.findByRole('textbox', { name: 'Find a command, device, workflow or sample' })

async function open({ user }: Screen): Promise<void> {
  await user.keyboard('{Control>}k{/Control}')
  const input = await field()
  await waitFor(() => expect(document.activeElement === input).toBe(true))
}

const palette = () => screen.getByRole('dialog', { name: 'Find' })
const selected = () => palette().querySelector('[data-selected]')?.textContent

/** The app before a person, once it is there. */
async function showBench(): Promise<Screen> {
  const page = showApp('/')
  await screen.findByRole('heading', { level: 1, name: 'Bench' })
  await waitFor(() => expect(page.client.connection()).toBe('open'))
  return page
}

it('opens the sample whose barcode was scanned, though the lab answers only after the scanner has pressed Enter', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  // More than fit, all before it; and a workflow and a command that have it in their names.
  for (let n = 0; n < 8; n += 1) await other.call('samples.create', { barcode: `0${n}-WORK` })
  await other.call('samples.create', { barcode: 'WORK' })
  await other.call('workflows.create', { name: 'WORK', deviceId })
  const page = await showBench()
  await open(page)
  page.line.hold()
  await page.user.keyboard('work{Backspace>4/}WORK{Enter}')
  expect(location.hash).toBe('#/')
  page.line.letThrough()
  await waitFor(() => expect(decodeURIComponent(location.hash)).toBe('#/samples?sample="WORK"'))
})

it('never offers what an earlier text has found', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  for (const name of ['Alpha', 'Beta']) await other.call('workflows.create', { name, deviceId })
  const beta = (await other.call('workflows.list', { text: 'Beta' })).rows[0]?.id
  const page = await showBench()
  await open(page)
  await page.user.keyboard('Alph')
  await within(palette()).findByText('Alpha')
  page.line.hold()
  await page.user.clear(await field())
  await page.user.keyboard('Beta{Enter}')
  expect(within(palette()).queryByText('Alpha')).toBeNull()
  expect(location.hash).toBe('#/')
  page.line.letThrough()
  await waitFor(() => expect(location.hash).toBe(`#/workflows/${beta}`))
})

it('keeps what the person has chosen while others come and go around it', async () => {
  const other = otherPage()
  const deviceId = await newDevice(other)
  for (const name of ['Assay one', 'Assay two']) await other.call('workflows.create', { name, deviceId })
  const page = await showBench()
  await open(page)
  await page.user.keyboard('Assay')
  await within(palette()).findByText('Assay one')
  await waitFor(() => expect(selected()).toContain('Assay two'))
  await page.user.keyboard('{ArrowDown}')
  expect(selected()).toContain('Assay one')
  await other.call('workflows.create', { name: 'Assay three', deviceId })
  await within(palette()).findByText('Assay three')
  await waitFor(() => expect(selected()).toContain('Assay one'))
  // And goes on from there.
  await page.user.keyboard('{ArrowUp}')
  expect(selected()).toContain('Assay two')
})

it('opens from within a field, and says when nothing is called that', async () => {
  const page = showApp('/workflows')
  await page.user.click(await screen.findByRole('textbox', { name: 'Find workflows' }))
  await open(page)
  await page.user.keyboard('no such thing')
  await within(palette()).findByText('Nothing is called that')
})
