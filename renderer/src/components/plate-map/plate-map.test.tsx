/** A plate of 384 wells by the keyboard: from well to well to its edges, wells chosen with Shift, what really sits in them; and a quick hand. */

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Client } from '../../../../renderer/src/api/client.ts'
import { parseWell, plateGeometry } from '../../../../shared/domain/plate.ts'
import { base64Of } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'

const { showApp, otherPage } = openScreenLab({ demo: false })

/** The plate on the screen, its map with the focus. P24 is the last of 384 wells. */
async function showPlate(other: Client, plate: string) {
  const lines = [
    'barcode,name,type,plate,well',
    ...['A1', 'B2', 'C3', 'P24'].map((well) => `${plate}-${well},Tube ${well},blood,${plate},${well}`),
  ]
  await other.call('samples.import', { file: base64Of(lines) })
  const { user } = showApp(`/samples?plate=${plate}`)
  const map = await screen.findByRole('grid', { name: `Wells of ${plate}` })
  map.focus()
  return { map, user }
}

/** What a screen reader says of the well that the keys are at. */
function at(map: HTMLElement): string | null | undefined {
  return document.getElementById(map.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label')
}

function chosen(map: HTMLElement): (string | undefined)[] {
  return [...map.querySelectorAll('[aria-selected="true"]')].map((well) => well.getAttribute('aria-label')?.split(':')[0])
}

it('is gone over with the arrow keys, no further than its edges', async () => {
  const { map, user } = await showPlate(otherPage(), 'WALK')
  expect(map.getAttribute('aria-rowcount')).toBe('16')
  expect(map.getAttribute('aria-colcount')).toBe('24')
  expect(at(map)).toBe('A1: WALK-A1, Tube A1, blood, in no workflow')
  await user.keyboard('{ArrowLeft}{ArrowUp}')
  expect(at(map)).toMatch(/^A1: /)
  await user.keyboard('{ArrowRight}{ArrowDown}')
  expect(at(map)).toBe('B2: WALK-B2, Tube B2, blood, in no workflow')
  await user.keyboard('{ArrowRight}')
  expect(at(map)).toBe('B3: empty')
  await user.keyboard('{End}')
  expect(at(map)).toBe('B24: empty')
  await user.keyboard('{PageDown}')
  expect(at(map)).toBe('P24: WALK-P24, Tube P24, blood, in no workflow')
  await user.keyboard('{ArrowRight}{ArrowDown}')
  expect(at(map)).toMatch(/^P24: /)
  await user.keyboard('{Control>}{Home}{/Control}')
  expect(at(map)).toMatch(/^A1: /)
})

it('has wells chosen with Shift from where it was held, and says what sits in them', async () => {
  const { map, user } = await showPlate(otherPage(), 'PICK')
  await user.keyboard('{ArrowRight}{ArrowDown}{Shift>}{ArrowRight}{ArrowDown}{ArrowDown}{/Shift}')
  expect(chosen(map)).toEqual(['B2', 'B3', 'C2', 'C3', 'D2', 'D3'])
  const panel = within(screen.getByRole('region', { name: 'Chosen wells' }))
  expect(panel.getByText('2 samples, 4 empty')).toBeTruthy()
  await user.keyboard('{Shift>}{ArrowUp}{ArrowUp}{/Shift}')
  expect(chosen(map)).toEqual(['B2', 'B3'])
  await user.keyboard('{Control>}a{/Control}')
  expect(chosen(map)).toEqual(['A1', 'B2', 'C3', 'P24'])
  await user.keyboard('{Escape}')
  expect(chosen(map)).toEqual([])
})

it('has a scanned sample chosen, again when it is scanned again, and Shift begins there', async () => {
  const { map, user } = await showPlate(otherPage(), 'SCAN')
  const field = screen.getByRole('textbox', { name: 'Scan a barcode' })
  await user.type(field, 'SCAN-C3{Enter}')
  await waitFor(() => expect(chosen(map)).toEqual(['C3']))
  map.focus()
  await user.keyboard('{Shift>}{ArrowRight}{/Shift}')
  expect(chosen(map)).toEqual(['C3', 'C4'])
  await user.type(field, 'SCAN-C3{Enter}')
  await waitFor(() => expect(chosen(map)).toEqual(['C3']))
})

it('keeps all of those chosen that are moved together', async () => {
  const other = otherPage()
  const { map, user } = await showPlate(other, 'SEVERAL')
  await user.type(screen.getByRole('textbox', { name: 'Scan a barcode' }), 'SEVERAL-B2{Enter}')
  await waitFor(() => expect(chosen(map)).toEqual(['B2']))
  map.focus()
  await user.keyboard('{Shift>}{ArrowDown}{ArrowRight}{/Shift}')
  expect(chosen(map)).toEqual(['B2', 'B3', 'C2', 'C3'])
  await other.call('samples.move', { moves: [{ barcode: 'SEVERAL-B2', location: { plate: 'SEVERAL', well: 'B3' } }] })
  await within(map).findByRole('gridcell', { name: /^B3: SEVERAL-B2/ })
  expect(chosen(map)).toEqual(['B2', 'B3', 'C2', 'C3'])
})

it('names the well that is meant after a smaller format was chosen, and lets go of those it lacks', async () => {
  const other = otherPage()
  await other.call('samples.create', { barcode: 'SMALL-A1', location: { plate: 'SMALL', well: 'A1' } })
  const { user } = showApp('/samples?plate=SMALL')
  const map = await screen.findByRole('grid', { name: 'Wells of SMALL' })
  map.focus()
  await user.keyboard('{End}')
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}')
  expect(chosen(map)).toEqual(['A12', 'B12'])
  await user.click(screen.getByRole('combobox', { name: 'Format of the plate' }))
  await user.click(await screen.findByRole('option', { name: '6 wells' }))
  const panel = within(screen.getByRole('region', { name: 'Chosen wells' }))
  await panel.findByRole('heading', { name: 'SMALL-A1' })
  // Above it, and as its place.
  expect(panel.getAllByText('SMALL, A1')).toHaveLength(2)
  expect(chosen(map)).toEqual([])
})

it('of a format that was chosen has only its wells to move to, and advice only where it helps', async () => {
  const other = otherPage()
  for (const well of ['A1', 'A2']) await other.call('samples.create', { barcode: `MOVE-${well}`, location: { plate: 'MOVE', well } })
  const { user } = showApp('/samples?plate=MOVE&sample=MOVE-A1')
  await user.click(await screen.findByRole('combobox', { name: 'Format of the plate' }))
  await user.click(await screen.findByRole('option', { name: '6 wells' }))
  await user.click(await screen.findByRole('button', { name: 'Move' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Move MOVE-A1' }))
  const well = dialog.getByRole('textbox', { name: 'Well' })
  await user.type(well, 'P24{Enter}')
  await dialog.findByText('A plate of 6 wells has no such well')
  await user.clear(well)
  await user.type(well, 'A2{Enter}')
  await dialog.findByText(/already occupied.*Choose another well/)
  await other.call('samples.move', { moves: [{ barcode: 'MOVE-A2', location: null }] })
  await user.clear(well)
  await user.type(well, 'B3{Enter}')
  await waitFor(async () => expect((await other.call('samples.get', { barcode: 'MOVE-A1' })).location?.well).toBe('B3'))
})

it('is not said to be missing when a sample that sits nowhere is shown', async () => {
  const other = otherPage()
  await other.call('samples.create', { barcode: 'LOOSE' })
  const { user } = showApp('/samples?sample=LOOSE')
  const panel = within(await screen.findByRole('region', { name: 'Sample' }))
  await panel.findByText('in no well')
  await user.click(screen.getByRole('button', { name: 'New sample' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByRole('textbox', { name: /Barcode/ }), 'PLACED')
  await user.type(dialog.getByRole('textbox', { name: 'Plate' }), 'FOUND')
  await user.type(dialog.getByRole('textbox', { name: 'Well' }), 'B1')
  await user.click(dialog.getByRole('button', { name: 'Add the sample' }))
  await screen.findByRole('grid', { name: 'Wells of FOUND' })
})

it('follows what others do with its samples', async () => {
  const other = otherPage()
  const { map, user } = await showPlate(other, 'LIVE')
  await user.keyboard('{ArrowRight}')
  expect(at(map)).toBe('A2: empty')
  await screen.findByText('4 of 384 wells filled')
  await other.call('samples.move', { moves: [{ barcode: 'LIVE-A1', location: { plate: 'LIVE', well: 'A2' } }] })
  await waitFor(() => expect(at(map)).toBe('A2: LIVE-A1, Tube A1, blood, in no workflow'))
  await user.keyboard('{ArrowLeft}')
  expect(at(map)).toBe('A1: empty')
})

it('takes what is dragged to where it is let go, also when that is quicker than the last move is drawn', async () => {
  const other = otherPage()
  const { map, user } = await showPlate(other, 'QUICK')
  await user.keyboard('{ArrowRight}{ArrowDown}[Space]')
  expect(chosen(map)).toEqual(['B2'])
  const drawing = within(map).getByRole('rowgroup')
  // Without a layout a pixel is a millimetre of the plate.
  const { left, top, pitch } = plateGeometry[384]
  const over = (name: string) => {
    const { row, column } = parseWell(name)
    return { bubbles: true, pointerId: 1, button: 0, clientX: left + column * pitch, clientY: top + row * pitch }
  }
  fireEvent.pointerDown(drawing, over('B2'))
  fireEvent.pointerMove(drawing, over('E6'))
  act(() => {
    drawing.dispatchEvent(new PointerEvent('pointermove', over('E7')))
    drawing.dispatchEvent(new PointerEvent('pointerup', over('E7')))
  })
  await waitFor(async () => expect((await other.call('samples.get', { barcode: 'QUICK-B2' })).location?.well).toBe('E7'))
  await waitFor(() => expect(chosen(map)).toEqual(['E7']))
})
