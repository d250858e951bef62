/** Bench and queues, busy. */

import { play, type Stage, test } from '../support/stage.ts'

test.beforeAll(({ stage }) => busyBench(stage))

test('bench', async ({ shoot }) => {
  await shoot('bench', '/', (page) => page.getByRole('article').nth(4).waitFor())
})

test('queues', async ({ shoot }) => {
  await shoot('queues', '/queues', (page) => page.getByRole('button', { name: 'Move PCR set-up' }).waitFor())
})

/** One that failed, two that run, a queue behind one of them, one in maintenance. */
async function busyBench(stage: Stage): Promise<void> {
  const { device, clock } = stage
  const transfer = (volume: number) => ({
    operation: 'pipette_transfer',
    parameters: { volume_ul: volume, source: 'PLATE-01', target: 'PLATE-02' },
  })
  await play(stage, {
    name: 'Dilution series 14',
    device_id: 'liquid-handler-1',
    steps: [transfer(20), transfer(40), 'dispense_reagent', transfer(10)],
  })
  await play(stage, { name: 'ELISA, plate 3', device_id: 'liquid-handler-1', steps: [transfer(50), 'dispense_reagent'] })
  await play(
    stage,
    { name: 'PCR set-up', device_id: 'liquid-handler-1', steps: [transfer(5), transfer(5)] },
    { priority: 'urgent', auto: true, on_busy: 'queue' },
  )
  await play(
    stage,
    { name: 'Normalisation of the week', device_id: 'liquid-handler-1', steps: [transfer(80)] },
    { priority: 'low', auto: true, on_busy: 'queue' },
  )
  await play(stage, { name: 'Stock plates', device_id: 'liquid-handler-1', steps: ['dispense_reagent', 'dispense_reagent'] })
  await play(stage, {
    name: 'Cell culture 7',
    device_id: 'incubator-1',
    steps: [{ operation: 'incubate', parameters: { minutes: 90, temperature_c: 37 } }],
  })
  await play(stage, {
    name: 'Cell culture 8',
    device_id: 'incubator-1',
    steps: [{ operation: 'incubate', parameters: { minutes: 60, temperature_c: 37 } }],
  })
  await play(stage, {
    name: 'Absorbance 450 nm',
    device_id: 'plate-reader-1',
    steps: [{ operation: 'plate_read', parameters: { wavelength_nm: 450, simulate: 'fail' } }, 'plate_read'],
  })
  await device.patch('/devices/incubator-2', { mode: 'maintenance', reason: 'Door seal is being replaced' })
  await play(stage, { name: 'Reagent refill', device_id: 'liquid-handler-2', steps: ['dispense_reagent'] }, null)
  for (let second = 0; second < 26; second += 1) {
    clock.advance(1000)
    // What the clock woke has been written when the database has answered.
    await device.get('/devices')
    await device.get('/devices')
  }
}
