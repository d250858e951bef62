/** A simulated day of 500 workflows on 20 devices: how fast the engine plays it, and how good its predictions were. */

import { describe, expect, it } from 'vitest'
import { simulateDay } from '../../electron/main/backend/simulation/day.ts'
import { newDataFolder } from '../support/databases.ts'
import { record, report } from './figures.ts'

describe('a simulated day', () => {
  it('500 workflows on 20 devices', async () => {
    const place = await newDataFolder()
    const day = await simulateDay({ devices: 20, workflows: 500, seed: 7, days: 1, elsewhere: 0.1 }, place.options)
    await place.remove()

    record({ name: '500 workflows on 20 devices', value: day.wallSeconds, unit: 's', target: '≤ 60' })
    record({ name: 'commits, each checked by all rules', value: day.commits / day.wallSeconds, unit: '/s' })
    for (const { kind, basedOn, count, meanAbsoluteError, coverage } of day.figures.estimates) {
      const name = `${kind} foretold from ${basedOn} durations, ${count} times`
      record({ name: `${name}: mean absolute error`, value: meanAbsoluteError / 60, unit: 'min' })
      record({ name: `${name}: came by the 90th percentile`, value: coverage, unit: '%', target: '≥ 85' })
    }
    report()
    expect(day).toMatchObject({ complaints: [], figures: { left: { workflows: 0, waiting: 0, held: 0 } } })
  })
})
