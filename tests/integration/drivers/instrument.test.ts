/** A real instrument in the lab: what each way to misbehave makes of its operation, its step, its workflow and its device. */

import { EventEmitter, once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LabEvent } from '../../../shared/domain/event.ts'
import { newDevice, statusOf } from '../../support/bench.ts'
import { nextEvent } from '../../support/events.ts'
import {
  answers,
  answersHalf,
  type Behaviour,
  drops,
  floods,
  type InstrumentServer,
  openInstrument,
  says,
  stalls,
} from '../../support/instrument-server.ts'
import { onBothDatabases, type TestLab } from '../../support/lab.ts'
import { command, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const shake = 'POST /operations/shake'

onBothDatabases('an instrument over HTTP', { demo: false }, (lab) => {
  let instrument: InstrumentServer
  const devices: string[] = []
  let record: Recorder
  beforeEach(async () => {
    instrument = await openInstrument()
    record = recordConnections(lab())
  })
  afterEach(async () => {
    record.close()
    // Nobody looks for an instrument that is gone while the other tests run.
    for (const device of devices.splice(0)) {
      expect([200, 404]).toContain((await lab().device.patch(`/devices/${device}`, { driver: 'simulated' })).status)
    }
    await instrument.close()
  })

  const deviceOf = async (id: string) => (await lab().device.get(`/devices/${id}`)).body
  const workflowOf = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body
  const ended = (workflowId: string) =>
    nextEvent(lab(), (event) => event.workflowId === workflowId && /^(step|workflow)\.(completed|failed|interrupted)$/.test(event.kind))

  async function instrumentDevice(config: object = {}): Promise<string> {
    const driver_config = { base_url: instrument.url, heartbeat_seconds: null, ...config }
    const device = await newDevice(lab(), { driver: 'http', driver_config })
    devices.push(device)
    return device
  }

  it('runs the steps of a workflow, and its answers are their results', async () => {
    instrument.on(shake, answers({ mean_rpm: 500 }))
    const device = await instrumentDevice()
    const done = nextEvent(lab(), (event) => event.kind === 'workflow.completed')
    const workflow = await started(lab(), device, [{ operation: 'shake', parameters: { rpm: 500 } }], { auto: true })
    expect((await done).workflowId).toBe(workflow)
    const { rows } = await lab().lab.database.pool.query('select result, speed from execution_logs where workflow_id = $1', [workflow])
    expect(rows).toEqual([{ result: { mean_rpm: 500 }, speed: 1 }])
    expect(await holderOf(lab(), device)).toBe(null)
  })

  const failing: [string, Behaviour, string][] = [
    ['refuses', answers({ error: 'The lid is open' }, 409), 'The instrument refused "shake": The lid is open'],
    ['fails', answers({ error: { code: 'motor', message: 'Motor stuck' } }, 500), 'The instrument failed at "shake": Motor stuck'],
    ['answers garbage', says('<html>\0'), 'The instrument\'s answer to "shake" is not JSON'],
    ['floods', floods, "The instrument's answer is larger than 4 MiB"],
    ['says NUL', answers({ error: 'a\0b\ud800' }, 500), 'The instrument failed at "shake": a b'],
  ]
  it.each(failing)(
    'one that %s: the step failed, the workflow awaits recovery, the device is held and online',
    async (_, behaviour, sentence) => {
      instrument.on(shake, behaviour)
      const device = await instrumentDevice()
      const workflow = await started(lab(), device)
      expect(await command(lab(), workflow, 'execute-step')).toMatchObject({
        status: 502,
        body: { code: 'operation_failed', error: sentence },
      })
      const after = await workflowOf(workflow)
      expect(after).toMatchObject({ status: 'awaiting_recovery', steps: [{ status: 'failed', error: sentence }] })
      expect(await deviceOf(device)).toMatchObject({ workflow_id: workflow, connection: 'online', status: 'busy' })

      instrument.on(shake, answers({}))
      await command(lab(), workflow, 'recover', { action: 'retry' })
      expect(await command(lab(), workflow, 'execute-step')).toMatchObject({ status: 200 })
    },
  )

  const losing: [string, Behaviour, object, RegExp][] = [
    ['drops the connection', drops, {}, /was cut/],
    ['answers half', answersHalf, {}, /was cut/],
    ['stalls', stalls, { defaults: { mode: 'polling' }, request_timeout_seconds: 0.1 }, /no answer within 0\.1 s/],
  ]
  it.each(losing)(
    'one that %s: the step is interrupted, the device held and offline, for a person to say',
    async (_, behaviour, config, sentence) => {
      instrument.on(shake, behaviour)
      const device = await instrumentDevice(config)
      const workflow = await started(lab(), device)
      expect(await command(lab(), workflow, 'execute-step')).toMatchObject({
        status: 502,
        body: { error: expect.stringMatching(sentence) },
      })
      expect(stepsOf(await workflowOf(workflow))).toEqual(['interrupted'])
      expect(await statusOf(lab(), workflow)).toBe('interrupted')
      expect(await deviceOf(device)).toMatchObject({
        workflow_id: workflow,
        connection: 'offline',
        connection_reason: expect.stringMatching(sentence),
      })
      expect((await lab().device.patch(`/devices/${device}`, { connection: 'online' })).body).toMatchObject({
        connection: 'online',
        connection_reason: null,
      })
    },
  )

  it('one that cannot be reached takes its device offline with the reason, and its queue moves when it is there', async () => {
    instrument.on('GET /health', answers({}, 503))
    const device = await instrumentDevice({ heartbeat_seconds: 0.2 })
    expect(await record.next(device, 'offline')).toMatchObject({
      actor: 'driver',
      data: { reason: 'The instrument answered 503 at /health' },
    })
    expect(await deviceOf(device)).toMatchObject({ connection: 'offline', connection_reason: 'The instrument answered 503 at /health' })
    await lab().device.post(`/devices/${device}/queue`, { workflow_id: 'waits' })

    instrument.on('GET /health', answers({}))
    await record.next(device, 'online')
    expect(await deviceOf(device)).toMatchObject({ connection: 'online', connection_reason: null, workflow_id: 'waits' })
  })

  it('one that falls silent during an operation: three signs of life missed, step interrupted, device offline, and back', async () => {
    const arrived = instrument.nextCall(shake)
    instrument.on(shake, stalls)
    const device = await instrumentDevice({ heartbeat_seconds: 0.2, request_timeout_seconds: 5 })
    const workflow = await started(lab(), device, ['shake'], { auto: true })
    await arrived
    const interrupted = ended(workflow)
    const before = instrument.callsOf('GET /health').length
    instrument.on('GET /health', drops)
    await record.next(device, 'offline')
    expect((await interrupted).kind).toBe('step.interrupted')
    expect(instrument.callsOf('GET /health').length - before).toBeGreaterThanOrEqual(3)
    expect(await workflowOf(workflow)).toMatchObject({ status: 'interrupted', steps: [{ status: 'interrupted' }] })
    expect(await deviceOf(device)).toMatchObject({ connection: 'offline', workflow_id: workflow })

    instrument.on('GET /health', answers({}))
    instrument.on(shake, answers({}))
    await record.next(device, 'online')
    const done = nextEvent(lab(), (event) => event.kind === 'workflow.completed' && event.workflowId === workflow)
    await command(lab(), workflow, 'recover', { action: 'retry' })
    await done
  })

  it('two misses in a row are forgiven', async () => {
    const reached = instrument.nextCall('GET /health')
    const device = await instrumentDevice({ heartbeat_seconds: 0.2 })
    // The first call reaches it; what is missed before that is no miss but an instrument that is not there.
    await reached
    const before = instrument.callsOf('GET /health').length
    instrument.on('GET /health', drops, drops, answers({}))
    // Both misses, one that is answered, and one more: what came of those is recorded by then.
    await expect.poll(() => instrument.callsOf('GET /health').length).toBeGreaterThanOrEqual(before + 4)
    const changes = `select data from events where device_id = $1 and kind = 'device.changed'`
    expect((await lab().lab.database.pool.query(changes, [device])).rows).toEqual([])
    expect(await deviceOf(device)).toMatchObject({ connection: 'online' })
  })

  it('one that lost its connection in an operation is looked for at once, and is back when it answers', async () => {
    instrument.on(shake, drops)
    const device = await instrumentDevice({ heartbeat_seconds: 3600 })
    const workflow = await started(lab(), device)
    await command(lab(), workflow, 'execute-step')
    await record.next(device, 'online')
    expect(await deviceOf(device)).toMatchObject({ connection: 'online', workflow_id: workflow })
  })

  it('its driver finds out the connection, so nobody else says it; another driver brings it back', async () => {
    instrument.on('GET /health', drops)
    const device = await instrumentDevice({ heartbeat_seconds: 0.2 })
    await record.next(device, 'offline')
    expect(await lab().device.patch(`/devices/${device}`, { connection: 'online' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_state' },
    })
    expect(await lab().device.patch(`/devices/${device}`, { driver: 'simulated' })).toMatchObject({
      status: 200,
      body: { connection: 'online', connection_reason: null, driver: 'simulated', driver_config: {} },
    })
  })

  it('that is elsewhere now is looked for there; one that is deleted is left alone', async () => {
    instrument.on('GET /health', drops)
    const device = await instrumentDevice({ heartbeat_seconds: 0.2 })
    await record.next(device, 'offline')
    const other = await openInstrument()
    await lab().device.patch(`/devices/${device}`, { driver_config: { base_url: other.url, heartbeat_seconds: 0.2 } })
    await record.next(device, 'online')
    const beat = other.nextCall('GET /health')
    await beat
    await lab().device.delete(`/devices/${device}`)
    await other.close()
  })

  it('a cancelled step is ended at the instrument before the device goes to the next', async () => {
    instrument.on(shake, answers({ id: 'job 1' }))
    instrument.on('GET /jobs/job%201', answers({ status: 'running', progress: 0.5 }))
    instrument.on('POST /jobs/job%201/abort', (response, call) => {
      instrument.on('GET /jobs/job%201', answers({ status: 'aborted' }))
      answers({})(response, call)
    })
    const polled = instrument.nextCall('GET /jobs/job%201')
    const device = await instrumentDevice({ defaults: { mode: 'polling', poll_seconds: 0.05, abort_path: '/jobs/{id}/abort' } })
    const workflow = await started(lab(), device, ['shake'], { auto: true })
    await polled
    expect(await command(lab(), workflow, 'cancel', { reason: 'wrong plate' })).toMatchObject({ status: 200 })
    expect(stepsOf(await workflowOf(workflow))).toEqual(['aborted'])
    expect(instrument.callsOf('POST /jobs/job%201/abort')).toHaveLength(1)
    expect(await deviceOf(device)).toMatchObject({ workflow_id: null, connection: 'online' })
  })

  it('one that is gone when it shall end: the step is aborted; nobody gets the device while it may still be at work, also when it answers again', async () => {
    instrument.on(shake, answers({ id: 1 }))
    instrument.on('GET /jobs/1', answers({ status: 'running' }))
    instrument.on('POST /jobs/1/abort', drops)
    const polled = instrument.nextCall('GET /jobs/1')
    const defaults = { mode: 'polling', poll_seconds: 0.05, abort_path: '/jobs/{id}/abort' }
    const device = await instrumentDevice({ defaults, heartbeat_seconds: 0.2 })
    const workflow = await started(lab(), device, ['shake'], { auto: true })
    await polled
    await lab().device.post(`/devices/${device}/queue`, { workflow_id: 'next' })
    const offline = record.next(device, 'offline')
    expect(await command(lab(), workflow, 'cancel')).toMatchObject({ status: 200 })
    await offline
    expect(stepsOf(await workflowOf(workflow))).toEqual(['aborted'])
    await record.next(device, 'online')
    expect(await deviceOf(device)).toMatchObject({
      workflow_id: null,
      connection: 'online',
      mode: 'maintenance',
      mode_reason: expect.stringMatching(/^"shake" may still be running on it: .*stands still/),
      queue_length: 1,
    })
    // Somebody has looked.
    await lab().device.patch(`/devices/${device}`, { mode: 'processing' })
    expect(await holderOf(lab(), device)).toBe('next')
  })

  it('a program that stops leaves the instrument at work, and a person decides after the restart', async () => {
    instrument.on(shake, answers({ id: 1 }))
    instrument.on('GET /jobs/1', answers({ status: 'running' }))
    const polled = instrument.nextCall('GET /jobs/1')
    const defaults = { mode: 'polling', poll_seconds: 0.05, abort_path: '/jobs/{id}/abort' }
    const device = await instrumentDevice({ defaults, heartbeat_seconds: 0.2 })
    const workflow = await started(lab(), device, ['shake'], { auto: true })
    await polled
    await lab().restart()
    expect(await workflowOf(workflow)).toMatchObject({ status: 'interrupted', steps: [{ status: 'interrupted' }] })
    expect(await deviceOf(device)).toMatchObject({ workflow_id: workflow, connection: 'online' })
    expect(instrument.callsOf('POST /jobs/1/abort')).toEqual([])
    await instrument.nextCall('GET /health')
    expect(await command(lab(), workflow, 'recover', { action: 'mark_done' })).toMatchObject({ status: 200 })
  })

  it('a simulated one that disconnected comes back by itself, when its config says so', async () => {
    const device = await newDevice(lab(), { driver_config: { script: ['disconnect'], reconnect_after_seconds: 60 } })
    const workflow = await started(lab(), device)
    expect(await command(lab(), workflow, 'execute-step')).toMatchObject({ status: 502 })
    await record.next(device, 'online')
    expect(await deviceOf(device)).toMatchObject({ connection: 'online', workflow_id: workflow })
    expect(await statusOf(lab(), workflow)).toBe('interrupted')
  })

  it('a simulated one stays offline when a person says so', async () => {
    const device = await newDevice(lab(), { driver_config: { reconnect_after_seconds: 0 } })
    await lab().device.patch(`/devices/${device}`, { connection: 'offline', reason: 'unplugged' })
    // Whatever would bring it back has been heard by the time another device was.
    const other = await newDevice(lab(), { driver_config: { script: ['disconnect'], reconnect_after_seconds: 0 } })
    const workflow = await started(lab(), other)
    await command(lab(), workflow, 'execute-step')
    await record.next(other, 'online')
    expect(await deviceOf(device)).toMatchObject({ connection: 'offline', connection_reason: 'unplugged' })
  })
})

/** The changes of connection since the test began, device by device: each is given once, also when it came before it was asked for. */
type Recorder = { next(deviceId: string, connection: string): Promise<LabEvent>; close(): void }

function recordConnections({ lab }: TestLab): Recorder {
  const heard: LabEvent[] = []
  const arrivals = new EventEmitter()
  const close = lab.feed.subscribe((event) => {
    if (event.data.connection === undefined) return
    heard.push(event)
    arrivals.emit('heard')
  })
  return {
    async next(deviceId, connection) {
      for (;;) {
        const index = heard.findIndex((event) => event.deviceId === deviceId && event.data.connection === connection)
        const [found] = index < 0 ? [] : heard.splice(index, 1)
        if (found) return found
        await once(arrivals, 'heard')
      }
    },
    close,
  }
}
