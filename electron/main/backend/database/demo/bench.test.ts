/** What scripts of the lab count on finding on the demo bench. */

import { expect, test } from 'vitest'
import { normalizeWell } from '../../../../../shared/domain/plate.ts'
import { demoDevices, demoSamples } from './bench.ts'
import { workflowScripts } from './workflow-scripts.ts'

test('the first three samples sit where scripts look for them', () => {
  expect(demoSamples().slice(0, 3)).toEqual([
    { barcode: 'SAMPLE001', name: 'Donor 01 blood', type: 'blood', plate: 'PLATE-01', well: 'A1' },
    { barcode: 'SAMPLE002', name: 'Donor 01 tissue', type: 'tissue', plate: 'PLATE-01', well: 'A2' },
    { barcode: 'SAMPLE003', name: 'Donor 01 saliva', type: 'saliva', plate: 'PLATE-02', well: 'B1' },
  ])
})

test('192 samples fill both plates, one in each well', () => {
  const samples = demoSamples()
  expect(samples.map(({ barcode }) => barcode)).toEqual(Array.from({ length: 192 }, (_, i) => `SAMPLE${String(i + 1).padStart(3, '0')}`))
  expect(new Set(samples.map(({ plate, well }) => `${plate} ${well}`)).size).toBe(192)
  expect(samples.map(({ well }) => well)).toEqual(samples.map(({ well }) => normalizeWell(well)))
  for (const plate of ['PLATE-01', 'PLATE-02']) expect(samples.filter((sample) => sample.plate === plate)).toHaveLength(96)
})

test('the dozen workflows are listed in order of time, ask their devices for what these can do, and take samples from the plate at work', () => {
  expect(workflowScripts).toHaveLength(12)
  expect(workflowScripts.map(({ at }) => at)).toEqual(workflowScripts.map(({ at }) => at).sort())
  const samples = demoSamples()
  for (const { deviceId, steps, samples: range, name } of workflowScripts) {
    const capabilities = demoDevices.find(({ id }) => id === deviceId)?.capabilities
    expect(capabilities, name).toEqual(expect.arrayContaining(steps.map(({ operation }) => operation)))

    const [first, last] = range
    const plates = new Set(samples.slice(first - 1, last).map(({ plate }) => plate))
    const named = JSON.stringify(steps.map(({ parameters }) => parameters))
    if (name !== 'PCR Amplification') for (const plate of plates) expect(named, name).toContain(plate)
  }
})
