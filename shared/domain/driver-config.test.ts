/** A driver's settings: what may be set, what a refusal names, and secrets that stay hidden and stay. */

import { describe, expect, it } from 'vitest'
import { changeSettings } from './driver-config.ts'
import { hideSecrets, secretsIn } from './secrets.ts'

const simulated = { driver: 'simulated', driverConfig: {} }

describe('the settings of a simulated device', () => {
  it.each([
    {},
    { seed: -3, jitter: 0.15, factors: { incubate: 1.5 }, failure_rate: 0.5, hang_rate: 0.5 },
    { script: ['ok', 'hang', { outcome: 'fail', code: 'clot' }], reconnect_after_seconds: 0 },
  ])('may be %j', (driverConfig) => {
    expect(changeSettings(simulated, { driverConfig })).toEqual({ driver: 'simulated', driverConfig })
  })

  it.each([
    [{ jitter: -1 }, 'driver_config.jitter must be at least 0'],
    [{ jitter: '1' }, 'driver_config.jitter must be a number'],
    [{ sed: 1 }, 'driver_config.sed is not known here'],
    [{ factors: { mix: 0 } }, 'driver_config.factors.mix must be at least 0.01'],
    [{ failure_rate: 0.6, slow_rate: 0.6 }, 'driver_config.failure_rate and the other rates must not be more than 1 together'],
    [{ script: ['ok', 'explode'] }, /^driver_config\.script\[1\]/],
    [{ script: [{ outcome: 'fail', code: 'a b' }] }, /^driver_config\.script\[0\]\.code must be 1 to 64 letters/],
  ])('must not be %j', (driverConfig, sentence) => {
    const field = expect.stringMatching(/^driver_config\.\w/)
    expect(() => changeSettings(simulated, { driverConfig })).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(sentence), details: { field } }),
    )
  })

  it('a driver that nobody has is refused', () => {
    expect(() => changeSettings(simulated, { driver: 'toString' })).toThrow(expect.objectContaining({ details: { field: 'driver' } }))
  })

  it('what psql wrote is left alone by who changes something else', () => {
    const stored = { driver: 'of-old', driverConfig: { anything: 1 } }
    expect(changeSettings(stored, {})).toBe(stored)
  })
})

describe('secrets', () => {
  const config = { base_url: 'http://a', token: 'abc', headers: { 'X-Key': 'abcdef', Accept: 'text/html' } }

  it('are hidden wherever they stand, and nothing else is', () => {
    expect(hideSecrets(config)).toEqual({ base_url: 'http://a', token: '•••', headers: { 'X-Key': '•••', Accept: '•••' } })
    expect(hideSecrets({ headers: 7, token: null })).toEqual({ headers: 7, token: '•••' })
    expect(config.token).toBe('abc')
  })

  it('are found, the longest first', () => {
    expect(secretsIn(config)).toEqual(['text/html', 'abcdef', 'abc'])
  })
})
