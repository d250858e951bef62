/** What is taken for barcodes in pasted text. */

import { expect, it } from 'vitest'
import { barcodesIn } from './barcodes.ts'

it.each([
  ['S1', ['S1']],
  ['S1\nS2\r\nS3\n', ['S1', 'S2', 'S3']],
  ['S1, S2;S3\tS4', ['S1', 'S2', 'S3', 'S4']],
  ['"S1","S 2"', ['S1', 'S 2']],
  ['S1 S2', ['S1 S2']],
  ['S1\nS1\n\n , ', ['S1']],
  ['', []],
])('%j: %j', (text, barcodes) => {
  expect(barcodesIn(text)).toEqual(barcodes)
})
