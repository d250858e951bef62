/** When an instrument may be booked, and what a refusal says. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DeviceState,
  deviceConnections,
  deviceIdPattern,
  deviceModes,
  deviceNotAvailable,
  deviceStatuses,
  inService,
  isBookable,
  reservedDeviceIds,
} from './device.ts'
import { DomainError } from './errors.ts'

// status, mode, connection; in service?, bookable?, and the code of a refusal
const states = [
  ['available', 'processing', 'online', true, true, 'device_busy'],
  ['busy', 'processing', 'online', true, false, 'device_busy'],
  ['available', 'maintenance', 'online', false, false, 'device_unavailable'],
  ['busy', 'maintenance', 'online', false, false, 'device_unavailable'],
  ['available', 'processing', 'offline', false, false, 'device_unavailable'],
  ['busy', 'processing', 'offline', false, false, 'device_unavailable'],
  ['available', 'maintenance', 'offline', false, false, 'device_unavailable'],
  ['busy', 'maintenance', 'offline', false, false, 'device_unavailable'],
] as const

describe('a device', () => {
  it('has no state that the table below leaves out', () => {
    expect(new Set(states.map((state) => state.slice(0, 3).join())).size).toBe(states.length)
    expect(states).toHaveLength(deviceStatuses.length * deviceModes.length * deviceConnections.length)
  })

  it.each(states)('that is %s, %s and %s: in service %s, bookable %s', (status, mode, connection, serves, bookable) => {
    expect(inService({ mode, connection })).toBe(serves)
    expect(isBookable({ status, mode, connection })).toBe(bookable)
  })

  it.each(states)(
    'that is %s, %s and %s refuses a booking in the sentence of the contract',
    (status, mode, connection, _serves, _bookable, code) => {
      const device: DeviceState & { id: string; name: string } = { id: 'incubator-1', name: 'Incubator', status, mode, connection }
      const refusal = deviceNotAvailable(device)

      expect(refusal).toBeInstanceOf(DomainError)
      expect(refusal.message).toBe('Device is not available')
      expect(refusal.code).toBe(code)
      expect(refusal.details).toEqual({ device_id: 'incubator-1', status, mode, connection })
    },
  )
})

describe('a device id', () => {
  it.each(['a', '7', 'liquid-handler-1', '0-', 'a--b', 'x'.repeat(63)])('may be %j', (id) => {
    expect(id).toMatch(deviceIdPattern)
  })

  it.each(['', '-a', 'A', 'plate_reader', 'a b', 'a/b', 'a.b', 'é', 'a\n', '\na', 'x'.repeat(64)])('may not be %j', (id) => {
    expect(id).not.toMatch(deviceIdPattern)
  })

  it('stands in a path as it is', () => {
    fc.assert(fc.property(fc.stringMatching(deviceIdPattern), (id) => encodeURIComponent(id) === id))
  })

  it('may look like a word that a route uses, which is why those are reserved', () => {
    expect(reservedDeviceIds).toContain('search')
    expect('search').toMatch(deviceIdPattern)
  })
})
