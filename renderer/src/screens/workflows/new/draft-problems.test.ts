/** What is told while a workflow is written. */

import { describe, expect, it } from 'vitest'
import type { OperationDescriptionWire } from '../../../../../shared/contract/devices.ts'
import { parameterProblem } from '../../../components/parameter-problem.ts'
import { type Draft, draftOfFile, emptyDraft, newStep, newWorkflowOf } from './draft.ts'
import { type Known, problemsOf } from './draft-problems.ts'

const dispense: OperationDescriptionWire = {
  operation: 'dispense',
  title: 'Dispense',
  idempotent: false,
  parameters: [
    { name: 'volume', title: 'Volume', type: 'number', required: true, unit: 'µL', minimum: 1, maximum: 100 },
    { name: 'mode', title: 'Mode', type: 'string', required: false, choices: ['fast', 'slow'] },
  ],
}

const known: Known = {
  deviceIds: new Set(['handler', 'reader']),
  unknownBarcodes: [],
  operationsOf: (deviceId) => (deviceId === 'handler' ? [dispense] : []),
}

const good: Draft = { ...emptyDraft, name: 'PCR', deviceId: 'handler' }
const fields = (draft: Draft, with_: Known = known) => [...problemsOf(draft, with_).keys()]

describe('a draft', () => {
  it('needs a name and a device that there is', () => {
    expect(fields(emptyDraft)).toEqual(['name', 'deviceId'])
    expect(fields({ ...good, deviceId: 'gone' })).toEqual(['deviceId'])
    expect(fields(good)).toEqual([])
  })

  it('names the samples that nobody knows', () => {
    const unknownBarcodes = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
    expect(problemsOf(good, { ...known, unknownBarcodes }).get('barcodes')).toBe('The lab does not know "A", "B", "C", "D", "E" and 2 more')
  })

  it('has steps with the parameters that their device asks for', () => {
    const step = { ...newStep('dispense'), key: 's' }
    expect(fields({ ...good, steps: [step] })).toEqual(['s.parameters.volume'])
    expect(fields({ ...good, steps: [{ ...step, parameters: { volume: 500, mode: 'odd' } }] })).toEqual([
      's.parameters.volume',
      's.parameters.mode',
    ])
    expect(fields({ ...good, steps: [{ ...step, parameters: { volume: 50, extra: [1] } }] })).toEqual([])
    // Another device may do it in its own way.
    expect(fields({ ...good, steps: [{ ...step, deviceId: 'reader' }] })).toEqual([])
  })

  it('may have steps of any name, with JSON', () => {
    const step = { ...newStep('anything'), key: 's' }
    expect(fields({ ...good, steps: [{ ...step, json: '{"a":' }] })).toEqual(['s.json'])
    expect(fields({ ...good, steps: [{ ...step, json: '[1]' }] })).toEqual(['s.json'])
    expect(fields({ ...good, steps: [{ ...step, json: '{"a": [1]}' }] })).toEqual([])
    expect(problemsOf({ ...good, steps: [{ ...step, operation: 'dispense', json: '{"volume": 0}' }] }, known).get('s.json')).toBe(
      'volume: At least 1 µL',
    )
    expect(fields({ ...good, steps: [{ ...step, operation: ' ' }] })).toEqual(['s.operation'])
  })

  it('has limits and retries that are numbers as soon as what is typed is one', () => {
    const step = { ...newStep('x'), key: 's', timeoutSeconds: '2.', retry: { attempts: '2', backoffSeconds: '0.0', on: '' } }
    expect(fields({ ...good, steps: [step] })).toEqual([])
    expect(newWorkflowOf({ ...good, steps: [step] }).steps).toMatchObject([
      { timeoutSeconds: 2, retry: { max_attempts: 2, backoff_seconds: 0 } },
    ])
    const half = { ...step, timeoutSeconds: '-', retry: { attempts: '', backoffSeconds: '', on: '' } }
    expect(fields({ ...good, steps: [half] })).toEqual(['s.timeoutSeconds', 's.retry.attempts', 's.retry.backoffSeconds'])
  })

  it('has limits and retries that the lab can keep', () => {
    const step = { ...newStep('x'), key: 's', timeoutSeconds: 0, deviceId: 'gone', retry: { attempts: 0, backoffSeconds: -1, on: '' } }
    expect(fields({ ...good, steps: [step] })).toEqual(['s.deviceId', 's.timeoutSeconds', 's.retry.attempts', 's.retry.backoffSeconds'])
  })
})

it.each([
  ['required', { required: true }, undefined, 'This is required'],
  ['text for a number', { type: 'number' }, 'much', 'This must be a number'],
  ['a part of a whole', { type: 'integer' }, 1.5, 'This must be a whole number'],
  ['a number for text', { type: 'string' }, 5, 'This must be text'],
  ['text for yes or no', { type: 'boolean' }, 'yes', 'Yes or no'],
  ['nothing where nothing is asked', {}, '', undefined],
] as const)('a parameter: %s', (_, fields, value, message) => {
  expect(parameterProblem({ name: 'p', title: 'P', type: 'number', required: false, ...fields }, value)).toBe(message)
})

it('what is asked of the lab has the JSON parsed, the codes as a list, and no blanks around the names', () => {
  const draft = draftOfFile({
    name: ' PCR ',
    device_id: 'handler',
    priority: 'low',
    sample_barcodes: ['S1'],
    steps: [
      {
        operation: 'dispense',
        parameters: { volume: 5 },
        device_id: null,
        hold: true,
        retry: { max_attempts: 2, backoff_seconds: 1, on: ['busy', 'jam'] },
        timeout_seconds: 9,
      },
    ],
  })
  const [step] = draft.steps
  if (!step) throw new Error('there is a step')
  expect(newWorkflowOf({ ...draft, steps: [step, { ...newStep(' x '), json: '{"a": 1}' }] })).toEqual({
    name: 'PCR',
    deviceId: 'handler',
    priority: 'low',
    auto: true,
    sampleBarcodes: ['S1'],
    steps: [
      {
        operation: 'dispense',
        parameters: { volume: 5 },
        deviceId: null,
        hold: true,
        retry: { max_attempts: 2, backoff_seconds: 1, on: ['busy', 'jam'] },
        timeoutSeconds: 9,
      },
      { operation: 'x', parameters: { a: 1 }, deviceId: null, hold: false, retry: null, timeoutSeconds: null },
    ],
  })
})
