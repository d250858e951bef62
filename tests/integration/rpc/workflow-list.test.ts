/** The list of workflows as a screen asks for it: filters, orders, pages without a gap, few statements. */

import { expect, it } from 'vitest'
import { contract, type Input, type Output } from '../../../shared/contract/contract.ts'
import { newDevice, newWorkflow } from '../../support/bench.ts'
import { countStatements } from '../../support/count-statements.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { type RpcClient, usePages } from '../../support/rpc-client.ts'
import { command, fails, started } from '../../support/workflow-bench.ts'

const connect = usePages()

/** A page in the form that the contract promises. */
async function list(page: RpcClient, input: Input<'workflows.list'>): Promise<Output<'workflows.list'>> {
  const answer = await page.ask('workflows.list', input)
  expect(contract['workflows.list'].output.parse(answer)).toEqual(answer)
  return answer
}

async function namesIn(page: RpcClient, input: Input<'workflows.list'>): Promise<string[]> {
  return (await list(page, input)).rows.map((row) => row.name)
}

/** A lab on a server may read its events meanwhile. */
function ofWorkflows(statements: string[]): string[] {
  return statements.filter((text) => !text.includes('"events"'))
}

onBothDatabases('the list of workflows', { demoLogs: 0 }, (lab) => {
  it('shows how far each is and at which step', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    const id = await started(lab(), deviceId, ['shake', fails, 'read'])
    await command(lab(), id, 'execute-step')
    expect((await list(page, { deviceId })).rows).toMatchObject([
      {
        id,
        status: 'running',
        deviceId,
        sampleCount: 0,
        stepCount: 3,
        stepsDone: 1,
        step: { stepIndex: 1, operation: 'shake', status: 'pending' },
      },
    ])
    await command(lab(), id, 'execute-step')
    expect((await list(page, { deviceId })).rows).toMatchObject([
      { status: 'awaiting_recovery', stepsDone: 1, step: { stepIndex: 1, status: 'failed' } },
    ])
    await command(lab(), id, 'recover', { action: 'skip' })
    await command(lab(), id, 'complete')
    expect((await list(page, { deviceId })).rows).toMatchObject([{ status: 'completed', stepsDone: 3, step: null }])
  })

  it('is narrowed by state, device, priority, way of running and text, and counted by state', async () => {
    const page = await connect(lab())
    const [deviceId, other] = [await newDevice(lab()), await newDevice(lab())]
    const create = (name: string, fields: Partial<Input<'workflows.create'>> = {}, operator?: string) =>
      page.ask('workflows.create', { name, deviceId, ...fields }, operator)
    await create('Elution 100%', { sampleBarcodes: ['SAMPLE007'] }, 'Sofia')
    await create('Elution 100x', { priority: 'urgent' }, 'Grace')
    await create('Elsewhere', { deviceId: other })
    const running = await create('Running')
    await page.ask('workflows.start', { workflowId: running.id, auto: true })

    expect(await namesIn(page, { deviceId: other })).toEqual(['Elsewhere'])
    expect(await namesIn(page, { deviceId, priority: 'urgent' })).toEqual(['Elution 100x'])
    expect(await namesIn(page, { deviceId, auto: true })).toEqual(['Running'])
    expect(await namesIn(page, { deviceId, status: ['created'] })).toEqual(['Elution 100x', 'Elution 100%'])
    expect(await namesIn(page, { deviceId, text: 'elution 100%' })).toEqual(['Elution 100%'])
    expect(await namesIn(page, { deviceId, text: 'sofi' })).toEqual(['Elution 100%'])
    expect(await namesIn(page, { deviceId, text: 'ample007' })).toEqual(['Elution 100%'])
    expect(await namesIn(page, { text: running.id })).toEqual(['Running'])
    expect(await namesIn(page, { deviceId, workflowId: running.id, status: ['created'] })).toEqual([])

    const counts = await page.ask('workflows.counts', { deviceId })
    expect(contract['workflows.counts'].output.parse(counts)).toEqual(counts)
    expect(counts).toMatchObject({ created: 2, queued: 0 })
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(3)
  })

  it.each([
    ['newest', ['b', 'A', 'a', 'C', 'b']],
    ['oldest', ['b', 'C', 'a', 'A', 'b']],
    ['name', ['a', 'A', 'b', 'b', 'C']],
    ['name_down', ['C', 'b', 'b', 'A', 'a']],
    ['device', ['b', 'C', 'a', 'A', 'b']],
    ['device_down', ['b', 'A', 'a', 'C', 'b']],
  ] as const)('gives every workflow once over its pages, %s first', async (order, expected) => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    for (const name of ['b', 'C', 'a', 'A', 'b']) await newWorkflow(lab(), deviceId, { name })
    const names: string[] = []
    const ids = new Set<string>()
    let after: Output<'workflows.list'>['next'] = null
    do {
      const { rows, next }: Output<'workflows.list'> = await list(page, { deviceId, order, after, limit: 2 })
      names.push(...rows.map((row) => row.name))
      for (const row of rows) ids.add(row.id)
      // A newcomer does not shift what follows, where it is not in its way.
      if (after === null && order === 'newest') await newWorkflow(lab(), deviceId, { name: 'later' })
      after = next
    } while (after)
    expect(names).toEqual(expected)
    expect(ids.size).toBe(5)
  })

  it('costs one statement, however much it holds', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    for (let made = 0; made < 12; made += 1)
      await newWorkflow(lab(), deviceId, { steps: ['shake', 'read'], sample_barcodes: ['SAMPLE001'] })
    for (const limit of [2, 12]) {
      const { statements } = await countStatements(lab().lab.database, () => list(page, { deviceId, limit }))
      expect(ofWorkflows(statements)).toHaveLength(1)
    }
    const workflowId = (await list(page, { deviceId })).rows[0]?.id ?? ''
    const { statements } = await countStatements(lab().lab.database, () => page.ask('workflows.get', { workflowId }))
    expect(ofWorkflows(statements)).toHaveLength(1)
  })
})
