/** The HTTP driver against an instrument that misbehaves in every way: what is a failure, what is lost contact, what is asked again. */

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../shared/domain/execution-log.ts'
import type { HttpConfig } from '../../../../../shared/domain/http-config.ts'
import {
  answers,
  answersHalf,
  drops,
  floods,
  holds,
  type InstrumentServer,
  openInstrument,
  says,
  speaksOtherwise,
  stalls,
} from '../../../../../tests/support/instrument-server.ts'
import { systemClock } from '../../services/clock.ts'
import type { Driver, ExecuteOptions } from '../driver.ts'
import { createHttpDriver } from './http-driver.ts'

const shake = 'POST /operations/shake'

describe('the HTTP driver', () => {
  let instrument: InstrumentServer
  const drivers: Driver[] = []
  beforeEach(async () => {
    instrument = await openInstrument()
  })
  afterEach(async () => {
    for (const driver of drivers.splice(0)) await driver.stop()
    await instrument.close()
  })

  function driverWith(config: Partial<HttpConfig> = {}, capabilities: string[] = []): Driver {
    const driver = createHttpDriver({
      device: () => ({ capabilities }),
      config: { base_url: instrument.url, ...config },
      clock: systemClock,
    })
    drivers.push(driver)
    return driver
  }

  /** The answer, or the error. */
  function run(driver: Driver, { parameters = {}, ...options }: Partial<ExecuteOptions> & { parameters?: JsonObject } = {}) {
    return driver.execute('shake', parameters, { signal: new AbortController().signal, ...options }).catch((error: unknown) => error)
  }

  const driverError = (connectionLost: boolean) => (code: string, sentence: RegExp) =>
    expect.objectContaining({ name: 'DriverError', code, connectionLost, message: expect.stringMatching(sentence) })
  const failure = driverError(false)
  const lost = driverError(true)

  describe('immediate', () => {
    it('asks for the operation with its parameters, and the answer is the result', async () => {
      instrument.on(shake, answers({ mean_rpm: 499.5 }))
      const driver = driverWith({ token: 'a-long-token', headers: { 'X-Bench': 'north-bench' } })
      expect(await run(driver, { parameters: { rpm: 500 } })).toEqual({ mean_rpm: 499.5 })
      expect(instrument.calls).toMatchObject([
        {
          what: shake,
          body: { operation: 'shake', parameters: { rpm: 500 } },
          headers: { authorization: 'Bearer a-long-token', 'x-bench': 'north-bench', 'content-type': 'application/json' },
        },
      ])
    })

    it('goes where its config says, with the parameters in the address when it is a GET', async () => {
      instrument.on('GET /api/read/A%2FB', answers([1, 2]))
      const driver = driverWith({ base_url: `${instrument.url}/api/`, defaults: { method: 'GET', path: '/read/{operation}?raw=1' } })
      const { signal } = new AbortController()
      expect(await driver.execute('A/B', { wavelength_nm: 450, plate: 'P 1' }, { signal })).toEqual([1, 2])
      expect(instrument.calls[0]?.query).toBe('raw=1&wavelength_nm=450&plate=P+1')
    })

    it('no body is no result', async () => {
      instrument.on(shake, says('', 204))
      expect(await run(driverWith())).toBe(null)
    })

    it('may take its own time: nobody gives it up at the time for answers', async () => {
      const held = holds()
      instrument.on(shake, held.behaviour)
      const arrived = instrument.nextCall(shake)
      const running = run(driverWith({ request_timeout_seconds: 0.1 }))
      await arrived
      // A heartbeat that is not answered in time shows that the time is over.
      instrument.on('GET /health', stalls)
      await expect(driverWith({ request_timeout_seconds: 0.2 }).heartbeat(new AbortController().signal)).rejects.toThrow()
      held.answer('late')
      expect(await running).toBe('late')
    })
  })

  describe('when the instrument misbehaves', () => {
    it.each([
      ['refuses', answers({ error: 'The lid is open' }, 409), failure('refused', /^The instrument refused "shake": The lid is open$/)],
      [
        'refuses with a code',
        answers({ error: { code: 'lid_open', message: 'The lid\n\0 is open' } }, 400),
        failure('lid_open', /: The lid is open$/),
      ],
      [
        'fails',
        answers({ message: 'Motor stuck', code: 'motor' }, 500),
        failure('motor', /^The instrument failed at "shake": Motor stuck$/),
      ],
      ['fails without a word', says('', 500), failure('instrument_error', /^The instrument answered 500 to "shake"$/)],
      ['does not know the token', answers({}, 401), failure('unauthorized', /401/)],
      ['sends elsewhere', says('', 302), failure('bad_answer', /302/)],
      ['answers no JSON', says('<html>'), failure('bad_answer', /is not JSON$/)],
      ['answers half of the JSON', says('{"result": 1'), failure('bad_answer', /is not JSON$/)],
      ['answers without an end to the brackets', says('['.repeat(5000) + ']'.repeat(5000)), failure('bad_answer', /too deep$/)],
      ['floods', floods, failure('answer_too_large', /larger than 4 MiB$/)],
      ['speaks no HTTP', speaksOtherwise, failure('bad_answer', /did not answer in HTTP$/)],
      ['cuts the connection', drops, lost('connection_lost', /was cut/)],
      ['cuts the connection in the answer', answersHalf, lost('connection_lost', /was cut/)],
    ])('it %s', async (_, behaviour, expected) => {
      instrument.on(shake, behaviour)
      expect(await run(driverWith())).toEqual(expected)
      expect(instrument.callsOf(shake)).toHaveLength(1)
    })

    it('it is not there', async () => {
      const driver = driverWith()
      await instrument.close()
      expect(await run(driver)).toEqual(lost('unreachable', /nothing listens at its address$/))
      instrument = await openInstrument()
    })

    it('its host has no such name', async () => {
      expect(await run(driverWith({ base_url: 'http://nowhere.invalid' }))).toEqual(lost('unreachable', /host name/))
    })

    it('it accepts the connection and never takes the call', async () => {
      const silent = createServer().listen(0, '127.0.0.1')
      await once(silent, 'listening')
      silent.on('connection', (socket) => socket.on('error', () => undefined).resume())
      const { port } = silent.address() as AddressInfo
      const driver = driverWith({ base_url: `https://127.0.0.1:${port}`, request_timeout_seconds: 0.2 })
      expect(await run(driver)).toEqual(lost('no_answer', /within 0\.2 s$/))
      silent.close()
      await once(silent, 'close')
    })
  })

  describe('asks again', () => {
    it.each([
      ['cut', drops],
      ['busy', answers({}, 503)],
      ['half answered', answersHalf],
    ])('for an idempotent operation that was %s, under the same key', async (_, behaviour) => {
      instrument.on(shake, behaviour, behaviour, answers('at last'))
      expect(await run(driverWith({ defaults: { idempotent: true } }))).toBe('at last')
      const keys = instrument.callsOf(shake).map(({ headers }) => headers['idempotency-key'])
      expect(keys).toHaveLength(3)
      expect(new Set(keys).size).toBe(1)
    })

    it('three times at most', async () => {
      instrument.on(shake, drops)
      expect(await run(driverWith({ defaults: { idempotent: true } }))).toEqual(lost('connection_lost', /./))
      expect(instrument.callsOf(shake)).toHaveLength(3)
    })

    it('never for what was refused, nor for an operation that is not idempotent', async () => {
      instrument.on(shake, answers({}, 409), answers('no'))
      expect(await run(driverWith({ defaults: { idempotent: true } }))).toEqual(failure('refused', /./))
      instrument.on(shake, answers({}, 503), answers('no'))
      expect(await run(driverWith())).toEqual(failure('unavailable', /./))
      expect(instrument.callsOf(shake)).toHaveLength(2)
    })
  })

  describe('polling', () => {
    const polling = { mode: 'polling', poll_seconds: 0.05, abort_path: '/jobs/{id}/abort' } as const
    const job = 'GET /jobs/7'

    it('asks how the job stands until it is done, and tells how far it is', async () => {
      instrument.on(shake, answers({ id: 7 }, 202))
      instrument.on(
        job,
        answers({ status: 'queued' }),
        answers({ status: 'running', progress: 0.25 }),
        answers({ status: 'running', progress: 7 }),
        answers({ status: 'completed', result: { rpm: 500 } }),
      )
      const progress: number[] = []
      expect(await run(driverWith({ defaults: polling }), { onProgress: (fraction) => progress.push(fraction) })).toEqual({ rpm: 500 })
      expect(progress).toEqual([0.25, 1])
    })

    it('a job that is done at once is not asked for', async () => {
      instrument.on(shake, answers({ id: 7, status: 'done', result: 5 }))
      expect(await run(driverWith({ defaults: polling }))).toBe(5)
      expect(instrument.callsOf(job)).toEqual([])
    })

    it.each([
      [
        'failed',
        { status: 'failed', error: { code: 'clot', message: 'A clot' } },
        failure('clot', /^The instrument failed during "shake": A clot$/),
      ],
      ['was stopped at the instrument', { status: 'cancelled' }, failure('aborted', /at the instrument$/)],
      ['stands as nobody can say', { status: 'purple' }, failure('bad_answer', /does not say how/)],
      ['has no status', [], failure('bad_answer', /does not say how/)],
    ])('a job that %s', async (_, answer, expected) => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, answers(answer))
      expect(await run(driverWith({ defaults: polling }))).toEqual(expected)
    })

    it('a job without a name, or with one that leads elsewhere', async () => {
      instrument.on(shake, answers({ accepted: true }))
      expect(await run(driverWith({ defaults: polling }))).toEqual(failure('bad_answer', /names no job$/))
      instrument.on(shake, answers({ id: '..' }))
      expect(await run(driverWith({ defaults: polling }))).toEqual(failure('bad_address', /cannot stand in an address$/))
    })

    it('the instrument that no longer knows the job', async () => {
      instrument.on(shake, answers({ id: 7 }))
      expect(await run(driverWith({ defaults: polling }))).toEqual(failure('refused', /There is no such thing here$/))
    })

    it('gets over two cut answers in a row, not over three', async () => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, drops, drops, answers({ status: 'running' }), answers({}, 503), drops, answers({ status: 'done' }))
      expect(await run(driverWith({ defaults: polling }))).toBe(null)
      instrument.on(job, drops)
      expect(await run(driverWith({ defaults: polling }))).toEqual(lost('connection_lost', /./))
    })

    it('an instrument that stalls is lost: nobody knows how far it came', async () => {
      instrument.on(shake, stalls)
      const driver = driverWith({ defaults: polling, request_timeout_seconds: 0.1 })
      expect(await run(driver)).toEqual(lost('no_answer', /within 0\.1 s$/))
    })

    it('aborted, it tells the instrument and waits until that has ended the job', async () => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, answers({ status: 'running' }))
      instrument.on('POST /jobs/7/abort', (response, call) => {
        instrument.on(job, answers({ status: 'running' }), answers({ status: 'aborted' }))
        answers({})(response, call)
      })
      const polled = instrument.nextCall(job)
      const over = new AbortController()
      const running = run(driverWith({ defaults: polling }), { signal: over.signal })
      await polled
      const reason = new Error('asked', { cause: 'asked' })
      over.abort(reason)
      expect(await running).toBe(reason)
      expect(instrument.callsOf('POST /jobs/7/abort')).toHaveLength(1)
      expect(instrument.calls.at(-1)?.what).toBe(job)
    })

    it('aborted too late, the result is what the instrument says', async () => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, answers({ status: 'running' }), answers({ status: 'done', result: 1 }))
      instrument.on('POST /jobs/7/abort', answers({ error: 'It has ended' }, 409))
      const polled = instrument.nextCall(job)
      const over = new AbortController()
      const running = run(driverWith({ defaults: polling }), { signal: over.signal })
      await polled
      over.abort(new Error('asked', { cause: 'asked' }))
      expect(await running).toBe(1)
    })

    it('given up, because it did not end in time, it asks nothing more', async () => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, answers({ status: 'running' }))
      instrument.on('POST /jobs/7/abort', answers({}))
      const polled = instrument.nextCall(job)
      const [over, givenUp] = [new AbortController(), new AbortController()]
      const running = run(driverWith({ defaults: polling }), { signal: over.signal, givenUp: givenUp.signal })
      await polled
      const reason = new Error('asked', { cause: 'asked' })
      over.abort(reason)
      await instrument.nextCall(job)
      givenUp.abort()
      expect(await running).toBe(reason)
    })

    it.each(['stopping', 'contact_lost'])('left (%s), it asks nothing more of the instrument', async (cause) => {
      instrument.on(shake, answers({ id: 7 }))
      instrument.on(job, stalls)
      const polled = instrument.nextCall(job)
      const over = new AbortController()
      const running = run(driverWith({ defaults: polling }), { signal: over.signal })
      await polled
      const reason = new Error('left', { cause })
      over.abort(reason)
      expect(await running).toBe(reason)
      expect(instrument.callsOf('POST /jobs/7/abort')).toEqual([])
    })
  })

  it('an immediate operation that is aborted: the instrument is told, and its answer is waited for', async () => {
    const held = holds()
    instrument.on(shake, held.behaviour)
    instrument.on('POST /abort', (response, call) => {
      held.answer({ error: 'Stopped' }, 500)
      answers({})(response, call)
    })
    const arrived = instrument.nextCall(shake)
    const over = new AbortController()
    const running = run(driverWith({ defaults: { abort_path: '/abort' } }), { signal: over.signal })
    await arrived
    const reason = new Error('asked', { cause: 'asked' })
    over.abort(reason)
    expect(await running).toBe(reason)
  })

  it('secrets that the instrument repeats are in no error and no result', async () => {
    instrument.on(
      shake,
      (response, call) => answers({ error: `No access with ${call.headers.authorization}` }, 403)(response, call),
      (response, call) => answers({ heard: call.headers['x-key'] })(response, call),
    )
    const driver = driverWith({ token: 'very-secret-1', headers: { 'X-Key': 'very-secret-2' } })
    expect(String(await run(driver))).toBe('DriverError: The instrument refused "shake": No access with Bearer •••')
    expect(await run(driver)).toEqual({ heard: '•••' })
  })

  describe('signs of life', () => {
    const signal = new AbortController().signal

    it('any answer of success is one', async () => {
      await driverWith().connect(signal)
      instrument.on('GET /ping', says('pong'))
      await driverWith({ health_path: '/ping' }).heartbeat(signal)
      expect(instrument.calls.map(({ what }) => what)).toEqual(['GET /health', 'GET /ping'])
    })

    it.each([
      ['an error', answers({}, 503), lost('unhealthy', /^The instrument answered 503 at \/health$/)],
      ['silence', stalls, lost('no_answer', /./)],
      ['a cut', drops, lost('connection_lost', /./)],
    ])('%s is none', async (_, behaviour, expected) => {
      instrument.on('GET /health', behaviour)
      await expect(driverWith({ request_timeout_seconds: 0.1 }).heartbeat(signal)).rejects.toEqual(expected)
    })

    it('come every ten seconds, as often as its config says, or not at all', () => {
      const seconds = [{}, { heartbeat_seconds: 3 }, { heartbeat_seconds: null }].map((config) => driverWith(config).heartbeatSeconds)
      expect(seconds).toEqual([10, 3, null])
    })
  })

  it('stopped, it lets go of what it waits for', async () => {
    instrument.on(shake, stalls)
    const arrived = instrument.nextCall(shake)
    const driver = driverWith()
    const running = run(driver)
    await arrived
    await driver.stop()
    expect(await running).toMatchObject({ connectionLost: true })
  })

  it('describes what its config says, else what the device offers', async () => {
    const operations: HttpConfig['operations'] = {
      plate_read: {
        title: 'Read a plate',
        parameters: [{ name: 'wavelength_nm', type: 'integer', required: true, unit: 'nm', minimum: 200 }],
        timeout_seconds: 90,
        nominal_seconds: 20,
        idempotent: true,
      },
      eject: {},
    }
    const configured = driverWith({ operations, defaults: { timeout_seconds: 30 } }, ['shake'])
    expect((await configured.describe()).operations).toMatchObject([
      {
        operation: 'plate_read',
        title: 'Read a plate',
        parameters: [{ name: 'wavelength_nm', title: 'Wavelength nm', type: 'integer', required: true, unit: 'nm', minimum: 200 }],
        timeoutSeconds: 90,
        nominalSeconds: 20,
        idempotent: true,
      },
      { operation: 'eject', title: 'Eject', parameters: [], timeoutSeconds: 30, idempotent: false },
    ])
    expect(await run(configured)).toEqual(failure('unknown_operation', /^The instrument has no operation "shake"$/))
    expect(instrument.calls).toEqual([])
    expect((await driverWith({}, ['shake']).describe()).operations).toMatchObject([{ operation: 'shake', title: 'Shake' }])
  })
})
