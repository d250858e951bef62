/** What stands in the wells and in the legend. */

import { expect, it } from 'vitest'
import type { PlacedSampleWire } from '../../../../shared/contract/samples.ts'
import { kindsOf } from './plate-kinds.ts'
import { statusLooks } from './well-looks.tsx'

const at = '2026-01-01T00:00:00.000Z'
function sample(barcode: string, well: string, type: string | null, status?: 'running' | 'failed'): PlacedSampleWire {
  const workflow = status ? { id: 'w', name: 'PCR', status } : null
  return { barcode, name: null, type, location: { plate: 'P', well }, createdAt: at, updatedAt: at, workflow }
}
const samples = [sample('S1', 'A1', 'blood', 'running'), sample('S2', 'A2', 'blood'), sample('S3', 'A3', null, 'failed')]

it('by type: each type has a look of its own, and one stands for those without', () => {
  const { wells, legend } = kindsOf(samples, 'type')
  expect(legend.map(({ look, count }) => [look.word, count])).toEqual([
    ['No type', 1],
    ['blood', 2],
  ])
  expect(wells.get('A1')?.look).toBe(wells.get('A2')?.look)
  expect(wells.get('A3')?.look.pattern).not.toBe(wells.get('A1')?.look.pattern)
  expect(wells.get('A1')?.words).toBe('S1, blood, running in PCR')
})

it('by status: as the workflow of each stands', () => {
  const { wells, legend } = kindsOf(samples, 'status')
  expect(legend.map(({ look, count }) => [look.word, count])).toEqual([
    ['In no workflow', 1],
    ['Running', 1],
    ['Failed', 1],
  ])
  expect(wells.get('A2')?.words).toBe('S2, blood, in no workflow')
})

it('twenty types can be told apart without colour or by both together', () => {
  const many = Array.from({ length: 20 }, (_, index) => sample(`S${index}`, `A${index + 1}`, `type ${String(index).padStart(2, '0')}`))
  const looks = kindsOf(many, 'type').legend.map(({ look }) => `${look.colour} ${look.pattern}`)
  expect(new Set(looks).size).toBe(20)
  expect(new Set(kindsOf(many.slice(0, 10), 'type').legend.map(({ look }) => look.pattern)).size).toBe(10)
})

it('no two states of workflows have the same pattern, so that they can be told apart without colour', () => {
  const used = Object.values(statusLooks).map(({ pattern }) => pattern)
  expect(new Set(used).size).toBe(used.length)
})
