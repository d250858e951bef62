import { expect, test } from 'vitest'
import { describeBench } from './bench-words.ts'

const running = { kind: 'running', urls: { device: '', workflow: '', ui: '' } } as const
const idle = { active: 0, waiting: 0, attention: 0 }

test('who is needed comes first', () => {
  expect(describeBench(running, { active: 2, waiting: 1, attention: 1 })).toBe('1 needs a person, 2 runs are active, 1 waits')
  expect(describeBench(running, { active: 1, waiting: 0, attention: 0 })).toBe('1 run is active')
  expect(describeBench(running, { active: 0, waiting: 3, attention: 2 })).toBe('2 need a person, 3 wait')
  expect(describeBench(running, idle)).toBe('Nothing is running')
})

test('without a lab it says so', () => {
  expect(describeBench({ kind: 'starting' }, idle)).toBe('The lab is starting')
  expect(describeBench({ kind: 'waiting', reason: 'x' }, idle)).toBe('Waiting for the database server')
  expect(describeBench({ kind: 'died', reason: 'x' }, idle)).toBe('The lab has stopped')
  expect(describeBench({ kind: 'failed', failure: { cause: 'option', message: 'x' } }, idle)).toBe('The lab could not start')
})
