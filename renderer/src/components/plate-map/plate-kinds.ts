/** What the wells of a plate look like: by type, or by how the workflow of each sample stands. */

import type { PlacedSampleWire } from '../../../../shared/contract/samples.ts'
import { type WorkflowStatus, workflowStatuses } from '../../../../shared/domain/workflow.ts'
import type { WellContent } from './plate-map.tsx'
import { lookAt, statusLooks, type WellLook } from './well-looks.tsx'

export type ColourBy = 'type' | 'status'
export type Kinds = { wells: Map<string, WellContent>; legend: { look: WellLook; count: number }[] }

const noType = 'No type'

export function kindsOf(samples: readonly PlacedSampleWire[], by: ColourBy): Kinds {
  const looks = by === 'type' ? typeLooks(samples) : new Map<string, WellLook>(Object.entries(statusLooks))
  const counts = new Map<string, number>()
  const wells = new Map<string, WellContent>()
  for (const sample of samples) {
    const kind = by === 'type' ? (sample.type ?? noType) : (sample.workflow?.status ?? 'none')
    const look = looks.get(kind)
    if (!look || !sample.location) continue
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    wells.set(sample.location.well, { words: wordsOf(sample), look })
  }
  const order = by === 'type' ? [...looks.keys()] : ['none', ...workflowStatuses]
  const legend = order.flatMap((kind) => {
    const look = looks.get(kind)
    const count = counts.get(kind)
    return look && count ? [{ look, count }] : []
  })
  return { wells, legend }
}

function typeLooks(samples: readonly PlacedSampleWire[]): Map<string, WellLook> {
  const types = [...new Set(samples.map((sample) => sample.type ?? noType))].sort()
  return new Map(types.map((type, place) => [type, lookAt(place, type)]))
}

function wordsOf({ barcode, name, type, workflow }: PlacedSampleWire): string {
  const stands = workflow ? `${statusWord(workflow.status)} in ${workflow.name}` : 'in no workflow'
  return [barcode, name, type, stands].filter((part) => part).join(', ')
}

function statusWord(status: WorkflowStatus): string {
  return statusLooks[status].word.toLowerCase()
}
