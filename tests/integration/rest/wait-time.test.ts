/** Wait times over HTTP: worked examples at ten times the nominal speed, on a clock that only moves when something takes its time. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, hang, newDevice, newWorkflow, queueUp } from '../../support/bench.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { useLab } from '../../support/lab.ts'

const clock = createJumpingClock('2025-01-15T10:00:00.000Z')

/** 12 + 60 + 20 = 92 s; spreads 6, 30 and 10, together √1036 = 32.2. Ten times faster: 9.2 s, in nine of ten cases at most 12.4 s. */
const pcr = ['pipette_transfer', 'incubate', 'plate_read']

describe('wait-time', () => {
  const lab = useLab('embedded', { demo: false, simSpeed: 10, clock })

  async function waitFor(id: string, query = ''): Promise<Record<string, unknown>> {
    const { status, body } = await lab().device.get(`/devices/${id}/wait-time${query}`)
    expect(status).toBe(200)
    return body
  }

  async function started(deviceId: string, fields: Record<string, unknown>): Promise<string> {
    const workflow = await newWorkflow(lab(), deviceId, fields)
    expect((await lab().workflow.post(`/workflows/${workflow}/start`)).status).toBe(200)
    return workflow
  }

  const inSeconds = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000).toISOString()

  it('a free device: at once', async () => {
    const id = await newDevice(lab())
    const answer = await waitFor(id)
    expect(answer).toEqual({
      device_id: id,
      workflow_id: null,
      priority: 'normal',
      position: 0,
      queue_length: 0,
      estimated_wait_seconds: 0,
      p90_wait_seconds: 0,
      estimated_start_at: inSeconds(0),
      based_on: 'none',
      reasons: [expect.any(String)],
    })
    expect(await waitFor(id, '?workflow_id=unknown&priority=low')).toEqual({ ...answer, workflow_id: 'unknown', priority: 'low' })
  })

  it('a device held by a workflow of this lab: what its steps nominally take', async () => {
    const id = await newDevice(lab())
    const holder = await started(id, { name: 'PCR', steps: pcr })
    expect(await waitFor(id)).toEqual({
      device_id: id,
      workflow_id: null,
      priority: 'normal',
      position: 1,
      queue_length: 0,
      estimated_wait_seconds: 9.2,
      p90_wait_seconds: 12.4,
      estimated_start_at: inSeconds(9.2),
      based_on: 'nominal',
      reasons: [expect.stringContaining('"PCR"')],
    })
    expect(await waitFor(id, `?workflow_id=${holder}`)).toMatchObject({
      workflow_id: holder,
      position: 0,
      estimated_wait_seconds: 0,
      p90_wait_seconds: 0,
      estimated_start_at: inSeconds(0),
    })
    expect(await waitFor(id, '?workflow_id=unknown')).toMatchObject({ workflow_id: 'unknown', position: 1, estimated_wait_seconds: 9.2 })
  })

  it('parameters of an incubation count: minutes and seconds', async () => {
    const id = await newDevice(lab())
    await started(id, { steps: [{ operation: 'incubate', parameters: { minutes: 2, seconds: 30 } }] })
    expect(await waitFor(id)).toMatchObject({ estimated_wait_seconds: 15, p90_wait_seconds: 22.5, based_on: 'nominal' })
  })

  it('steps that have run no longer count', async () => {
    const id = await newDevice(lab())
    const workflow = await started(id, { steps: ['wash', 'spin'] })
    await lab().workflow.post(`/workflows/${workflow}/execute-step`)
    expect(await waitFor(id)).toMatchObject({ estimated_wait_seconds: 0.5, p90_wait_seconds: 0.8 })
  })

  it('a queue: its own place for who waits, whatever priority is asked for; else the place a newcomer of that priority gets', async () => {
    const id = await newDevice(lab())
    await started(id, { name: 'PCR', steps: pcr })
    await queueUp(lab(), id, 'nightly')
    const elisa = await newWorkflow(lab(), id, { name: 'ELISA', steps: ['dispense_reagent'] })
    await queueUp(lab(), id, elisa, { priority: 'low' })

    // A script's steps are not known: one nominal operation, 5 s; 92 + 5 = 97 and √(1036 + 2.5²) = 32.3
    const [behindPcr, behindNightly] = [
      { position: 1, queue_length: 2, estimated_wait_seconds: 9.2, p90_wait_seconds: 12.4 },
      { position: 2, queue_length: 2, estimated_wait_seconds: 9.7, p90_wait_seconds: 12.9 },
    ]
    // 97 + 8 = 105 and √(1042.25 + 4²) = 32.5
    const behindAll = { position: 3, queue_length: 2, estimated_wait_seconds: 10.5, p90_wait_seconds: 13.8 }
    const at = (query: string) => waitFor(id, query)
    expect(await at('?workflow_id=nightly')).toMatchObject({ ...behindPcr, priority: 'normal', workflow_id: 'nightly' })
    expect(await at(`?workflow_id=${elisa}`)).toMatchObject({ ...behindNightly, priority: 'low', workflow_id: elisa })
    expect(await at('?workflow_id=nightly&priority=low')).toMatchObject({ ...behindPcr, priority: 'normal' })
    expect(await at('?priority=urgent')).toMatchObject({ ...behindPcr, priority: 'urgent', workflow_id: null })
    expect(await at('')).toMatchObject({ ...behindNightly, priority: 'normal' })
    const low = await at('?priority=low')
    expect(low).toMatchObject({ ...behindAll, priority: 'low', estimated_start_at: inSeconds(10.5) })
    expect(low.reasons).toEqual(['PCR', 'nightly', 'ELISA'].map((name) => expect.stringContaining(`"${name}"`)))

    const { body: queue } = await lab().device.get(`/devices/${id}/queue`)
    expect(queue).toMatchObject([
      { workflow_id: 'nightly', position: 1, estimated_wait_seconds: 9.2, estimated_start_at: inSeconds(9.2) },
      { workflow_id: elisa, workflow_name: 'ELISA', position: 2, estimated_wait_seconds: 9.7, estimated_start_at: inSeconds(9.7) },
    ])
  })

  it('a running operation: less while it runs, and never below nothing', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'script')
    // 12 s (in nine of ten cases at most 18 s), ten times faster; it hangs half way, after 0.6 s, which it tells: 1.2 s in all by its own
    // pace, and half of the 0.6 s that may come on top.
    await hang(lab(), id, 'script', 'pipette_transfer')
    expect(await waitFor(id)).toMatchObject({ estimated_wait_seconds: 0.6, p90_wait_seconds: 0.9, based_on: 'measured' })
    clock.advance(0.6)
    // Past its time: half the way to the 90th percentile.
    expect(await waitFor(id)).toMatchObject({ estimated_wait_seconds: 0.2, p90_wait_seconds: 0.3 })
    clock.advance(20)
    expect(await waitFor(id)).toMatchObject({ position: 1, estimated_wait_seconds: 0, p90_wait_seconds: 0 })
  })

  it('is measured once the lab has done it itself, per type of device; failures do not count', async () => {
    const reader = await newDevice(lab(), { type: 'plate_reader' })
    await book(lab(), reader, 'script')
    for (const simulate of ['', 'slow', 'fail']) {
      await lab().device.post(`/devices/${reader}/execute`, { workflow_id: 'script', operation: 'plate_read', parameters: { simulate } })
    }
    await lab().device.post(`/devices/${reader}/release`, { workflow_id: 'script' })
    // 20 s and, slow, 200 s: the median is 110 s, the 90th percentile 20 + 0.9 × 180 = 182 s.
    await started(reader, { steps: ['plate_read'] })
    expect(await waitFor(reader)).toMatchObject({ estimated_wait_seconds: 11, p90_wait_seconds: 18.2, based_on: 'measured' })

    const another = await newDevice(lab(), { type: 'incubator' })
    await started(another, { steps: ['plate_read'] })
    expect(await waitFor(another)).toMatchObject({ estimated_wait_seconds: 2, p90_wait_seconds: 3, based_on: 'nominal' })
  })

  it('is nominal as soon as one part of it is', async () => {
    const id = await newDevice(lab(), { type: 'liquid_handler' })
    await book(lab(), id, 'script')
    await lab().device.post(`/devices/${id}/execute`, { workflow_id: 'script', operation: 'mix' })
    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'script' })
    await started(id, { steps: ['mix', 'never_done'] })
    // Measured 5 s without spread, and nominal 5 s (at most 7.5 s).
    expect(await waitFor(id)).toMatchObject({ estimated_wait_seconds: 1, p90_wait_seconds: 1.3, based_on: 'nominal' })
  })

  it('a holder that only a person lets go on: says so', async () => {
    const id = await newDevice(lab())
    const workflow = await started(id, { name: 'PCR', steps: pcr })
    await lab().workflow.post(`/workflows/${workflow}/pause`)
    const { reasons, ...unknown } = await waitFor(id)
    expect(reasons).toEqual([expect.stringContaining('"PCR"'), expect.stringContaining('paused')])
    expect(unknown).toMatchObject({ estimated_wait_seconds: null, p90_wait_seconds: null, estimated_start_at: null, based_on: 'none' })
  })

  it.each([{ mode: 'maintenance' }, { connection: 'offline' }])(
    'out of service, %j: the place, and no time, with the reason',
    async (change) => {
      const id = await newDevice(lab())
      await lab().device.patch(`/devices/${id}`, change)
      const unknown = { estimated_wait_seconds: null, p90_wait_seconds: null, estimated_start_at: null, based_on: 'none' }
      expect(await waitFor(id)).toMatchObject({ ...unknown, position: 1, queue_length: 0 })
      await queueUp(lab(), id, 'first')
      await queueUp(lab(), id, 'second')
      expect(await waitFor(id, '?workflow_id=second')).toMatchObject({ ...unknown, position: 2, queue_length: 2 })
      const { reasons } = await waitFor(id, '?priority=urgent')
      expect(reasons).toEqual([expect.stringMatching(/offline|maintenance/)])
      expect((await lab().device.get(`/devices/${id}/queue`)).body).toMatchObject([
        { estimated_wait_seconds: null },
        { estimated_start_at: null },
      ])
    },
  )

  it('a bad priority: 400 that names it, also beside a workflow_id', async () => {
    const id = await newDevice(lab())
    for (const query of ['priority=high', 'priority=', 'workflow_id=w&priority=NORMAL']) {
      expectRefusal(await lab().device.get(`/devices/${id}/wait-time?${query}`), 400, 'invalid_input', /^priority\b/)
    }
  })
})
