/** A morning in the lab, for pictures: six instruments, what ran on them since eight, and how they stand at twenty to eleven. */

import { expect, type Stage } from '../support/stage.ts'

const minute = 60_000
/** At most so much time passes at once, so that nobody oversleeps what another brings about. Milliseconds. */
const pace = 5_000

/** The workflow that waits for a person at the end, and one that waits in the queue. */
export type Morning = { failed: string; queued: string; library: string }

type Wanted = { name: string; device: string; steps: unknown[]; by: string; samples?: string[]; priority?: string; auto?: boolean }

export async function playMorning(stage: Stage): Promise<Morning> {
  const { device } = stage
  await furnish(stage)
  const began = stage.clock.now().getTime()
  const ids = new Map<string, string>()
  for (const [after, wanted] of plan) {
    await passTime(stage, began + after * minute)
    const id = await create(stage, wanted)
    ids.set(wanted.name, id)
    const { priority = 'normal', auto = true } = wanted
    const answer = await stage.workflow.post(`/workflows/${id}/start`, { on_busy: 'queue', priority, auto }, { 'X-Operator': wanted.by })
    expect([200, 202], JSON.stringify(answer.body)).toContain(answer.status)
  }
  await create(stage, { name: 'Reagent refill', device: 'liquid-handler-2', by: 'Jonas Weber', steps: [dispense('Wash buffer'), mix] })
  await device.patch(
    '/devices/incubator-2',
    { mode: 'maintenance', reason: 'Door seal is being replaced' },
    { 'X-Operator': 'Jonas Weber' },
  )
  await passTime(stage, began + 160 * minute)
  return { failed: known(ids, 'Plasma ELISA, plate 4'), queued: known(ids, 'ELISA coating, plate 5'), library: 'LIBRARY-07' }
}

/** Durations that scatter a little, a lamp that grows weak, one instrument more than the demo lab has, and a library on 384 wells. */
async function furnish({ device, workflow }: Stage): Promise<void> {
  const lamp = { outcome: 'fail', code: 'lamp', message: 'The lamp is too weak at 450 nm: 0.31 of 0.60' }
  const scatter = { jitter: 0.02 }
  const configs = {
    'liquid-handler-1': scatter,
    'liquid-handler-2': scatter,
    'plate-reader-1': { ...scatter, script: [...Array(goodRuns).fill('ok'), lamp] },
    'incubator-1': { jitter: 0.002 },
    'incubator-2': { jitter: 0.002 },
  }
  for (const [id, driver_config] of Object.entries(configs)) {
    expect((await device.patch(`/devices/${id}`, { driver: 'simulated', driver_config })).status).toBe(200)
  }
  const cycler = { id: 'thermal-cycler-1', name: 'Thermal Cycler', type: 'other', capabilities: ['incubate'] }
  const added = await device.post('/devices', { ...cycler, driver: 'simulated', driver_config: { jitter: 0.002 } })
  expect(added.status, JSON.stringify(added.body)).toBe(201)
  const taken = await workflow.post('/samples/import', libraryFile(), { 'Content-Type': 'text/csv' })
  expect(taken.status, JSON.stringify(taken.body)).toBe(200)
}

async function create({ workflow }: Stage, { name, device, steps, by, samples = [] }: Wanted): Promise<string> {
  const answer = await workflow.post('/workflows', { name, device_id: device, steps, sample_barcodes: samples }, { 'X-Operator': by })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.id
}

async function passTime({ clock, device }: Stage, until: number): Promise<void> {
  while (clock.now().getTime() < until) {
    clock.advance(Math.max(1, Math.min(clock.untilNext(), until - clock.now().getTime(), pace)))
    // What the clock woke has been written, and what follows has begun, when the database has answered so often.
    for (let turn = 0; turn < 4; turn += 1) await device.get('/devices/incubator-1')
  }
}

function known(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`The morning has no workflow "${name}"`)
  return id
}

const transfer = (from: string, to: string, volume_ul: number, column?: number) => ({
  operation: 'pipette_transfer',
  parameters: { from, to, volume_ul, ...(column ? { column } : {}) },
})
const dispense = (reagent: string, volume_ul = 100) => ({ operation: 'dispense_reagent', parameters: { reagent, wells: 96, volume_ul } })
const mix = { operation: 'mix', parameters: { cycles: 5, volume_ul: 80 } }
const incubate = (minutes: number, temperature_c = 37) => ({ operation: 'incubate', parameters: { minutes, temperature_c } })
const shake = (rpm: number) => ({ operation: 'shake', parameters: { rpm } })
const read = (plate: string, wavelength_nm: number) => ({
  operation: 'plate_read',
  parameters: { plate, mode: 'absorbance', wavelength_nm },
})
const columns = (count: number, step: (column: number) => unknown) => Array.from({ length: count }, (_, index) => step(index + 1))
const series = (from: string, to: string, count: number, minutes = 5) => [
  dispense('Dilution buffer'),
  ...columns(count, (column) => transfer(from, to, 20, column)),
  incubate(minutes, 25),
  mix,
]
const cycles = (minutes: number) => [incubate(3, 95), incubate(minutes, 60), incubate(4, 72)]
const elisa = (plate: string) => [shake(600), read(plate, 450), read(plate, 620)]
const barcodes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `SAMPLE${String(from + index).padStart(3, '0')}`)

/** Operations of the plate reader that go well, until its lamp is too weak. */
const goodRuns = 51

/** Who starts what on which device, after how many minutes. */
const plan: readonly (readonly [number, Wanted])[] = [
  [
    0,
    {
      name: 'Dilution series 12',
      device: 'liquid-handler-1',
      by: 'Ada Byron',
      steps: series('PLATE-01', 'DIL-12', 12, 8),
      samples: barcodes(1, 24),
    },
  ],
  [1, { name: 'Cell culture 5', device: 'incubator-1', by: 'Mara Lind', steps: [incubate(50)] }],
  [
    2,
    {
      name: 'Growth curve 21',
      device: 'incubator-2',
      by: 'Priya Nair',
      steps: [incubate(20, 30), shake(200), incubate(25, 30), shake(200), incubate(25, 30)],
    },
  ],
  [3, { name: 'Genotyping, plate 6', device: 'thermal-cycler-1', by: 'Aiko Tanaka', steps: cycles(24), samples: barcodes(97, 120) }],
  [
    4,
    {
      name: 'Lysis, plate 11',
      device: 'liquid-handler-1',
      by: 'Jonas Weber',
      steps: [dispense('Lysis buffer'), ...series('PLATE-02', 'LYS-11', 8, 12)],
    },
  ],
  [5, { name: 'Wash, plate 3', device: 'liquid-handler-2', by: 'Ada Byron', steps: series('WASH', 'ELISA-03', 24, 10) }],
  [6, { name: 'Bradford assay 8', device: 'plate-reader-1', by: 'Priya Nair', steps: [shake(400), read('BRA-08', 595)] }],
  [16, { name: 'Kinetics 2', device: 'plate-reader-1', by: 'Mara Lind', steps: columns(20, () => read('KIN-02', 405)) }],
  [24, { name: 'Cell culture 6', device: 'incubator-1', by: 'Mara Lind', steps: [incubate(35)] }],
  [32, { name: 'Genotyping, plate 7', device: 'thermal-cycler-1', by: 'Aiko Tanaka', steps: cycles(36), samples: barcodes(121, 144) }],
  [34, { name: 'Dilution series 13', device: 'liquid-handler-1', by: 'Ada Byron', steps: series('PLATE-01', 'DIL-13', 12, 8) }],
  [40, { name: 'Normalisation, plate 8', device: 'liquid-handler-2', by: 'Jonas Weber', steps: series('LYS-11', 'NORM-08', 30, 14) }],
  [47, { name: 'ELISA coating, plate 4', device: 'liquid-handler-1', by: 'Priya Nair', steps: series('AB-01', 'ELISA-04', 12, 20) }],
  [52, { name: 'Plasma ELISA, plate 2', device: 'plate-reader-1', by: 'Ada Byron', steps: elisa('ELISA-02'), samples: barcodes(25, 48) }],
  [60, { name: 'Kinetics 3', device: 'plate-reader-1', by: 'Mara Lind', steps: columns(20, () => read('KIN-03', 405)) }],
  [
    66,
    {
      name: 'Lysis, plate 12',
      device: 'liquid-handler-1',
      by: 'Jonas Weber',
      steps: [dispense('Lysis buffer'), ...series('PLATE-02', 'LYS-12', 10, 12)],
      samples: barcodes(49, 60),
    },
  ],
  [80, { name: 'Growth curve 22', device: 'incubator-2', by: 'Priya Nair', steps: [incubate(30, 30), shake(200), incubate(25, 30)] }],
  [90, { name: 'Genotyping, plate 8', device: 'thermal-cycler-1', by: 'Aiko Tanaka', steps: cycles(30) }],
  [96, { name: 'Plasma ELISA, plate 3', device: 'plate-reader-1', by: 'Ada Byron', steps: elisa('ELISA-03') }],
  [100, { name: 'Wash, plate 4', device: 'liquid-handler-2', by: 'Ada Byron', steps: series('WASH', 'ELISA-04', 24, 15) }],
  [104, { name: 'Cell culture 7', device: 'incubator-1', by: 'Mara Lind', steps: [incubate(90)], samples: barcodes(145, 156) }],
  [112, { name: 'ELISA blocking, plate 4', device: 'liquid-handler-1', by: 'Priya Nair', steps: series('BLOCK', 'ELISA-04', 8, 20) }],
  [124, { name: 'Bradford assay 9', device: 'plate-reader-1', by: 'Priya Nair', steps: [shake(400), read('BRA-09', 595)] }],
  [130, { name: 'Genotyping, plate 9', device: 'thermal-cycler-1', by: 'Aiko Tanaka', steps: cycles(40), samples: barcodes(157, 180) }],
  [
    148,
    {
      name: 'Dilution series 14',
      device: 'liquid-handler-1',
      by: 'Ada Byron',
      steps: series('PLATE-01', 'DIL-14', 24, 12),
      samples: barcodes(61, 84),
    },
  ],
  [
    150,
    {
      name: 'ELISA coating, plate 5',
      device: 'liquid-handler-1',
      by: 'Priya Nair',
      steps: series('AB-01', 'ELISA-05', 12, 20),
      samples: barcodes(1, 12),
    },
  ],
  [151, { name: 'Cell culture 8', device: 'incubator-1', by: 'Mara Lind', steps: [incubate(60)] }],
  [152, { name: 'Plasma ELISA, plate 4', device: 'plate-reader-1', by: 'Ada Byron', steps: elisa('ELISA-04'), samples: barcodes(4, 11) }],
  [153, { name: 'Stock plates', device: 'liquid-handler-1', by: 'Jonas Weber', steps: columns(20, () => dispense('Stock A')) }],
  [
    154,
    {
      name: 'Normalisation of the week',
      device: 'liquid-handler-1',
      by: 'Jonas Weber',
      steps: series('LYS-12', 'NORM-09', 16),
      priority: 'low',
    },
  ],
  [
    155,
    {
      name: 'PCR set-up for plate 10',
      device: 'liquid-handler-1',
      by: 'Aiko Tanaka',
      steps: series('PLATE-02', 'PCR-10', 8, 2),
      priority: 'urgent',
    },
  ],
  [156, { name: 'Genotyping, plate 10', device: 'thermal-cycler-1', by: 'Aiko Tanaka', steps: cycles(30) }],
  [157, { name: 'Bradford assay 10', device: 'plate-reader-1', by: 'Priya Nair', steps: [shake(400), read('BRA-10', 595)] }],
]

/** A library of compounds, a few wells still empty. */
function libraryFile(): string {
  const types = ['kinase inhibitor', 'agonist', 'antagonist', 'fragment']
  const rows = Array.from({ length: 16 }, (_, row) => String.fromCharCode(65 + row))
  const lines = rows.flatMap((row, y) =>
    Array.from({ length: 24 }, (_, x) => ({
      well: `${row}${x + 1}`,
      type: x < 2 || x > 21 ? 'control' : types[Math.floor(y / 4)],
      empty: x > 17 && y > 12,
    })),
  )
  const filled = lines.filter(({ empty }) => !empty)
  return [
    'barcode,name,type,plate,well',
    ...filled.map(({ well, type }, at) => `LIB07-${String(at + 1).padStart(3, '0')},Compound ${at + 1},${type},LIBRARY-07,${well}`),
  ].join('\n')
}
