/** The bench over the contract: every device in few statements, and what changes on it by itself is pushed. */

import { expect, it } from 'vitest'
import { readBench } from '../../../electron/main/backend/services/bench.ts'
import { contract } from '../../../shared/contract/contract.ts'
import { book, newDevice, newWorkflow, queueUp } from '../../support/bench.ts'
import { countStatements } from '../../support/count-statements.ts'
import { onBothDatabases, type TestLab } from '../../support/lab.ts'
import { usePages } from '../../support/rpc-client.ts'

const connect = usePages()

/** A device that a workflow of the lab has, and for which another and a script's own wait. */
async function busyDevice(lab: TestLab): Promise<string> {
  const deviceId = await newDevice(lab)
  for (const name of ['Holder', 'Waiter']) {
    const id = await newWorkflow(lab, deviceId, { name, steps: ['shake', 'shake'] })
    await lab.workflow.post(`/workflows/${id}/start`, { on_busy: 'queue' })
  }
  await queueUp(lab, deviceId, 'script-run')
  return deviceId
}

onBothDatabases('the bench', { simSpeed: 20 }, (lab) => {
  it('is read in as many statements for thirty devices as for three, and each as it is read alone', async () => {
    for (let n = 0; n < 3; n += 1) await busyDevice(lab())
    const few = await statementsOfBench(lab())
    for (let n = 0; n < 27; n += 1) await busyDevice(lab())
    await book(lab(), await newDevice(lab()), 'a-script')
    expect(await statementsOfBench(lab())).toBe(few)
    expect(few).toBeLessThanOrEqual(8)

    const page = await connect(lab())
    const bench = await page.ask('bench.list', {})
    expect(contract['bench.list'].output.parse(bench)).toEqual(bench)
    expect(bench.map(({ device }) => device.id)).toEqual((await page.ask('devices.list', {})).map(({ id }) => id))
    for (const item of bench.slice(0, 8)) {
      const alone = await page.ask('bench.get', { deviceId: item.device.id })
      expect({ ...alone, holder: steady(alone.holder), queue: alone.queue.map(({ id }) => id) }).toEqual({
        ...item,
        holder: steady(item.holder),
        queue: item.queue.map(({ id }) => id),
      })
    }
    const busy = bench.find(({ holder }) => holder?.workflowName === 'Holder')
    expect(busy).toMatchObject({
      holder: { status: 'running', stepsDone: 0, stepCount: 2, step: null },
      queue: [
        { workflowName: 'Waiter', position: 1 },
        { workflowId: 'script-run', workflowName: null, position: 2 },
      ],
    })
  })

  it('pushes how far an operation is and whose forecast has changed, and shows both when it is asked', async () => {
    const page = await connect(lab())
    page.subscribe(null)
    await page.push(({ topic }) => topic === 'subscribed')
    const deviceId = await newDevice(lab())
    // 20 s of ours, so that it is still under way when it is looked at.
    const workflowId = await newWorkflow(lab(), deviceId, { steps: [{ operation: 'incubate', parameters: { seconds: 400 } }] })
    await lab().workflow.post(`/workflows/${workflowId}/start`, { auto: true })

    const forecast = page.push((push) => push.topic === 'forecast' && push.deviceId === deviceId)
    const underWay = await page.push((push) => push.topic === 'progress' && push.deviceId === deviceId && push.fraction >= 0.1)
    expect(underWay).toEqual({ topic: 'progress', deviceId, workflowId, logId: expect.any(Number), fraction: expect.any(Number) })
    expect(await forecast).toEqual({ topic: 'forecast', deviceId })

    const { holder } = await page.ask('bench.get', { deviceId })
    const logId = underWay.topic === 'progress' ? underWay.logId : null
    expect(holder?.step).toMatchObject({ operation: 'incubate', status: 'running', logId, expectedEndAt: expect.any(String) })
    expect(holder?.step?.progress).toBeGreaterThanOrEqual(0.1)
    expect(holder?.remainingSeconds).toBeLessThan(20)
    expect((await lab().workflow.post(`/workflows/${workflowId}/cancel`)).status).toBe(200)
  })
})

/** The fewest of several readings: on a server the runner's own go by meanwhile. */
async function statementsOfBench({ lab }: TestLab): Promise<number> {
  const counts: number[] = []
  for (let reading = 0; reading < 6; reading += 1) {
    counts.push((await countStatements(lab.database, () => readBench(lab))).statements.length)
  }
  return Math.min(...counts)
}

/** Without what is another with every moment that passes. */
function steady<T extends object>(holder: T | null): Partial<T> | null {
  if (!holder) return null
  const moving = ['remainingSeconds', 'remainingP90Seconds', 'expectedEndAt', 'expectedEndP90At']
  return Object.fromEntries(Object.entries(holder).filter(([name]) => !moving.includes(name))) as Partial<T> // a part of it is left
}
