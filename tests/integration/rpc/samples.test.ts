/** Samples as the screens ask for them: pages, plates, moves of many, and a file that is looked at before it is taken. */

import { describe, expect, it } from 'vitest'
import { contract, type Input, type Output } from '../../../shared/contract/contract.ts'
import { newDevice, newWorkflow } from '../../support/bench.ts'
import { countStatements } from '../../support/count-statements.ts'
import { withEvents } from '../../support/events.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { type RpcClient, usePages } from '../../support/rpc-client.ts'

const connect = usePages()

const base64 = (text: string) => Buffer.from(text).toString('base64')
/** A file of one line each. */
const file = (...lines: string[]) => base64(lines.map((line) => `${line}\n`).join(''))

async function list(page: RpcClient, input: Input<'samples.list'>): Promise<Output<'samples.list'>> {
  const answer = await page.ask('samples.list', input)
  expect(contract['samples.list'].output.parse(answer)).toEqual(answer)
  return answer
}

async function preview(page: RpcClient, text: string): Promise<Output<'samples.previewImport'>> {
  const answer = await page.ask('samples.previewImport', { file: text })
  expect(contract['samples.previewImport'].output.parse(answer)).toEqual(answer)
  return answer
}

/** `plate well` of each. */
async function places(page: RpcClient, ...barcodes: string[]): Promise<(string | null)[]> {
  const found = await Promise.all(barcodes.map((barcode) => page.ask('samples.get', { barcode })))
  return found.map(({ location }) => location && `${location.plate} ${location.well}`)
}

/** A lab on a server may read its events meanwhile. */
function ofSamples(statements: string[]): string[] {
  return statements.filter((text) => !text.includes('"events"'))
}

onBothDatabases('samples', { demoLogs: 0 }, (lab) => {
  it('come page after page, each once, in order of barcode', async () => {
    const page = await connect(lab())
    const barcodes: string[] = []
    for (let after: string | null = null, first = true; first || after; first = false) {
      const { rows, next }: Output<'samples.list'> = await list(page, { after, limit: 50 })
      barcodes.push(...rows.map((row) => row.barcode))
      after = next
    }
    expect(barcodes.length).toBeGreaterThanOrEqual(192)
    expect(new Set(barcodes).size).toBe(barcodes.length)
    const demo = barcodes.filter((barcode) => barcode.startsWith('SAMPLE'))
    expect(demo).toEqual(demo.toSorted())
  })

  it('are found by what stands in barcode, name, type or plate, and by whether they sit somewhere', async () => {
    const page = await connect(lab())
    await page.ask('samples.create', { barcode: 'FIND-1', name: 'Nearly 50%', type: 'serum', location: { plate: 'FIND', well: 'b02' } })
    await page.ask('samples.create', { barcode: 'FIND-2', name: 'Nearly 500', type: 'plasma' })
    const found = async (input: Input<'samples.list'>) => (await list(page, input)).rows.map((row) => row.barcode)
    expect(await found({ text: 'find-' })).toEqual(['FIND-1', 'FIND-2'])
    expect(await found({ text: 'nearly 50%' })).toEqual(['FIND-1'])
    expect(await found({ text: 'find', placed: false })).toEqual(['FIND-2'])
    expect(await found({ text: 'find', placed: true })).toEqual(['FIND-1'])
    expect(await found({ plate: 'FIND' })).toEqual(['FIND-1'])
    expect(await found({ text: 'PLASMA' })).toContain('FIND-2')
    expect(await found({ text: 'nowhere to be found' })).toEqual([])
  })

  it('say which workflow has them, in the list, on the plate and one by one', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    await page.ask('samples.create', { barcode: 'USED-1', location: { plate: 'USED', well: 'A1' } })
    await newWorkflow(lab(), deviceId, { name: 'Earlier', sample_barcodes: ['USED-1'] })
    const later = await newWorkflow(lab(), deviceId, { name: 'Later', sample_barcodes: ['USED-1'] })
    const use = { id: later, name: 'Later', status: 'created' }
    expect((await list(page, { plate: 'USED' })).rows).toMatchObject([{ barcode: 'USED-1', workflow: use }])
    const plate = await page.ask('samples.plate', { plate: 'USED' })
    expect(contract['samples.plate'].output.parse(plate)).toEqual(plate)
    expect(plate).toMatchObject([{ barcode: 'USED-1', location: { plate: 'USED', well: 'A1' }, workflow: use }])
    const one = await page.ask('samples.get', { barcode: 'USED-1' })
    expect(contract['samples.get'].output.parse(one)).toEqual(one)
    expect(one.workflows.map((workflow) => workflow.name)).toEqual(['Later', 'Earlier'])
    expect(await page.call('samples.get', { barcode: 'NOBODY' })).toMatchObject({ ok: false, error: { code: 'sample_not_found' } })
  })

  it('name their plates, which are counted and found by name', async () => {
    const page = await connect(lab())
    await page.ask('samples.create', { barcode: 'TRAY-1', location: { plate: 'TRAY-A', well: 'A1' } })
    await page.ask('samples.create', { barcode: 'TRAY-2', location: { plate: 'TRAY-B', well: 'A1' } })
    await page.ask('samples.create', { barcode: 'TRAY-3', location: { plate: 'TRAY-B', well: 'A2' } })
    const plates = await page.ask('samples.plates', { text: 'tray' })
    expect(contract['samples.plates'].output.parse(plates)).toEqual(plates)
    expect(plates).toEqual({
      rows: [
        { plate: 'TRAY-A', samples: 1 },
        { plate: 'TRAY-B', samples: 2 },
      ],
      next: null,
    })
    expect((await page.ask('samples.plates', {})).rows).toEqual(expect.arrayContaining([{ plate: 'PLATE-01', samples: 96 }]))
    expect((await page.ask('samples.plates', { after: 'TRAY-A', text: 'TRAY' })).rows.map((row) => row.plate)).toEqual(['TRAY-B'])
  })

  it('tell which barcodes the lab has', async () => {
    const page = await connect(lab())
    expect(await page.ask('samples.validate', { barcodes: ['SAMPLE002', 'NOBODY', 'SAMPLE001'] })).toEqual([
      { barcode: 'SAMPLE002', exists: true },
      { barcode: 'NOBODY', exists: false },
      { barcode: 'SAMPLE001', exists: true },
    ])
  })

  it('move together, changing places among themselves, and each move is told', async () => {
    const page = await connect(lab())
    for (const [barcode, well] of [
      ['SWAP-1', 'A1'],
      ['SWAP-2', 'A2'],
    ] as const)
      await page.ask('samples.create', { barcode, location: { plate: 'SWAP', well } })
    const { answer, events } = await withEvents(lab(), () =>
      page.ask('samples.move', {
        moves: [
          { barcode: 'SWAP-1', location: { plate: 'SWAP', well: 'a02' } },
          { barcode: 'SWAP-2', location: { plate: 'SWAP', well: 'A1' } },
        ],
      }),
    )
    expect(contract['samples.move'].output.parse(answer)).toEqual(answer)
    expect(await places(page, 'SWAP-1', 'SWAP-2')).toEqual(['SWAP A2', 'SWAP A1'])
    expect(events.map(({ kind, data }) => [kind, data.barcode, data.well, data.from])).toEqual([
      ['sample.moved', 'SWAP-1', 'A2', { plate: 'SWAP', well: 'A1' }],
      ['sample.moved', 'SWAP-2', 'A1', { plate: 'SWAP', well: 'A2' }],
    ])
  })

  it('stay where they are, all of them, when one well is taken or one sample is not known', async () => {
    const page = await connect(lab())
    for (const well of ['A1', 'A2', 'A3']) await page.ask('samples.create', { barcode: `STAY-${well}`, location: { plate: 'STAY', well } })
    const move = (moves: [string, string][]) =>
      page.call('samples.move', { moves: moves.map(([barcode, well]) => ({ barcode, location: { plate: 'STAY', well } })) })
    const { answer, events } = await withEvents(lab(), () =>
      move([
        ['STAY-A1', 'B1'],
        ['STAY-A2', 'A3'],
      ]),
    )
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'well_occupied', details: { plate: 'STAY', well: 'A3', barcode: 'STAY-A3' } },
    })
    expect(await move([['STAY-A1', 'B1'], ['NOBODY', 'B2']])).toMatchObject({ ok: false, error: { code: 'sample_not_found' } }) // biome-ignore format: two moves
    expect(await move([['STAY-A1', 'B1'], ['STAY-A1', 'B2']])).toMatchObject({ ok: false, error: { code: 'invalid_input' } }) // biome-ignore format: two moves
    expect(await move([['STAY-A1', 'ZZ9']])).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    expect(events).toEqual([])
    expect(await places(page, 'STAY-A1', 'STAY-A2', 'STAY-A3')).toEqual(['STAY A1', 'STAY A2', 'STAY A3'])
  })

  it('in a file are looked at line by line before anything is taken', async () => {
    const page = await connect(lab())
    await page.ask('samples.create', { barcode: 'LOOK-OLD', location: { plate: 'LOOK', well: 'A1' } })
    const text = file(
      'well;barcode;plate;type',
      'A1;LOOK-1;LOOK;blood',
      'Q99;LOOK-2;LOOK;',
      ';;;',
      'B1;LOOK-3;LOOK;blood',
      'B2;LOOK-OLD2;;',
    )
    const { answer, events } = await withEvents(lab(), () => preview(page, text))
    expect(events).toEqual([])
    expect(answer).toMatchObject({ created: 1, updated: 0, problemCount: 3, fileProblems: [] })
    expect(answer.rows).toEqual([
      {
        line: 2,
        cells: { barcode: 'LOOK-1', name: null, type: 'blood', plate: 'LOOK', well: 'A1' },
        effect: null,
        problems: [{ line: 2, column: 'well', message: 'well A1 of LOOK is already occupied by "LOOK-OLD"' }],
      },
      {
        line: 3,
        cells: { barcode: 'LOOK-2', name: null, type: null, plate: 'LOOK', well: 'Q99' },
        effect: null,
        problems: [{ line: 3, column: 'well', message: expect.stringContaining('Q99') }],
      },
      {
        line: 5,
        cells: { barcode: 'LOOK-3', name: null, type: 'blood', plate: 'LOOK', well: 'B1' },
        effect: 'create',
        problems: [],
      },
      {
        line: 6,
        cells: { barcode: 'LOOK-OLD2', name: null, type: null, plate: null, well: 'B2' },
        effect: null,
        problems: [{ line: 6, column: 'plate', message: 'plate is required where there is a well' }],
      },
    ])
    const refused = await page.call('samples.import', { file: text })
    expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input', details: { error_count: 3 } } })
    expect((await list(page, { text: 'LOOK-' })).rows).toHaveLength(1)
  })

  it('in a file that is well are taken as the preview said', async () => {
    const page = await connect(lab())
    await page.ask('samples.create', { barcode: 'TAKE-1' })
    const text = file('barcode,name,plate,well', 'TAKE-1,One,TAKE,A1', 'TAKE-2,Two,TAKE,A2')
    const answer = await preview(page, text)
    expect(answer).toMatchObject({ created: 1, updated: 1, problemCount: 0 })
    expect(answer.rows.map((row) => row.effect)).toEqual(['update', 'create'])
    expect(await page.ask('samples.import', { file: text }, 'Ada')).toEqual({ created: 1, updated: 1 })
    expect(await places(page, 'TAKE-1', 'TAKE-2')).toEqual(['TAKE A1', 'TAKE A2'])
  })

  it('in a file without a barcode column are not looked at: the header is told', async () => {
    const page = await connect(lab())
    const answer = await preview(page, file('name,plate', 'One,P1'))
    expect(answer).toMatchObject({ created: 0, updated: 0, problemCount: 1, rows: [] })
    expect(answer.fileProblems).toMatchObject([{ line: 1, column: 'barcode' }])
    expect((await preview(page, '')).fileProblems).toMatchObject([
      { line: 1, column: 'barcode', message: expect.stringContaining('empty') },
    ])
  })

  it('cost two statements a page and a plate, however much they hold', async () => {
    const page = await connect(lab())
    for (const limit of [5, 200]) {
      const { statements } = await countStatements(lab().lab.database, () => list(page, { limit }))
      expect(ofSamples(statements)).toHaveLength(2)
    }
    const { statements } = await countStatements(lab().lab.database, () => page.ask('samples.plate', { plate: 'PLATE-01' }))
    expect(ofSamples(statements)).toHaveLength(2)
  })
})

describe('a hundred thousand samples', () => {
  const lab = useLab('embedded', { demo: false })

  it('are looked through for a text in short statements, and every page begins where the last ended', async () => {
    await lab().lab.database.pool.query(
      `insert into samples (barcode, type, plate, well)
       select 'S' || to_char(n, 'FM000000'), case when n % 5000 = 0 then 'rare' else 'common' end, null, null from generate_series(1, 100000) n`,
    )
    const page = await connect(lab())
    const barcodes: string[] = []
    for (let after: string | null = null, first = true; first || after; first = false) {
      const { rows, next }: Output<'samples.list'> = await list(page, { text: 'rare', after, limit: 7 })
      barcodes.push(...rows.map((row) => row.barcode))
      after = next
    }
    expect(barcodes).toEqual(Array.from({ length: 20 }, (_, index) => `S${String((index + 1) * 5000).padStart(6, '0')}`))
  })
})
