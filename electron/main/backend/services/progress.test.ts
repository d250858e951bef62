import { expect, test } from 'vitest'
import { createManualClock } from '../../../../tests/support/clock.ts'
import { createProgress } from './progress.ts'

test('the latest report on an operation is known until it ends, and told to those who listen', () => {
  const clock = createManualClock()
  const told: unknown[] = []
  const errors: unknown[] = []
  const progress = createProgress(clock, (error) => errors.push(error))
  progress.subscribe(() => {
    throw new Error('a page is gone')
  })
  const unsubscribe = progress.subscribe((report) => told.push(report))

  progress.report(7, 'reader', 'w', 0.25)
  const at = clock.now()
  clock.advance(1000)
  expect(progress.of(7)).toEqual({ fraction: 0.25, at })
  expect(progress.of(8)).toBeUndefined()

  progress.report(7, 'reader', 'w', Number.NaN)
  progress.report(7, 'reader', 'w', 1.5)
  expect(progress.of(7)).toEqual({ fraction: 1, at: clock.now() })
  progress.end(7)
  expect(progress.of(7)).toBeUndefined()

  unsubscribe()
  progress.report(7, 'reader', 'w', 0.5)
  expect(told).toEqual([0.25, 1].map((fraction) => ({ logId: 7, deviceId: 'reader', workflowId: 'w', fraction })))
  expect(errors).toHaveLength(3)
})
