/** Steps that are tried again by their policy, and devices that fail whatever comes to them. */

import { expect, it } from 'vitest'
import { newDevice, newWorkflow, queueUp, statusOf } from '../../support/bench.ts'
import { createManualClock } from '../../support/clock.ts'
import { countStatements } from '../../support/count-statements.ts'
import { nextEvent } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { command, disconnects, fails, hangs, holderOf, started, stepsOf } from '../../support/workflow-bench.ts'

const clock = createManualClock()

onBothDatabases('retries', { demo: false, clock }, (lab) => {
  const read = async (id: string) => (await lab().workflow.get(`/workflows/${id}`)).body
  const happens = (kind: string, id: string) => nextEvent(lab(), (event) => event.kind === kind && event.workflowId === id)
  /** A workflow that runs by itself, after the next event of that kind. */
  async function auto(steps: unknown[], kind: string): Promise<string> {
    const id = await newWorkflow(lab(), await newDevice(lab()), { steps })
    const event = happens(kind, id)
    await command(lab(), id, 'start', { auto: true })
    await event
    return id
  }

  it('a step that fails is pending until its time, then runs again by itself, at most as often as it may', async () => {
    const id = await auto([{ ...fails, retry: { max_attempts: 3, backoff_seconds: 10 } }, 'b'], 'step.failed')
    const at = new Date(clock.now().getTime() + 10_000).toISOString()
    const { steps, status } = await read(id)
    expect({ status, step: steps[0] }).toMatchObject({
      status: 'running',
      step: { status: 'pending', attempts: 1, retry_at: at, error: expect.stringMatching(/\S/), error_code: 'device_error' },
    })
    for (const attempt of [2, 3]) {
      const failed = happens('step.failed', id)
      clock.advance(10_000)
      const { data } = await failed
      expect(data.will_retry_at ?? null).toBe(attempt === 3 ? null : new Date(clock.now().getTime() + 10_000).toISOString())
      expect((await read(id)).steps[0].attempts).toBe(attempt)
    }
    expect(await statusOf(lab(), id)).toBe('awaiting_recovery')
    expect(stepsOf(await read(id))).toEqual(['failed', 'pending'])
  })

  it('goes on with the next step when an attempt succeeds', async () => {
    const id = await auto([{ ...fails, retry: { max_attempts: 2, backoff_seconds: 10 } }, 'b'], 'step.failed')
    await lab().lab.database.pool.query(`update workflow_steps set parameters = '{}' where workflow_id = $1`, [id])
    const completed = happens('workflow.completed', id)
    clock.advance(10_000)
    await completed
    expect((await read(id)).steps[0]).toMatchObject({ status: 'completed', attempts: 2, retry_at: null, error: null, error_code: null })
  })

  it('waits on over a restart', async () => {
    const id = await auto([{ ...fails, retry: { max_attempts: 2, backoff_seconds: 3600 } }], 'step.failed')
    await lab().restart()
    expect(await read(id)).toMatchObject({ status: 'running', steps: [{ status: 'pending', attempts: 1 }] })
    const failed = happens('step.failed', id)
    clock.advance(3_600_000)
    await failed
    expect(await read(id)).toMatchObject({ status: 'awaiting_recovery', steps: [{ status: 'failed', attempts: 2 }] })
  })

  it('only for the error codes it names', async () => {
    const policy = { max_attempts: 5, backoff_seconds: 0 }
    expect(await statusOf(lab(), await auto([{ ...fails, retry: { ...policy, on: ['timeout'] } }], 'step.failed'))).toBe(
      'awaiting_recovery',
    )

    const late = { ...hangs, timeout_seconds: 5, retry: { max_attempts: 2, backoff_seconds: 60, on: ['timeout'] } }
    const id = await auto([late], 'operation.started')
    const failed = happens('step.failed', id)
    clock.advance(5_000)
    await failed
    expect(await read(id)).toMatchObject({ status: 'running', steps: [{ status: 'pending', error_code: 'timeout' }] })
  })

  it('never what was cut off: a lost connection is for a person, whatever the policy', async () => {
    const id = await auto([{ ...disconnects, retry: { max_attempts: 5, backoff_seconds: 0 } }], 'workflow.interrupted')
    expect(await read(id)).toMatchObject({ status: 'interrupted', steps: [{ status: 'interrupted', error_code: 'connection_lost' }] })
  })

  it('nor what a person cancels', async () => {
    const id = await auto([{ ...hangs, retry: { max_attempts: 5, backoff_seconds: 0 } }], 'operation.started')
    await command(lab(), id, 'cancel')
    expect(stepsOf(await read(id))).toEqual(['aborted'])
  })

  it('a pause keeps it waiting; resume lets it go on when its time has come', async () => {
    const id = await auto([{ ...fails, retry: { max_attempts: 2, backoff_seconds: 10 } }], 'step.failed')
    await command(lab(), id, 'pause')
    clock.advance(20_000)
    expect(await read(id)).toMatchObject({ status: 'paused', steps: [{ status: 'pending', attempts: 1 }] })
    const failed = happens('step.failed', id)
    await command(lab(), id, 'resume')
    await failed
    expect((await read(id)).steps[0].attempts).toBe(2)
  })

  it('a workflow that is run by hand: 502, the step is pending again and may be asked for at any time', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [{ ...fails, retry: { max_attempts: 2, backoff_seconds: 3600 } }, 'b'])
    expect((await command(lab(), id, 'execute-step')).status).toBe(502)
    expect(await read(id)).toMatchObject({ status: 'running', steps: [{ status: 'pending', attempts: 1 }, { status: 'pending' }] })
    expect((await command(lab(), id, 'execute-step')).status).toBe(502)
    expect(await read(id)).toMatchObject({ status: 'awaiting_recovery', steps: [{ status: 'failed', attempts: 2, retry_at: null }, {}] })
  })

  it('a device that waits for an attempt delays no other', async () => {
    const waiting = await auto([{ ...fails, retry: { max_attempts: 2, backoff_seconds: 3600 } }], 'step.failed')
    const other = await auto(['a', 'b', 'c'], 'workflow.completed')
    expect(await statusOf(lab(), other)).toBe('completed')
    expect(await read(waiting)).toMatchObject({ status: 'running', steps: [{ attempts: 1 }] })
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

onBothDatabases('a lab where everything waits', { demo: false, clock }, (lab) => {
  const happens = (kind: string, id: string) => nextEvent(lab(), (event) => event.kind === kind && event.workflowId === id)

  it('devices that hang, fail or are waited for delay no other, and nobody asks the database meanwhile', async () => {
    const hanging = await auto([{ ...hangs, timeout_seconds: 31_536_000 }], 'operation.started')
    const waiting = await auto([{ ...fails, retry: { max_attempts: 2, backoff_seconds: 86_400 } }], 'step.failed')
    const held = await newDevice(lab())
    await lab().device.post(`/devices/${held}/book`, { workflow_id: 'script' })
    const queued = await newWorkflow(lab(), held)
    await command(lab(), queued, 'start', { auto: true, on_busy: 'queue' })
    const other = await auto(['a', 'b', 'c'], 'workflow.completed')
    expect(await statusOf(lab(), other)).toBe('completed')

    const passHours = async (hours: number) => {
      for (let hour = 0; hour < hours; hour += 1) {
        clock.advance(3_600_000)
        await new Promise(setImmediate)
      }
    }
    // What has just happened may still be told; afterwards nothing is to be done until the next attempt.
    await passHours(1)
    await calm()
    const { statements } = await countStatements(lab().lab.database, () => passHours(22))
    expect(statements).toEqual([])
    const statuses = await Promise.all([hanging, waiting, queued].map((id) => statusOf(lab(), id)))
    expect(statuses).toEqual(['running', 'running', 'queued'])
    await command(lab(), hanging, 'cancel')
  })

  /** The program has asked its database nothing during so many requests in a row that need none. */
  async function calm(): Promise<void> {
    for (let quiet = 0; quiet < 20; ) {
      const { statements } = await countStatements(lab().lab.database, () => lab().device.get('/openapi.json'))
      quiet = statements.length === 0 ? quiet + 1 : 0
    }
  }

  async function auto(steps: unknown[], kind: string): Promise<string> {
    const id = await newWorkflow(lab(), await newDevice(lab()), { steps })
    const event = happens(kind, id)
    await command(lab(), id, 'start', { auto: true })
    await event
    return id
  }
})

onBothDatabases('the circuit breaker', { demo: false }, (lab) => {
  const setting = (value: unknown) =>
    lab().lab.database.pool.query(
      `insert into settings (key, value) values ('circuit_breaker', $1) on conflict (key) do update set value = excluded.value`,
      [JSON.stringify(value)],
    )

  /** Runs a workflow of one step on the device to its bitter end, which is to be given up. */
  async function fail(device: string, step: unknown = fails): Promise<void> {
    const id = await started(lab(), device, [step])
    await command(lab(), id, 'execute-step')
    if ((await statusOf(lab(), id)) === 'awaiting_recovery') await command(lab(), id, 'recover', { action: 'abort' })
  }
  const modeOf = async (device: string) => (await lab().device.get(`/devices/${device}`)).body.mode

  it('three workflows in a row that fail: maintenance with a reason; the third still holds the device, and nobody is booked after it', async () => {
    const device = await newDevice(lab())
    await fail(device)
    await fail(device)
    expect(await modeOf(device)).toBe('processing')
    const id = await started(lab(), device, [fails])
    await queueUp(lab(), device, 'next')
    const changed = nextEvent(lab(), (event) => event.kind === 'device.changed' && event.deviceId === device)
    await command(lab(), id, 'execute-step')
    expect((await changed).data).toEqual({
      mode: 'maintenance',
      reason: expect.stringMatching(/^3 workflows in a row failed on this device/),
    })
    expect((await lab().device.get(`/devices/${device}`)).body).toMatchObject({ mode: 'maintenance', workflow_id: id, queue_length: 1 })
    await command(lab(), id, 'recover', { action: 'abort' })
    expect(await holderOf(lab(), device)).toBeNull()

    await lab().device.patch(`/devices/${device}`, { mode: 'processing' })
    expect(await holderOf(lab(), device)).toBe('next')
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'next' })
    await fail(device)
    expect(await modeOf(device)).toBe('processing')
  })

  it('one workflow that fails again and again counts once', async () => {
    const device = await newDevice(lab())
    const id = await started(lab(), device, [fails])
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect((await command(lab(), id, 'execute-step')).status).toBe(502)
      await command(lab(), id, 'recover', { action: 'retry' })
    }
    expect(await modeOf(device)).toBe('processing')
  })

  it('a completion between them begins the count anew', async () => {
    const device = await newDevice(lab())
    for (const step of [fails, fails, 'shake', fails, fails]) await fail(device, step).then(() => finish(device))
    expect(await modeOf(device)).toBe('processing')
  })
  /** Whoever completed its step still holds the device. */
  async function finish(device: string): Promise<void> {
    const holder = await holderOf(lab(), device)
    if (holder) await command(lab(), holder, 'complete')
  }

  it('a script’s own operations count as well', async () => {
    const device = await newDevice(lab())
    for (const workflow_id of ['a', 'b', 'c']) {
      await lab().device.post(`/devices/${device}/book`, { workflow_id })
      await lab().device.post(`/devices/${device}/execute`, { workflow_id, ...fails })
      await lab().device.post(`/devices/${device}/release`, { workflow_id })
    }
    expect(await modeOf(device)).toBe('maintenance')
  })

  it('trips where the setting says, and never when that is 0', async () => {
    await setting({ failures: 1 })
    const first = await newDevice(lab())
    await fail(first)
    expect(await modeOf(first)).toBe('maintenance')
    await setting({ failures: 0 })
    const second = await newDevice(lab())
    for (let n = 0; n < 5; n += 1) await fail(second)
    expect(await modeOf(second)).toBe('processing')
    await setting('nonsense')
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})
