/** What the fields of a step's parameters stand for. */

import { expect, it } from 'vitest'
import { changedParameters, parameterTexts } from './parameter-fields.tsx'

const before = { plate: 'P1', volume: 20, dry: false, wells: ['A1', 'A2'], simulate: 'fail' }

it('gives the same parameters back when nothing is changed', () => {
  expect(changedParameters(before, parameterTexts(before))).toEqual({ parameters: before })
})

it('keeps each type, and leaves out what is empty', () => {
  const texts = { plate: '12', volume: ' 12.5 ', dry: 'true', wells: '["B1"]', simulate: ' ' }
  expect(changedParameters(before, texts)).toEqual({ parameters: { plate: '12', volume: 12.5, dry: true, wells: ['B1'] } })
})

it.each([
  ['volume', 'much', /number/],
  ['volume', '"12"', /number/],
  ['dry', 'yes', /true or false/],
  ['wells', '[A1]', /JSON/],
])('refuses %s as %s with a sentence', (field, text, message) => {
  expect(changedParameters(before, { ...parameterTexts(before), [field]: text })).toEqual({
    field,
    message: expect.stringMatching(message),
  })
})
