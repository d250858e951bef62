/** Workflows and samples of a busy morning. */

import type { Page } from '@playwright/test'
import { play, type Stage, test } from '../support/stage.ts'

let failed = ''

test.beforeAll(async ({ stage }) => {
  await morning(stage)
  const { body } = await stage.workflow.get('/workflows?limit=20')
  failed = body.find((workflow: { name: string }) => workflow.name === 'Plasma ELISA').id
})

test('workflows', async ({ shoot }) => {
  await shoot('workflows', '/workflows', (page) => page.getByRole('link', { name: 'Plasma ELISA' }).waitFor())
})

test('one workflow', async ({ shoot }) => {
  await shoot('workflow', `/workflows/${failed}`, (page) => page.getByRole('button', { name: 'Recover' }).waitFor())
})

test('a new workflow', async ({ shoot }) => {
  await shoot('new-workflow', `/workflows/new?from=${failed}`, (page) => page.getByRole('group', { name: 'Step 1', exact: true }).waitFor())
})

test('samples', async ({ shoot }) => {
  await shoot('samples', '/samples?plate=PLATE-01&colour=status', (page) => well(page).waitFor())
})

function well(page: Page) {
  return page.getByRole('gridcell', { name: /^A1: SAMPLE001/ })
}

/** One that failed at its second step, one that runs, one in line. */
async function morning(stage: Stage): Promise<void> {
  const { device, clock } = stage
  const samples = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `SAMPLE${String(from + index).padStart(3, '0')}`)
  await play(stage, {
    name: 'Plasma ELISA',
    device_id: 'plate-reader-1',
    sample_barcodes: samples(4, 11),
    steps: [
      { operation: 'shake', parameters: { rpm: 500, plate: 'PLATE-01' } },
      { operation: 'plate_read', parameters: { mode: 'absorbance', wavelength_nm: 450, simulate: 'fail' } },
      { operation: 'plate_read', parameters: { mode: 'absorbance', wavelength_nm: 620 } },
    ],
  })
  await play(stage, {
    name: 'Lysis, plate 12',
    device_id: 'liquid-handler-1',
    sample_barcodes: samples(20, 43),
    steps: [{ operation: 'pipette_transfer', parameters: { from: 'PLATE-01', to: 'PLATE-12', volume_ul: 50 } }, 'mix', 'dispense_reagent'],
  })
  await play(
    stage,
    { name: 'Normalisation', device_id: 'liquid-handler-1', sample_barcodes: samples(44, 60), steps: ['mix'] },
    { auto: true, on_busy: 'queue', priority: 'urgent' },
  )
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1000)
    // What the clock woke has been written when the database has answered.
    await device.get('/devices')
    await device.get('/devices')
  }
}
