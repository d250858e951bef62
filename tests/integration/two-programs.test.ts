/** Two programs on one PostgreSQL server: each hears the other, stops what the other runs, and knows whether it still lives. */

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { newDevice, newWorkflow, statusOf } from '../support/bench.ts'
import { nextEvent } from '../support/events.ts'
import { answers, drops, openInstrument } from '../support/instrument-server.ts'
import { expectInvariants } from '../support/invariants.ts'
import { startTestLab, type TestLab, useLab } from '../support/lab.ts'
import { listenTo } from '../support/listener.ts'
import { useProgram } from '../support/program.ts'

describe('two programs on one server', () => {
  const first = useLab('server', { demoLogs: 0 })
  const holdAnOperation = useProgram('tests/support/programs/hold-an-operation.ts')
  let second: TestLab
  beforeAll(async () => {
    second = await startTestLab('server', { databaseUrl: first().options.databaseUrl, demoLogs: 0 })
  })
  afterAll(() => second.close())

  /** A step that hangs in the first program, and what its caller will be told. */
  async function hangingStep(deviceId: string) {
    const id = await newWorkflow(first(), deviceId, { steps: [{ operation: 'shake', parameters: { simulate: 'hang' } }] })
    await first().workflow.post(`/workflows/${id}/start`)
    const started = nextEvent(second, ({ kind, workflowId }) => kind === 'operation.started' && workflowId === id)
    const answer = first().workflow.post(`/workflows/${id}/execute-step`)
    await started
    return { id, answer }
  }

  it('a listener of one hears what the other does, in the order of the ids', async () => {
    const device = await newDevice(first())
    const listener = await listenTo(`${second.device.url}/events?device_id=${device}`)
    for (const lab of [first(), second, first()]) {
      await lab.device.post(`/devices/${device}/book`, { workflow_id: 'a' })
      await lab.device.post(`/devices/${device}/release`, { workflow_id: 'a' })
    }
    const heard = [await listener.next()]
    while (heard.length < 6) heard.push(await listener.next())
    expect(heard.map(({ kind }) => kind)).toEqual(Array.from({ length: 3 }, () => ['device.booked', 'device.released']).flat())
    expect(heard.map(({ id }) => id)).toEqual(heard.map(({ id }) => id).sort((a, b) => a - b))
    await listener.close()
  })

  it('events that could not be read at once are told when they can be', async () => {
    const device = await newDevice(first())
    const psql = new Client({ connectionString: first().options.databaseUrl })
    await psql.connect()
    const putBack = () => psql.query('alter table if exists events_elsewhere rename to events')
    // The tests behind this one need the table, however it ends.
    onTestFinished(async () => {
      await putBack()
      await psql.end()
    })
    const booked = nextEvent(first(), ({ kind, deviceId }) => kind === 'device.booked' && deviceId === device)
    const failed = new Promise((resolve) => {
      vi.spyOn(first().lab.logger, 'error').mockImplementationOnce((...said) => resolve(said))
    })
    // In one transaction, so that the reading begins when the table is gone.
    await psql.query('begin')
    await psql.query(
      `select append_events('[{"kind":"device.booked","deviceId":"${device}","workflowId":null,"at":"2026-01-01T00:00:00Z","actor":"psql","operator":null,"data":{}}]', true)`,
    )
    await psql.query('alter table events rename to events_elsewhere')
    await psql.query('commit')
    await failed
    await putBack()
    await booked
  })

  it('racing starts on both: one wins', async () => {
    const device = await newDevice(first())
    const ids = await Promise.all(Array.from({ length: 20 }, () => newWorkflow(first(), device)))
    const answers = await Promise.all(ids.map((id, n) => (n % 2 ? first() : second).workflow.post(`/workflows/${id}/start`)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
    await expectInvariants(first().lab.database.pool)
  })

  it('both look after an instrument: it is told lost once, and once found again', async () => {
    const instrument = await openInstrument()
    const connections = (lab: TestLab) => {
      const told: unknown[] = []
      lab.lab.feed.subscribe(({ kind, data }) => kind === 'device.changed' && told.push(data.connection))
      return told
    }
    const told = connections(first())
    const turned = (connection: string) =>
      nextEvent(first(), ({ kind, data }) => kind === 'device.changed' && data.connection === connection)
    const config = { base_url: instrument.url, heartbeat_seconds: 0.2 }
    const device = await newDevice(first(), { driver: 'http', driver_config: config })
    // Each says so with its first call.
    while (instrument.callsOf('GET /health').length < 4) await instrument.nextCall('GET /health')

    const offline = turned('offline')
    instrument.on('GET /health', drops)
    await offline
    // Long enough for both to have found it out.
    for (let calls = 0; calls < 12; calls += 1) await instrument.nextCall('GET /health')
    const online = turned('online')
    instrument.on('GET /health', answers({}))
    await online
    for (let calls = 0; calls < 6; calls += 1) await instrument.nextCall('GET /health')
    expect(told).toEqual(['offline', 'online'])
    await first().device.delete(`/devices/${device}`)
    await instrument.close()
  })

  it('a workflow is cancelled at the other program while its step runs: the step is aborted, the next in line is booked', async () => {
    const device = await newDevice(first())
    const { id, answer } = await hangingStep(device)
    const next = await newWorkflow(first(), device)
    await second.workflow.post(`/workflows/${next}/start`, { on_busy: 'queue' })
    const cancelled = await second.workflow.post(`/workflows/${id}/cancel`, { reason: 'wrong plate' }, { 'X-Operator': 'Ada' })
    expect(cancelled).toMatchObject({ status: 200, body: { workflow: { status: 'cancelled', steps: [{ status: 'aborted' }] } } })
    expect(await answer).toMatchObject({ status: 409, body: { code: 'operation_aborted' } })
    expect(await statusOf(first(), next)).toBe('running')
    await expectInvariants(first().lab.database.pool)
  })

  it('a release is forced at the other program while an operation runs', async () => {
    const device = await newDevice(first())
    const { id, answer } = await hangingStep(device)
    const release = await second.device.post(`/devices/${device}/release`, { force: true, reason: 'smoke' })
    expect(release).toMatchObject({ status: 200, body: { status: 'available', released_at: expect.any(String), next: null } })
    expect((await answer).status).toBe(409)
    expect(await statusOf(first(), id)).toBe('paused')
  })

  it('what happened while the line to the server was cut is made good: a queue that was left standing moves on', async () => {
    const device = await newDevice(first())
    await first().device.post(`/devices/${device}/book`, { workflow_id: 'holder' })
    await first().device.post(`/devices/${device}/queue`, { workflow_id: 'next' })
    const admin = new Client({ connectionString: first().options.databaseUrl })
    await admin.connect()
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    // Nobody listens at this moment.
    await admin.query('delete from device_bookings where device_id = $1', [device])
    await admin.end()
    const holder = async () => (await first().device.get(`/devices/${device}`)).body.workflow_id
    await expect.poll(holder).toBe('next')
  })

  it('a program that starts leaves alone what another one runs, and interrupts what a dead one ran', async () => {
    const alive = await newDevice(first())
    const { id, answer } = await hangingStep(alive)
    const dead = await newDevice(first())
    const { logger, clock, ...options } = first().options
    const program = holdAnOperation(dead, JSON.stringify(options))
    const logId = await program.message()
    const statusOfLog = async () => {
      const { rows } = await first().lab.database.pool.query('select status from execution_logs where id = $1', [logId])
      return rows[0].status
    }
    expect(await statusOfLog()).toBe('running')
    await program.kill()

    await second.restart()
    expect(await statusOfLog()).toBe('interrupted')
    expect((await first().device.get(`/devices/${dead}`)).body).toMatchObject({ status: 'busy', workflow_id: 'held' })
    expect(await statusOf(first(), id)).toBe('running')
    await first().workflow.post(`/workflows/${id}/cancel`)
    await answer
  })
})
