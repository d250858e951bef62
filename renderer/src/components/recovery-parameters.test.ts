/** What the fields of a step that is tried again stand for. */

import { expect, it } from 'vitest'
import type { Parameter } from './parameter-problem.ts'
import { draftOf, parametersOf } from './recovery-parameters.tsx'

const described: Parameter[] = [
  { name: 'volume_ul', title: 'Volume', type: 'number', required: true, unit: 'µL', minimum: 0.5, maximum: 1000 },
  { name: 'mode', title: 'Mode', type: 'string', required: false, choices: ['fast', 'careful'] },
]
const before = { volume_ul: 50, mode: 'fast', tip: 3 }

it('gives the same parameters back when nothing is changed, described or not', () => {
  expect(parametersOf(described, before, draftOf(before))).toEqual({ parameters: before })
})

it('leaves out what was emptied, adds what was not there, and keeps the type of what nobody describes', () => {
  const draft = { values: { volume_ul: 20, mode: undefined }, texts: { ...draftOf(before).texts, tip: '4' } }
  expect(parametersOf(described, { volume_ul: 50, tip: 3 }, draft)).toEqual({ parameters: { volume_ul: 20, tip: 4 } })
})

it.each([
  ['volume_ul', { volume_ul: 5000 }, 'At most 1000 µL'],
  ['volume_ul', { volume_ul: undefined }, 'This is required'],
  ['mode', { mode: 'slow' }, 'One of fast, careful'],
])('refuses %s as %o, by the description of the device', (field, values, message) => {
  const draft = draftOf(before)
  expect(parametersOf(described, before, { ...draft, values: { ...draft.values, ...values } })).toEqual({ field, message })
})

it('takes all of them as text where the device describes nothing', () => {
  expect(parametersOf([], before, { values: before, texts: { volume_ul: '12', mode: '', tip: 'x' } })).toMatchObject({ field: 'tip' })
})
