/** Says that samples have been moved. */

import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { tellDone } from '../../components/tell.tsx'

export function tellMoved(samples: readonly SampleWire[]): void {
  tellDone(samples.length === 1 ? `"${samples[0]?.barcode}" is moved.` : `${samples.length} samples are moved.`)
}
