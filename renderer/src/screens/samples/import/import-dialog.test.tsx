/** A file of samples is looked at by the lab, cell by cell, and taken only when a person says so. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { base64Of, csvFile } from '../../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../../tests/components/screen-lab.tsx'
import { samplesAsCsv } from '../export-samples.ts'
import { ImportDialog } from './import-dialog.tsx'
import { readAsBase64 } from './read-file.ts'

const { show, otherPage, lab } = openScreenLab({ demo: false })

async function storedOn(plate: string): Promise<unknown[]> {
  const { rows } = await lab().lab.database.pool.query('select barcode, name, well from samples where plate = $1 order by barcode', [plate])
  return rows
}

/** The cells of a line of the preview: what stands in it and what is wrong with it. */
function line(number: number): Record<string, string> {
  const table = screen.getByRole('table', { name: 'Preview' })
  const names = [...table.querySelectorAll('th')].map((each) => each.textContent ?? '')
  const row = [...table.querySelectorAll('tbody tr')].find((each) => each.querySelector('td')?.textContent === String(number))
  return Object.fromEntries([...(row?.querySelectorAll('td') ?? [])].map((cell, index) => [names[index] ?? '', cell.textContent ?? '']))
}

it('says of each cell what is wrong with it, and takes nothing while anything is', async () => {
  const other = otherPage()
  await other.call('samples.create', { barcode: 'OLD-1', location: { plate: 'BAD', well: 'A1' } })
  const { user } = show(<ImportDialog opened onClose={() => undefined} />)
  await user.upload(
    await screen.findByLabelText('File of samples'),
    csvFile(
      'bad.csv',
      'barcode,name,plate,well',
      'NEW-1,Tube,BAD,A1',
      'NEW-2,Tube,BAD,Z99',
      ',Tube,BAD,A3',
      'NEW-4,Tube,BAD,',
      'NEW-5,Tube,BAD,A5',
    ),
  )
  await screen.findByText('bad.csv: 1 new, 0 known, 4 problems')
  expect(line(2)).toMatchObject({ Effect: 'Problem', well: expect.stringMatching(/^A1.*OLD-1/) })
  expect(line(3)).toMatchObject({ Effect: 'Problem', well: expect.stringMatching(/^Z99.*between A1 and AF48/) })
  expect(line(4)).toMatchObject({ Effect: 'Problem', barcode: expect.stringMatching(/^–.+/), name: 'Tube', well: 'A3' })
  expect(line(5)).toMatchObject({ Effect: 'Problem' })
  // The good line is there when it is asked for.
  expect(line(6)).toEqual({})
  await user.click(screen.getByRole('switch', { name: 'Only lines with problems' }))
  await waitFor(() => expect(line(6)).toMatchObject({ Effect: 'New', barcode: 'NEW-5', name: 'Tube', plate: 'BAD', well: 'A5' }))
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Import 1 sample' }).disabled).toBe(true)
  expect(await storedOn('BAD')).toEqual([{ barcode: 'OLD-1', name: null, well: 'A1' }])
})

it('stores nothing before it is confirmed, and then all of it', async () => {
  const other = otherPage()
  await other.call('samples.create', { barcode: 'KNOWN-1', location: { plate: 'GOOD', well: 'A1' } })
  const asked = { closed: 0 }
  const { user } = show(<ImportDialog opened onClose={() => (asked.closed += 1)} />)
  await user.upload(
    await screen.findByLabelText('File of samples'),
    csvFile('good.csv', 'barcode;name;plate;well', 'KNOWN-1;First;;', 'GOOD-2;Second;GOOD;b02'),
  )
  await screen.findByText('good.csv: 1 new, 1 known, no problem')
  expect(line(2)).toMatchObject({ Effect: 'Known', barcode: 'KNOWN-1' })
  expect(await storedOn('GOOD')).toEqual([{ barcode: 'KNOWN-1', name: null, well: 'A1' }])

  await user.click(screen.getByRole('button', { name: 'Import 2 samples' }))
  await screen.findByText('1 sample added, 1 sample brought up to date.')
  expect(asked.closed).toBe(1)
  expect(await storedOn('GOOD')).toEqual([
    { barcode: 'GOOD-2', name: 'Second', well: 'B2' },
    { barcode: 'KNOWN-1', name: 'First', well: 'A1' },
  ])
})

it('looks again when somebody has filled a well since, takes nothing, and shows where', async () => {
  const other = otherPage()
  const { user } = show(<ImportDialog opened onClose={() => undefined} />)
  await user.upload(
    await screen.findByLabelText('File of samples'),
    csvFile('late.csv', 'barcode,plate,well', 'LATE-1,LATE,A1', 'LATE-2,LATE,A2'),
  )
  await screen.findByText('late.csv: 2 new, 0 known, no problem')
  await other.call('samples.create', { barcode: 'FASTER', location: { plate: 'LATE', well: 'A2' } })
  await user.click(screen.getByRole('button', { name: 'Import 2 samples' }))
  await screen.findByText('late.csv: 1 new, 0 known, 1 problem')
  expect(within(screen.getByRole('dialog')).getByRole('alert').textContent).toMatch(/\S/)
  expect(line(3).well).toMatch(/^A2.*FASTER/)
  expect(await storedOn('LATE')).toEqual([{ barcode: 'FASTER', name: null, well: 'A2' }])
})

it('takes the same file again when it has been set right, and of several the last', async () => {
  const { user } = show(<ImportDialog opened onClose={() => undefined} />)
  const field = await screen.findByLabelText<HTMLInputElement>('File of samples')
  await user.upload(field, csvFile('again.csv', 'barcode,plate,well', 'AGAIN-1,AGAIN,Z99'))
  await screen.findByText('again.csv: 0 new, 0 known, 1 problem')
  // With a value of before a browser tells nothing when the same is chosen.
  expect(field.value).toBe('')
  await user.upload(field, csvFile('again.csv', 'barcode,plate,well', 'AGAIN-1,AGAIN,A1'))
  await screen.findByText('again.csv: 1 new, 0 known, no problem')

  const long = csvFile('first.csv', 'barcode', ...Array.from({ length: 20_000 }, (_, n) => `FIRST-${n}`))
  await user.upload(field, long)
  await user.upload(field, csvFile('second.csv', 'barcode', 'SECOND-1'))
  await screen.findByText('second.csv: 1 new, 0 known, no problem')
  // What was asked before has been answered as well by then.
  await otherPage().call('samples.previewImport', { file: base64Of(['barcode', 'LAST-1']) })
  expect(screen.queryByText(/^first.csv/)).toBeNull()
})

it('says that lines are left out exactly when some are', async () => {
  const { user } = show(<ImportDialog opened onClose={() => undefined} />)
  const field = await screen.findByLabelText('File of samples')
  // Two problems in each line.
  const bad = Array.from({ length: 200 }, (_, n) => `,CUT,${'n'.repeat(201)}${n}`)
  await user.upload(field, csvFile('few.csv', 'barcode,type,name', ...bad))
  await screen.findByText('few.csv: 0 new, 0 known, 400 problems')
  expect(line(201)).toMatchObject({ Effect: 'Problem' })
  expect(screen.queryByText(/lines are shown/)).toBeNull()

  const good = Array.from({ length: 200 }, (_, n) => `CUT-${n},CUT,Tube`)
  await user.upload(field, csvFile('many.csv', 'barcode,type,name', ...good, ...bad))
  await screen.findByText('many.csv: 200 new, 0 known, 400 problems')
  await user.click(screen.getByRole('switch', { name: 'Only lines with problems' }))
  await screen.findByText('The first 300 lines are shown.')
})

it('takes what the export gives as it was, also what a spreadsheet would run', async () => {
  const other = otherPage()
  const barcodes = ['=1+1', '-5 °C', '+x', '@y', "'quoted", "'=text", "''-", '＝wide', 'plain']
  for (const [index, barcode] of barcodes.entries())
    await other.call('samples.create', { barcode, name: '=A1', type: '-', location: { plate: '+PLATE', well: `A${index + 1}` } })
  const stored = () => other.call('samples.list', { text: '+PLATE' })
  const { rows } = await stored()
  const text = samplesAsCsv(rows)
  expect(rows).toHaveLength(barcodes.length)
  expect(text).toContain("'=1+1,'=A1,'-,'+PLATE,A1")
  expect(await other.call('samples.import', { file: await readAsBase64(csvFile('samples.csv', text)) })).toEqual({
    created: 0,
    updated: barcodes.length,
  })
  const again = (await stored()).rows
  expect(again.map((row) => ({ ...row, updatedAt: '' }))).toEqual(rows.map((row) => ({ ...row, updatedAt: '' })))
})
