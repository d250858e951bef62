/** Samples: on plates, as a list, scanned, moved, imported, exported. */

import { randomUUID } from 'node:crypto'
import type { Download } from '@playwright/test'
import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import type { HeadlessLab } from '../support/headless-lab.ts'
import { pressOn, tabTo } from '../support/keyboard.ts'
import { newDevice, newWorkflow } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'

/** A plate of its own with a sample in each of these wells: `P-A1` in A1 of plate P. */
async function newPlate(lab: HeadlessLab, wells: string[], types = ['blood', 'serum']): Promise<string> {
  const plate = `P${randomUUID().slice(0, 6).toUpperCase()}`
  for (const [index, well] of wells.entries()) {
    const answer = await lab.workflow.post('/samples', {
      barcode: `${plate}-${well}`,
      type: types[index % types.length],
      location: { plate, well },
    })
    expect(answer.status).toBe(201)
  }
  return plate
}

async function placeOf(lab: HeadlessLab, barcode: string): Promise<string | null> {
  const { body } = await lab.workflow.get(`/samples/${barcode}`)
  return body.location && `${body.location.plate} ${body.location.well}`
}

async function textOf(download: Download): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('a plate shows its wells by type, and by how the workflow of each stands, with a legend', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'A2', 'B1'])
  const device = await newDevice(lab)
  await newWorkflow(lab, device, { name: 'Uses one', sample_barcodes: [`${plate}-A1`] })
  await samples.open(`?plate=${plate}`)
  const legend = page.getByRole('list', { name: 'Legend' })
  await expect(legend.getByRole('listitem')).toHaveText(['blood2', 'serum1'])
  await expect(samples.well(plate, 'A2')).toHaveAccessibleName(`A2: ${plate}-A2, serum, in no workflow`)
  await expect(samples.well(plate, 'H12')).toHaveAccessibleName('H12: empty')
  await page.getByText('By workflow').click()
  await expect(legend.getByRole('listitem')).toHaveText(['In no workflow2', 'Workflow created1'])
  await expect(page).toHaveURL(/colour=status/)
  // It follows what happens.
  await newWorkflow(lab, device, { name: 'Uses another', sample_barcodes: [`${plate}-B1`] })
  await expect(legend.getByRole('listitem')).toHaveText(['In no workflow1', 'Workflow created2'])
})

test('every format is drawn, and one that is too small for what sits there cannot be chosen', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'B3'])
  await samples.open(`?plate=${plate}`)
  await expect(samples.map(plate).getByRole('gridcell')).toHaveCount(96)
  const format = page.getByRole('combobox', { name: 'Format of the plate' })
  for (const wells of [6, 12, 24, 48, 384, 1536]) {
    await format.click()
    await page.getByRole('option', { name: `${wells} wells`, exact: true }).click()
    await expect(samples.map(plate).getByRole('gridcell')).toHaveCount(wells)
  }
  const large = await newPlate(lab, ['A1', 'P24'])
  await samples.open(`?plate=${large}`)
  await expect(samples.map(large).getByRole('gridcell')).toHaveCount(384)
  await format.click()
  await expect(page.getByRole('option', { name: '96 wells' })).toHaveAttribute('data-combobox-disabled', 'true')
})

test('wells are chosen and left with the keyboard', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'B2', 'C3'])
  await samples.open(`?plate=${plate}`)
  await tabTo(page, samples.map(plate))
  const active = () =>
    samples
      .map(plate)
      .evaluate((grid) => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label'))
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await expect.poll(active).toContain('B2: ')
  await expect(samples.panel).toContainText(`${plate}-B2`)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowDown')
  await expect.poll(() => samples.selected(plate)).toEqual(['B2', 'B3', 'C2', 'C3'])
  await expect(samples.panel).toContainText('4 wells')
  await expect(samples.panel).toContainText('2 samples, 2 empty')
  await page.keyboard.press('End')
  await expect.poll(active).toContain('C12: ')
  await page.keyboard.press('Control+Home')
  await expect.poll(active).toContain('A1: ')
  await page.keyboard.press('Control+a')
  await expect.poll(() => samples.selected(plate)).toEqual(['A1', 'B2', 'C3'])
  await page.keyboard.press('Space')
  await expect.poll(() => samples.selected(plate)).toEqual(['B2', 'C3'])
  await page.keyboard.press('Escape')
  await expect.poll(() => samples.selected(plate)).toEqual([])
})

test('wells are chosen by dragging, and what is chosen is dragged into other wells', async ({ lab, samples }) => {
  const plate = await newPlate(lab, ['A1', 'A2', 'B1', 'D4'])
  await samples.open(`?plate=${plate}`)
  await samples.drag(samples.well(plate, 'A1'), samples.well(plate, 'B2'))
  await expect.poll(() => samples.selected(plate)).toEqual(['A1', 'A2', 'B1', 'B2'])
  await samples.drag(samples.well(plate, 'A2'), samples.well(plate, 'C6'))
  await expect.poll(() => placeOf(lab, `${plate}-A1`)).toBe(`${plate} C5`)
  expect(await placeOf(lab, `${plate}-A2`)).toBe(`${plate} C6`)
  expect(await placeOf(lab, `${plate}-B1`)).toBe(`${plate} D5`)
  await expect.poll(() => samples.selected(plate)).toEqual(['C5', 'C6', 'D5'])
})

test('onto a well that is taken nothing is moved, and it is said who sits there', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'A2'])
  await samples.open(`?plate=${plate}&sample=${plate}-A1`)
  await samples.panel.getByRole('button', { name: 'Move' }).click()
  const dialog = page.getByRole('dialog', { name: `Move ${plate}-A1` })
  await dialog.getByRole('textbox', { name: 'Well' }).fill('a02')
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText(`Well A2 of ${plate} is already occupied`)
  expect(await placeOf(lab, `${plate}-A1`)).toBe(`${plate} A1`)
  await dialog.getByRole('textbox', { name: 'Well' }).fill('Z99')
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await expect(dialog).toContainText('Name a well, such as A1')

  const other = `${plate}-NEW`
  await dialog.getByRole('combobox', { name: 'Plate' }).fill(other)
  await dialog.getByRole('textbox', { name: 'Well' }).fill('H12')
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await expect(samples.map(other)).toBeVisible()
  await expect(samples.panel).toContainText(`${plate}-A1`)
  expect(await placeOf(lab, `${plate}-A1`)).toBe(`${other} H12`)
})

test('a barcode reader brings its sample into view wherever the focus is, and what is not known is said at once', async ({
  lab,
  page,
  samples,
}) => {
  const plate = await newPlate(lab, ['G7'])
  await samples.open()
  // The scanner is listened to from a turn after the screen is drawn.
  await expect(page.getByRole('grid', { name: /^Wells of / })).toBeVisible()
  await samples.scanAnywhere(`${plate}-G7`)
  await expect(samples.map(plate)).toBeVisible()
  await expect.poll(() => samples.selected(plate)).toEqual(['G7'])
  await expect(samples.panel).toContainText(`${plate}-G7`)

  // Not even one whose letters are keys: g and b lead to the bench when a person presses them.
  await lab.workflow.post('/samples', { barcode: `gb${plate}` })
  await samples.scanAnywhere(`gb${plate}`)
  await expect(samples.detail).toContainText(`gb${plate}`)
  await page.getByText('Plates', { exact: true }).click()

  await samples.scan.fill(`${plate}-UNKNOWN`)
  await samples.scan.press('Enter')
  await expect(page.getByRole('alert')).toContainText(`There is no sample "${plate}-UNKNOWN"`)
  await page.getByRole('button', { name: 'Add it' }).click()
  const dialog = page.getByRole('dialog', { name: 'New sample' })
  await expect(dialog.getByRole('textbox', { name: 'Barcode' })).toHaveValue(`${plate}-UNKNOWN`)
  await dialog.getByRole('textbox', { name: 'Plate' }).fill(plate)
  await dialog.getByRole('textbox', { name: 'Well' }).fill('G7')
  await dialog.getByRole('button', { name: 'Add the sample' }).click()
  await expect(dialog).toContainText(`Well G7 of ${plate} is already occupied`)
  await dialog.getByRole('textbox', { name: 'Well' }).fill('G8')
  await dialog.getByRole('button', { name: 'Add the sample' }).click()
  await samples.open(`?plate=${plate}&sample=${plate}-UNKNOWN`)
  await expect.poll(() => samples.selected(plate)).toEqual(['G8'])
})

test('a file is looked at cell by cell; nothing is taken while one is wrong, then all of it', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1'])
  await samples.open(`?plate=${plate}`)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const lines = (well: string) =>
    `barcode;name;plate;well\n${plate}-X;Good;${plate};B1\n${plate}-Y;Taken;${plate};${well}\n${plate}-Z;Odd;${plate};Q99\n`
  await samples.chooseFile('bad.csv', lines('A1'))
  const dialog = samples.importing
  await expect(dialog.getByRole('status')).toHaveText('bad.csv: 1 new, 0 known, 2 problems')
  const table = dialog.getByRole('table', { name: 'Preview' })
  await expect(table.getByRole('row')).toHaveCount(3)
  await expect(table.getByRole('row', { name: /^3 / })).toContainText(`well A1 of ${plate} is already occupied by "${plate}-A1"`)
  await expect(table.getByRole('cell', { name: /Q99/ })).toContainText('well must be a well between A1 and AF48')
  await expect(dialog.getByRole('button', { name: /^Import/ })).toBeDisabled()
  await dialog.getByRole('switch', { name: 'Only lines with problems' }).uncheck()
  await expect(table.getByRole('row')).toHaveCount(4)

  await samples.chooseFile('good.csv', lines('B2').replace('Q99', 'B3'))
  await expect(dialog.getByRole('status')).toHaveText('good.csv: 3 new, 0 known, no problem')
  await dialog.getByRole('button', { name: 'Import 3 samples' }).click()
  await expect(page.getByText('3 samples added, 0 samples brought up to date.')).toBeVisible()
  await expect(samples.well(plate, 'B3')).toHaveAccessibleName(new RegExp(`^B3: ${plate}-Z, Odd`))
})

test('a file that somebody was quicker than is refused as a whole and looked at again', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1'])
  await samples.open(`?plate=${plate}`)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await samples.chooseFile('file.csv', `barcode,plate,well\n${plate}-X,${plate},C1\n${plate}-Y,${plate},C2\n`)
  await expect(samples.importing.getByRole('status')).toContainText('no problem')
  await lab.workflow.post('/samples', { barcode: `${plate}-QUICK`, location: { plate, well: 'C1' } })
  await samples.importing.getByRole('button', { name: 'Import 2 samples' }).click()
  await expect(samples.importing.getByRole('alert')).toContainText('Nothing was imported')
  await expect(samples.importing.getByRole('status')).toContainText('1 problem')
  expect((await lab.workflow.get(`/samples/${plate}-Y`)).status).toBe(404)
})

test('those that are chosen leave as a file, and so does the list as it is narrowed', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'A2', 'H12'])
  await samples.open(`?plate=${plate}`)
  await samples.drag(samples.well(plate, 'A1'), samples.well(plate, 'B2'))
  const [chosen] = await Promise.all([page.waitForEvent('download'), samples.panel.getByRole('button', { name: 'Export' }).click()])
  expect(await textOf(chosen)).toBe(`barcode,name,type,plate,well\n${plate}-A1,,blood,${plate},A1\n${plate}-A2,,serum,${plate},A2\n`)
  await samples.open(`?view=list&text=${plate}`)
  await expect(samples.list.getByRole('row')).toHaveCount(4)
  const [all] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()])
  expect((await textOf(all)).trim().split('\n')).toHaveLength(4)
})

test('the list is searched on the server, opened by key, and says which workflows use a sample', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'A2'])
  const device = await newDevice(lab)
  await newWorkflow(lab, device, { name: 'User of it', sample_barcodes: [`${plate}-A2`] })
  await samples.open('?view=list')
  await page.getByRole('textbox', { name: 'Find samples' }).fill(plate)
  await expect(samples.list.getByRole('row')).toHaveCount(3)
  await expect(samples.list).toContainText('User of it')
  // It follows what happens.
  await newWorkflow(lab, device, { name: 'Later user', sample_barcodes: [`${plate}-A1`] })
  await expect(samples.list).toContainText('Later user')
  await samples.list.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(samples.detail).toContainText(`${plate}-A2`)
  await expect(samples.detail.getByRole('link', { name: 'User of it' })).toBeVisible()
  await samples.detail.getByRole('link', { name: `${plate}, A2` }).click()
  await expect.poll(() => samples.selected(plate)).toEqual(['A2'])
})

test('chosen samples begin a new workflow', async ({ lab, page, samples, newWorkflowForm }) => {
  const plate = await newPlate(lab, ['A1', 'B1'])
  await samples.open(`?plate=${plate}`)
  await tabTo(page, samples.map(plate))
  await page.keyboard.press('Control+a')
  await pressOn(page, samples.panel.getByRole('button', { name: 'Use in a new workflow' }))
  await expect(newWorkflowForm.samples).toContainText(`${plate}-A1`)
  await expect(newWorkflowForm.samples).toContainText(`${plate}-B1`)
})

test('have nothing that WCAG 2.2 AA forbids, light and dark', async ({ lab, page, samples }) => {
  const plate = await newPlate(lab, ['A1', 'B2', 'C3'])
  await samples.open(`?plate=${plate}`)
  await expect(samples.map(plate)).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  await samples.open(`?view=list&sample=${plate}-A1`)
  await expect(samples.detail).toContainText(`${plate}-A1`)
  await expectNoViolationsInBothThemes(page)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await samples.chooseFile('bad.csv', `barcode,plate,well\n${plate}-X,${plate},A1\n${plate}-Y,${plate},D1\n`)
  await expect(samples.importing.getByRole('status')).toContainText('1 problem')
  await expectNoViolationsInBothThemes(page)
})
