/** Samples as a CSV file that the import takes again. */

import { stringify } from 'csv-stringify/browser/esm/sync'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { asText, importColumns } from '../../../../shared/domain/sample-import.ts'
import { saveFile } from '../../components/save-file.ts'

export function samplesAsCsv(samples: readonly SampleWire[]): string {
  const rows = samples.map(({ barcode, name, type, location }) =>
    [barcode, name, type, location?.plate, location?.well].map((cell) => cell && asText(cell)),
  )
  return stringify([importColumns, ...rows])
}

export function saveSamples(samples: readonly SampleWire[], fileName: string): void {
  saveFile(fileName, 'text/csv', samplesAsCsv(samples))
}
