/** Expectations are told as they change: soon, then not more often than they can be read, and only while somebody listens. */

import { expect, it } from 'vitest'
import type { ForecastListener } from '../../electron/main/backend/services/forecast-feed.ts'
import { forecastQueue } from '../../electron/main/backend/services/schedule.ts'
import { book, newDevice, newWorkflow, queueUp } from '../support/bench.ts'
import { createManualClock } from '../support/clock.ts'
import { countStatements } from '../support/count-statements.ts'
import { nextEvent } from '../support/events.ts'
import { onBothDatabases, type TestLab } from '../support/lab.ts'
import { listenTo } from '../support/listener.ts'
import { command } from '../support/workflow-bench.ts'

const clock = createManualClock(new Date('2025-01-15T10:00:00Z'))

/** Who stands in the forecasts told of a device. */
function hearAbout(lab: TestLab, deviceId: string) {
  const told: string[][] = []
  const listener: ForecastListener = ({ forecast }) => {
    if (forecast.device.id !== deviceId) return
    told.push(forecast.runs.map(({ workflowId }) => workflowId))
  }
  return {
    told,
    end: lab.forecasts.subscribe(listener),
    async until(count: number): Promise<void> {
      while (told.length < count) await soon(lab, deviceId)
    },
  }
}

/** Whatever is under way gets its turn: two statements one after another on each connection there is. */
async function settle({ lab }: TestLab, deviceId: string): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await Promise.all(Array.from({ length: 12 }, () => forecastQueue(lab, lab.database.db, deviceId)))
}

/** What is under way is told together a moment later. */
async function soon(lab: TestLab, deviceId: string): Promise<void> {
  await settle(lab, deviceId)
  clock.advance(20)
}

onBothDatabases('forecasts', { demo: false, simSpeed: 1, clock }, (lab) => {
  /** What there was to tell has been told, and the time in which nothing more is told is over. */
  async function calm(deviceId: string): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await soon(lab(), deviceId)
      await settle(lab(), deviceId)
      clock.advance(750)
    }
    await settle(lab(), deviceId)
  }

  it('are told soon after the first change, and what comes soon after it together', async () => {
    const device = await newDevice(lab())
    const { told, until, end } = hearAbout(lab(), device)
    await calm(device)
    told.length = 0
    await book(lab(), device, 'holder')
    await until(1)
    for (const id of ['a', 'b', 'c', 'd']) await queueUp(lab(), device, id)
    await settle(lab(), device)
    expect(told).toEqual([['holder']])
    clock.advance(250)
    await until(2)
    expect(told).toEqual([['holder'], ['holder', 'a', 'b', 'c', 'd']])

    // Only progress was waited for by now; a change does not wait for that.
    clock.advance(250)
    await settle(lab(), device)
    await queueUp(lab(), device, 'e')
    await until(3)
    expect(told.at(-1)).toContain('e')
    end()
  })

  it('are told on progress, at most once a second, and not when nothing is expected otherwise', async () => {
    const device = await newDevice(lab())
    await book(lab(), device, 'w')
    const begun = nextEvent(lab(), ({ kind, deviceId }) => kind === 'operation.started' && deviceId === device)
    const request = { workflow_id: 'w', operation: 'incubate', parameters: { minutes: 10 } }
    const ended = lab().device.post(`/devices/${device}/execute`, request)
    const logId = Number((await begun).data.log_id)
    const { told, until, end } = hearAbout(lab(), device)
    await calm(device)
    told.length = 0

    lab().lab.progress.report(logId, device, 'w', 0.1)
    await until(1)
    lab().lab.progress.report(logId, device, 'w', 0.2)
    clock.advance(250)
    await settle(lab(), device)
    expect(told).toHaveLength(1)
    clock.advance(750)
    await until(2)

    await calm(device)
    await lab().device.patch(`/devices/${device}`, { name: 'Another name' })
    await calm(device)
    expect(told).toHaveLength(2)
    end()
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'enough seen' })
    await ended
  })

  it('are told of a device whose holder works on another one', async () => {
    const [own, other] = [await newDevice(lab()), await newDevice(lab())]
    const steps = [{ operation: 'incubate', parameters: { minutes: 10 }, device_id: other }]
    const workflow = await newWorkflow(lab(), own, { steps })
    const begun = nextEvent(lab(), ({ kind, workflowId }) => kind === 'operation.started' && workflowId === workflow)
    await command(lab(), workflow, 'start', { auto: true })
    const logId = Number((await begun).data.log_id)
    const { told, until, end } = hearAbout(lab(), own)
    await calm(own)
    told.length = 0
    lab().lab.progress.report(logId, other, workflow, 0.9)
    await until(1)
    expect(told).toEqual([[workflow]])
    end()
    await command(lab(), workflow, 'cancel')
  })

  it('are told of a device whose holder waits for another one, when something changes there or where its holder works', async () => {
    const [own, other, third] = [await newDevice(lab()), await newDevice(lab()), await newDevice(lab())]
    const steps = [{ operation: 'incubate', parameters: { minutes: 10 }, device_id: third }]
    const ahead = await newWorkflow(lab(), other, { steps })
    const begun = nextEvent(lab(), ({ kind, workflowId }) => kind === 'operation.started' && workflowId === ahead)
    await command(lab(), ahead, 'start', { auto: true })
    const logId = Number((await begun).data.log_id)
    const workflow = await newWorkflow(lab(), own, { steps: [{ operation: 'shake', device_id: other }] })
    const inLine = nextEvent(lab(), ({ kind, deviceId }) => kind === 'queue.entry_added' && deviceId === other)
    await command(lab(), workflow, 'start', { auto: true })
    await inLine
    const { told, until, end } = hearAbout(lab(), own)
    await calm(own)
    told.length = 0
    await queueUp(lab(), other, 'urgent', { priority: 'urgent' })
    await until(1)
    await calm(own)
    lab().lab.progress.report(logId, third, ahead, 0.9)
    await until(2)
    end()
    for (const id of [workflow, ahead]) await command(lab(), id, 'cancel')
  })

  it('are not computed while nobody listens', async () => {
    const [unwatched, watched] = [await newDevice(lab()), await newDevice(lab())]
    const work = async (device: string) => {
      await book(lab(), device, 'w')
      await soon(lab(), device)
      await settle(lab(), device)
    }
    /** Without those by which the lab hears of events, of which there are more or fewer as they come together or apart. */
    const statementsOfWork = async (device: string) => {
      const { statements } = await countStatements(lab().lab.database, () => work(device))
      return statements.filter((text) => !text.includes('from "events"'))
    }
    await calm(unwatched)
    const unheard = await statementsOfWork(unwatched)
    const { told, end } = hearAbout(lab(), watched)
    await calm(watched)
    told.length = 0
    const heard = await statementsOfWork(watched)
    end()
    expect(told).toEqual([['w']])
    expect(heard.length).toBeGreaterThan(unheard.length)
  })

  it('come between the events of a stream that asked for them, without an id', async () => {
    const device = await newDevice(lab())
    await settle(lab(), device)
    const listener = await listenTo(`${lab().device.url}/events?forecasts=true&device_id=${device}`)
    const plain = await listenTo(`${lab().workflow.url}/events?device_id=${device}`)
    await book(lab(), device, 'w')
    await soon(lab(), device)
    const heard = await listener.until(({ kind }) => kind === 'forecast.changed')
    expect(heard).toMatchObject([
      { id: expect.any(Number), kind: 'device.booked' },
      { id: Number.NaN, data: { device_id: device, unknown_because: null, runs: [{ workflow_id: 'w', status: 'holding' }] } },
    ])
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'w' })
    expect([(await plain.next()).kind, (await plain.next()).kind]).toEqual(['device.booked', 'device.released'])
    await Promise.all([listener.close(), plain.close()])
  })
})
