/** The simulated instrument: exactly nominal unless told otherwise, the same course for the same seed, and every way to misbehave. */

import { describe, expect, it } from 'vitest'
import type { SimulatedConfig } from '../../../../shared/domain/simulated-config.ts'
import { type DriverClock, DriverError } from './driver.ts'
import { createSimulatedDriver } from './simulated.ts'

const device = { id: 'shaker-1', type: 'other' as const, capabilities: [] as string[] }

function driverWith(config: SimulatedConfig, { id = device.id, speed = 1 } = {}) {
  const clock = createQuickClock()
  const driver = createSimulatedDriver({ device: () => ({ ...device, id }), config, clock, speed })
  async function run(operation = 'shake', parameters = {}, signal = new AbortController().signal) {
    const begun = clock.now().getTime()
    const progress: number[] = []
    const answer = await driver
      .execute(operation, parameters, { signal, onProgress: (fraction) => progress.push(fraction) })
      .catch((error: unknown) => error)
    return { seconds: (clock.now().getTime() - begun) / 1000, answer, progress }
  }
  return { driver, run }
}

/** Whoever waits is at the end of the wait at once. */
function createQuickClock(): DriverClock {
  let time = 0
  return {
    now: () => new Date(time),
    async wait(milliseconds) {
      time += milliseconds
    },
  }
}

const failed = (sentence: string | RegExp, code = 'device_error') =>
  expect.objectContaining({ name: 'DriverError', message: expect.stringMatching(sentence), code, connectionLost: false })

describe('the simulated driver', () => {
  it.each([
    ['pipette_transfer', {}, 12],
    ['dispense_reagent', {}, 8],
    ['incubate', {}, 60],
    ['incubate', { minutes: 2, seconds: 30 }, 150],
    ['plate_read', {}, 20],
    ['anything', {}, 5],
  ])('takes exactly the nominal time for %s %j when nothing is configured', async (operation, parameters, seconds) => {
    const ran = await driverWith({}).run(operation, parameters)
    expect(ran).toEqual({
      seconds,
      answer: { simulated: true, nominal_seconds: seconds },
      progress: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    })
  })

  it('goes as much faster as the lab is simulated, and takes no time at speed 0', async () => {
    expect((await driverWith({ jitter: 0.3 }, { speed: 0 }).run()).seconds).toBe(0)
    expect((await driverWith({}, { speed: 10 }).run()).seconds).toBe(0.5)
  })

  it('takes as many times as long as its factor for that operation says', async () => {
    const { run } = driverWith({ factors: { shake: 3 } })
    expect(await run('shake')).toMatchObject({ seconds: 15, answer: { nominal_seconds: 15 } })
    expect((await run('mix')).seconds).toBe(5)
  })

  it('scatters around nominal with the deviation that is asked for, late more than early', async () => {
    const { run } = driverWith({ seed: 1, jitter: 0.2 })
    const logarithms: number[] = []
    for (let count = 0; count < 2000; count += 1) logarithms.push(Math.log((await run()).seconds / 5))
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length
    const deviation = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length)
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(deviation - 0.2)).toBeLessThan(0.02)
  })

  it('the same seed gives a device the same course, another seed or device another', async () => {
    const config = { seed: 7, jitter: 0.3, failure_rate: 0.2, slow_rate: 0.2, disconnect_rate: 0.1 }
    const course = async (settings: SimulatedConfig, id?: string) => {
      const { run } = driverWith(settings, id ? { id } : {})
      const ran: unknown[] = []
      for (let count = 0; count < 30; count += 1) ran.push(await run())
      return ran
    }
    const first = await course(config)
    expect(await course(config)).toEqual(first)
    expect(await course({ ...config, seed: 8 })).not.toEqual(first)
    expect(await course(config, 'shaker-2')).not.toEqual(first)
  })

  it('what is asked of one operation does not change how long the others take', async () => {
    const durations = async (simulate: string | undefined) => {
      const { run } = driverWith({ seed: 3, jitter: 0.3 })
      await run('shake', { simulate })
      return [(await run()).seconds, (await run()).seconds]
    }
    expect(await durations('fail')).toEqual(await durations(undefined))
  })

  it('fails, goes slow and disconnects about as often as its rates say', async () => {
    const { run } = driverWith({ seed: 5, failure_rate: 0.3, slow_rate: 0.2, disconnect_rate: 0.1 })
    const counts = { failed: 0, slow: 0, lost: 0 }
    for (let count = 0; count < 2000; count += 1) {
      const { answer, seconds } = await run()
      if (answer instanceof DriverError) counts[answer.connectionLost ? 'lost' : 'failed'] += 1
      else if (seconds === 50) counts.slow += 1
      else expect(seconds).toBe(5)
    }
    expect(counts.failed / 2000).toBeCloseTo(0.3, 1)
    expect(counts.slow / 2000).toBeCloseTo(0.2, 1)
    expect(counts.lost / 2000).toBeCloseTo(0.1, 1)
  })

  describe('asked by a parameter', () => {
    it('fails half way', async () => {
      const ran = await driverWith({}).run('shake', { simulate: 'fail' })
      expect(ran).toEqual({
        seconds: 2.5,
        answer: failed(/^The simulated device failed during "shake", as it was asked to$/),
        progress: [0.1, 0.2, 0.3, 0.4, 0.5],
      })
    })

    it('goes ten times as slow', async () => {
      expect(await driverWith({}).run('shake', { simulate: 'slow' })).toMatchObject({ seconds: 50, answer: { nominal_seconds: 50 } })
    })

    it('hangs until it is aborted', async () => {
      const over = new AbortController()
      const hanging = driverWith({}).run('shake', { simulate: 'hang' }, over.signal)
      over.abort('asked')
      expect((await hanging).answer).toBe('asked')
    })

    it('is gone half way, and back when the time for it has come', async () => {
      const { driver, run } = driverWith({ reconnect_after_seconds: 30 }, { speed: 10 })
      expect(driver.secondsUntilBack?.()).toBe(null)
      expect(await run('shake', { simulate: 'disconnect' })).toMatchObject({ seconds: 0.25, answer: { connectionLost: true } })
      expect(driver.secondsUntilBack?.()).toBe(3)
      await driver.connect(new AbortController().signal)
      expect(driver.secondsUntilBack?.()).toBe(null)
    })

    it('stays away when nothing says that it comes back by itself', async () => {
      const { driver, run } = driverWith({})
      await run('shake', { simulate: 'disconnect' })
      expect(driver.secondsUntilBack?.()).toBe(null)
    })
  })

  it('follows its script, operation by operation, then its rates', async () => {
    const script: SimulatedConfig['script'] = ['ok', 'fail', { outcome: 'fail', code: 'clot', message: 'A clot was found' }, 'disconnect']
    const { run } = driverWith({ script, slow_rate: 1 })
    expect((await run()).seconds).toBe(5)
    expect((await run()).answer).toEqual(failed(/, as its script says$/))
    expect((await run()).answer).toEqual(failed(/^A clot was found$/, 'clot'))
    expect((await run()).answer).toMatchObject({ connectionLost: true, code: 'connection_lost' })
    expect((await run()).seconds).toBe(50)
  })

  it('an operation that says what shall happen to it leaves the script where it is', async () => {
    const { run } = driverWith({ script: ['fail'] })
    expect((await run('shake', { simulate: 'ok' })).seconds).toBe(5)
    expect((await run()).answer).toBeInstanceOf(DriverError)
  })

  it('describes what the device offers: its capabilities, else what its type does', async () => {
    const offered = async (type: 'liquid_handler' | 'other', capabilities: string[]) => {
      const clock = createQuickClock()
      const driver = createSimulatedDriver({
        device: () => ({ id: 'a', type, capabilities }),
        config: { factors: { incubate: 2 } },
        clock,
        speed: 1,
      })
      return (await driver.describe()).operations
    }
    expect((await offered('liquid_handler', [])).map(({ operation }) => operation)).toEqual(['pipette_transfer', 'dispense_reagent', 'mix'])
    const [incubate, pcr] = await offered('other', ['incubate', 'toString'])
    expect(incubate).toMatchObject({ operation: 'incubate', title: 'Incubate', nominalSeconds: 120, idempotent: false })
    expect(incubate?.parameters.map(({ name, unit }) => [name, unit])).toEqual([
      ['plate', undefined],
      ['temperature_c', '°C'],
      ['minutes', 'min'],
      ['seconds', 's'],
      ['simulate', undefined],
    ])
    expect(pcr).toMatchObject({ operation: 'toString', nominalSeconds: 5, parameters: [{ name: 'simulate' }] })
  })
})
