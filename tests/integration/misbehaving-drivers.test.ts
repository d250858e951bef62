/** Whatever a driver does, its operation ends in a state that says so, and the lab goes on. */

import { beforeEach, describe, expect, it } from 'vitest'
import { type Driver, DriverError, type ExecuteOptions, type OperationDescription } from '../../electron/main/backend/drivers/driver.ts'
import { createOperations, type Ended } from '../../electron/main/backend/runner/operation.ts'
import { claimOperation } from '../../electron/main/backend/services/operations.ts'
import { book, newDevice } from '../support/bench.ts'
import { createManualClock } from '../support/clock.ts'
import { nextEvent } from '../support/events.ts'
import { useLab } from '../support/lab.ts'

const clock = createManualClock()
const caller = { actor: 'test', operator: null }

describe('a driver that', () => {
  const lab = useLab('embedded', { demo: false, clock })
  let device = ''
  beforeEach(async () => {
    device = await newDevice(lab())
    await book(lab(), device, 'script')
  })

  /** Runs an operation with a driver that does this. */
  async function run(execute: (options: ExecuteOptions) => Promise<unknown>, described: Partial<OperationDescription> = {}) {
    const operations = createOperations(lab().lab, { driverFor: () => driverThat(execute, described) })
    const request = { deviceId: device, workflowId: 'script', operation: 'shake', parameters: {} }
    const claim = await lab().lab.transaction(caller, (tx) => claimOperation(tx, request, lab().lab))
    return { operations, logId: claim.log.id, ended: operations.drive(caller, claim) }
  }

  const never = () => new Promise<never>(() => undefined)
  const outcomeOf = async (ended: Promise<Ended>) => {
    const { log } = await ended
    const { body } = await lab().device.get(`/devices/${device}`)
    return { status: log.status, code: log.errorCode, error: log.error, connection: body.connection, holder: body.workflow_id }
  }

  it('was never asked, because the answer to the claim was lost: whoever ends the operation is not kept waiting for ever', async () => {
    const request = { deviceId: device, workflowId: 'script', operation: 'shake', parameters: {} }
    const { log } = await lab().lab.transaction(caller, (tx) => claimOperation(tx, request, lab().lab))
    const released = lab().device.post(`/devices/${device}/release`, { force: true, reason: 'it hangs' })
    await expect.poll(() => clock.untilNext()).toBe(20_000)
    clock.advance(20_000)
    expect(await released).toMatchObject({ status: 200 })
    const { body } = await lab().device.get(`/execution-logs?workflow_id=script&limit=1`)
    expect(body[0]).toMatchObject({ id: log.id, status: 'interrupted', error: expect.stringMatching(/lost sight of "shake"/) })
  })

  it('throws what it never should: failed', async () => {
    const { ended } = await run(() => Promise.reject(new TypeError('x is not a function')))
    expect(await outcomeOf(ended)).toMatchObject({ status: 'failed', code: 'driver_error', connection: 'online', holder: 'script' })
  })

  it('fails with words that no database keeps: failed, without the character', async () => {
    const { ended } = await run(() => Promise.reject(new DriverError('Jammed\0', { code: 'jam\0' })))
    expect(await outcomeOf(ended)).toMatchObject({ status: 'failed', code: 'jam\uFFFD', error: 'Jammed\uFFFD' })
  })

  it('gives a result that is no JSON: completed, and the log says so', async () => {
    const { ended } = await run(async () => ({ plates: 1n }))
    expect((await ended).log).toMatchObject({ status: 'completed', result: { unreadable: 'The driver gave a result that is no JSON' } })
  })

  it('throws before it gives a promise: failed', async () => {
    const { ended } = await run(() => {
      throw new DriverError('No such operation', { code: 'unknown_operation' })
    })
    expect(await outcomeOf(ended)).toMatchObject({ status: 'failed', code: 'unknown_operation', error: 'No such operation' })
  })

  it('takes longer than it says the operation may: aborted, failed', async () => {
    const { ended } = await run(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))), {
      timeoutSeconds: 90,
    })
    clock.advance(90_000)
    expect(await outcomeOf(ended)).toEqual({
      status: 'failed',
      code: 'timeout',
      error: '"shake" took longer than its limit of 90 s and was aborted',
      connection: 'online',
      holder: 'script',
    })
  })

  it('ignores the abort at its limit: failed all the same, and the device is lost', async () => {
    let aborted = () => {}
    const abort = new Promise<void>((resolve) => {
      aborted = resolve
    })
    const { ended } = await run(({ signal }) => {
      signal.addEventListener('abort', aborted)
      return never()
    })
    clock.advance(30_000)
    await abort
    clock.advance(10_000)
    expect(await outcomeOf(ended)).toMatchObject({
      status: 'failed',
      code: 'timeout',
      error: expect.stringMatching(/taken for lost/),
      connection: 'offline',
    })
  })

  it('ignores a person’s abort: aborted, and the device is lost', async () => {
    const { ended, operations, logId } = await run(never)
    expect(operations.abort(logId)).toBe(true)
    clock.advance(10_000)
    expect(await outcomeOf(ended)).toMatchObject({ status: 'aborted', code: 'connection_lost', connection: 'offline', holder: 'script' })
    expect(operations.abort(logId)).toBe(false)
  })

  it('completes although it was told to stop: completed', async () => {
    const { ended, operations, logId } = await run(
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ plates: 1 }))),
    )
    operations.abort(logId)
    expect(await outcomeOf(ended)).toMatchObject({ status: 'completed', error: null })
  })

  it('cannot reach its instrument any more: interrupted, offline with the reason; it gets three seconds to let go', async () => {
    const { ended, operations } = await run(never)
    const changed = nextEvent(lab(), (event) => event.kind === 'device.changed' && event.deviceId === device)
    expect(operations.contactLost('another', 'x')).toBeUndefined()
    const recorded = operations.contactLost(device, 'No sign of life for 15 s')
    clock.advance(3_000)
    expect(await outcomeOf(ended)).toEqual({
      status: 'interrupted',
      code: 'connection_lost',
      error: 'No sign of life for 15 s',
      connection: 'offline',
      holder: 'script',
    })
    expect(await recorded).toEqual(await ended)
    expect((await changed).data).toEqual({ connection: 'offline', reason: 'No sign of life for 15 s' })
  })

  it('cannot say what the instrument can do: the operation runs', async () => {
    const { ended } = await run(async () => 'done', {
      get timeoutSeconds(): never {
        throw new DriverError('not now')
      },
    })
    expect(await outcomeOf(ended)).toMatchObject({ status: 'completed' })
  })

  it('tells its progress is heard while it runs, and not afterwards', async () => {
    let tell: ExecuteOptions['onProgress']
    let finish = (_: unknown) => {}
    const { ended, logId } = await run(({ onProgress }) => {
      tell = onProgress
      return new Promise((resolve) => {
        finish = resolve
      })
    })
    const { progress } = lab().lab
    tell?.(0.25)
    expect(progress.of(logId)).toMatchObject({ fraction: 0.25 })
    finish('done')
    await ended
    tell?.(0.5)
    expect(progress.of(logId)).toBeUndefined()
  })
})

function driverThat(execute: (options: ExecuteOptions) => Promise<unknown>, described: Partial<OperationDescription>): Driver {
  return {
    describe: async () => ({ operations: [{ operation: 'shake', title: 'Shake', parameters: [], idempotent: false, ...described }] }),
    connect: async () => undefined,
    heartbeatSeconds: null,
    heartbeat: async () => undefined,
    execute: (_operation, _parameters, options) => execute(options),
    stop: async () => undefined,
  }
}
