/** Samples, as the screens ask for them. */

import type { sampleMethods } from '../../../../shared/contract/samples.ts'
import { readSampleFile } from '../services/sample-file.ts'
import { importSamples, previewImport } from '../services/sample-import.ts'
import { readPlate, readPlates, readSample, readSamplePage } from '../services/sample-lists.ts'
import { createSample, moveSamples, validateBarcodes } from '../services/samples.ts'
import type { Handlers } from './handlers.ts'
import { presentSample } from './present.ts'

export const sampleHandlers: Handlers<keyof typeof sampleMethods> = {
  'samples.list': async ({ after, limit, ...filter }, { lab }) => {
    const { rows, next } = await readSamplePage(lab.database.db, filter, { after, limit })
    return { rows: rows.map(presentSample), next }
  },
  'samples.get': async ({ barcode }, { lab }) => {
    const { workflows, ...sample } = await readSample(lab.database.db, barcode)
    return { ...presentSample(sample), workflows: workflows.map((use) => ({ ...use, createdAt: use.createdAt.toISOString() })) }
  },
  'samples.validate': ({ barcodes }, { lab }) => validateBarcodes(lab.database.db, barcodes),
  'samples.plates': (asked, { lab }) => readPlates(lab.database.db, asked),
  'samples.plate': async ({ plate }, { lab }) => (await readPlate(lab.database.db, plate)).map(presentSample),
  'samples.create': async ({ name, type, ...values }, { lab, caller }) =>
    presentSample(await lab.transaction(caller, (tx) => createSample(tx, { ...values, name: name || null, type: type || null }))),
  'samples.move': async ({ moves }, { lab, caller }) => (await lab.transaction(caller, (tx) => moveSamples(tx, moves))).map(presentSample),
  'samples.previewImport': async ({ file }, { lab }) => previewImport(lab.database.db, await readSampleFile(bytesOf(file))),
  'samples.import': async ({ file }, { lab, caller }) => {
    const { rows, problems } = await readSampleFile(bytesOf(file))
    return importSamples(lab, caller, rows, problems)
  },
}

async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(base64, 'base64')
}
