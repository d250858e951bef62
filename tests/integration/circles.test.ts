/** Workflows that want each other's devices: nobody ever waits in a circle, and everything finishes. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { brokenRules } from '../../electron/main/backend/database/lab-rules.ts'
import { newDevice, newWorkflow, waitingIds } from '../support/bench.ts'
import { nextEvent, withEvents } from '../support/events.ts'
import { createHeldClock } from '../support/held-clock.ts'
import { expectInvariants } from '../support/invariants.ts'
import { onBothDatabases } from '../support/lab.ts'
import { command, holderOf } from '../support/workflow-bench.ts'
import { patience, runs, seed } from './model/fuzz.ts'

const clock = createHeldClock()
const usualRuns = 8

onBothDatabases('workflows over several devices', { demo: false, simSpeed: 10_000, clock }, (lab) => {
  const devices = (count: number) => Promise.all(Array.from({ length: count }, () => newDevice(lab())))
  const on = (device_id: string | undefined, hold = false) => ({ operation: 'read', device_id: device_id ?? null, hold })

  /** Starts them all at once and waits until the last has completed. */
  async function runAll(ids: string[]): Promise<void> {
    const open = new Set(ids)
    const all = nextEvent(lab(), (event) => {
      if (event.kind === 'workflow.completed' && event.workflowId) open.delete(event.workflowId)
      return open.size === 0
    })
    const answers = await Promise.all(ids.map((id) => command(lab(), id, 'start', { auto: true, on_busy: 'queue' })))
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 202)).toEqual([])
    await all
  }

  it('two that want each other’s: the second lets the first have its device, and takes it again', async () => {
    const [a = '', b = ''] = await devices(2)
    const first = await newWorkflow(lab(), a, { steps: ['x', on(b), 'x'] })
    const second = await newWorkflow(lab(), b, { steps: ['y', on(a), 'y'] })
    clock.hold()
    const { events } = await withEvents(lab(), async () => {
      const both = runAll([first, second])
      clock.letGo()
      await both
    })
    const gaveWay = events.filter(({ data }) => data.gave_way_for)
    expect(gaveWay).toHaveLength(1)
    expect(gaveWay[0]).toMatchObject({ kind: 'device.released', actor: 'runner' })
    expect(events.filter(({ kind }) => kind === 'step.completed')).toHaveLength(6)
    expect([await holderOf(lab(), a), await holderOf(lab(), b)]).toEqual([null, null])
  })

  it('by hand as well: who let others have its device says so, and takes it again for its next step there', async () => {
    const [a = '', b = ''] = await devices(2)
    const first = await newWorkflow(lab(), a, { steps: [on(b)] })
    const second = await newWorkflow(lab(), b, { steps: [on(a), 'y'] })
    for (const id of [first, second]) await command(lab(), id, 'start')
    expect((await command(lab(), first, 'execute-step', { on_busy: 'queue' })).status).toBe(202)
    const { body } = await command(lab(), second, 'execute-step', { on_busy: 'queue' })
    expect(body.workflow.reasons).toEqual([
      `Step 0 "read" waits for the device "${a}"`,
      `It let others have the device "${b}", which waited in a circle with it`,
    ])
    expect([await holderOf(lab(), a), await holderOf(lab(), b)]).toEqual([first, first])
    expect(await waitingIds(lab(), a)).toEqual([second])
    await expectInvariants(lab().lab.database.pool)

    expect((await command(lab(), first, 'execute-step')).status).toBe(200)
    expect((await command(lab(), first, 'complete')).status).toBe(200)
    expect([await holderOf(lab(), a), await holderOf(lab(), b)]).toEqual([second, null])
    expect((await command(lab(), second, 'execute-step')).status).toBe(200)
    expect(await holderOf(lab(), b)).toBeNull()
    expect(await command(lab(), second, 'execute-step')).toMatchObject({ status: 200, body: { result: { device_id: b } } })
    expect(await holderOf(lab(), b)).toBe(second)
    expect((await command(lab(), second, 'complete')).body.workflow.reasons).toEqual([])
  })

  it('a ring of four, each wanting the next one’s, all at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ring = await devices(4)
      const ids = await Promise.all(ring.map((own, n) => newWorkflow(lab(), own, { steps: [on(ring[(n + 1) % 4]), 'x'] })))
      await runAll(ids)
      await expectInvariants(lab().lab.database.pool)
    }
  })

  const places = fc.nat({ max: 2 })
  const steps = fc.array(fc.record({ at: fc.option(places, { nil: undefined }), hold: fc.boolean() }), { minLength: 1, maxLength: 5 })
  const plans = fc.array(fc.record({ own: places, steps, priority: fc.constantFrom('urgent', 'normal', 'low') }), {
    minLength: 2,
    maxLength: 7,
  })

  it(
    `whatever they want, hold and wait for, everything finishes (seed ${seed})`,
    async () => {
      const property = fc.asyncProperty(plans, async (workflows) => {
        const bench = await devices(3)
        const ids: string[] = []
        for (const { own, steps, priority } of workflows) {
          const wanted = steps.map(({ at, hold }) => on(at === undefined ? undefined : bench[at], hold))
          ids.push(await newWorkflow(lab(), bench[own] ?? '', { steps: wanted, priority }))
        }
        const broken: unknown[] = []
        const unsubscribe = lab().lab.feed.subscribe(({ kind }) => {
          if (kind === 'queue.entry_added')
            checks.push(brokenRules(lab().lab.database.pool).then((rules) => void (Object.keys(rules).length > 0 && broken.push(rules))))
        })
        const checks: Promise<void>[] = []
        await runAll(ids)
        unsubscribe()
        await Promise.all(checks)
        expect(broken).toEqual([])
        for (const device of bench) expect(await holderOf(lab(), device)).toBeNull()
      })
      await fc.assert(property, runs(usualRuns))
    },
    patience(usualRuns),
  )
})
