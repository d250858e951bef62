/** Points in time as scripts write them, and what is none. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseInstant } from './time.ts'

function read(text: string): string {
  return parseInstant(text, 'start').toISOString()
}

// Far from UTC and with summer time, so that nothing is read in the machine's own zone unnoticed.
beforeAll(() => void vi.stubEnv('TZ', 'America/St_Johns'))
afterAll(() => void vi.unstubAllEnvs())

describe('a time', () => {
  it('is read on a machine whose own zone is not UTC', () => {
    expect(new Date('2025-01-15T10:00:00').toISOString()).toBe('2025-01-15T13:30:00.000Z')
  })

  it.each([
    ['in UTC', '2025-01-15T10:00:00Z', '2025-01-15T10:00:00.000Z'],
    ['with milliseconds', '2025-01-15T10:00:00.250Z', '2025-01-15T10:00:00.250Z'],
    ['with microseconds, as Python writes it, cut to milliseconds', '2025-01-15T10:00:00.123456', '2025-01-15T10:00:00.123Z'],
    ['without seconds', '2025-01-15T10:00Z', '2025-01-15T10:00:00.000Z'],
    ['between blanks', ' 2025-01-15T10:00:00Z\n', '2025-01-15T10:00:00.000Z'],
    ['on a leap day', '2024-02-29T10:00:00Z', '2024-02-29T10:00:00.000Z'],
    ['in the first second of year 1', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['in the first century', '0099-05-05T10:00:00', '0099-05-05T10:00:00.000Z'],
    ['in the last second of year 9999', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s', (_what, text, instant) => {
    expect(read(text)).toBe(instant)
  })

  it.each([
    ['2025-01-15T10:00:00', '2025-01-15T10:00:00.000Z'],
    ['2025-01-15T10:00', '2025-01-15T10:00:00.000Z'],
    ['2025-01-15 10:00:00', '2025-01-15T10:00:00.000Z'],
    ['2025-01-15 10:00', '2025-01-15T10:00:00.000Z'],
    // This hour does not exist in St John's, and the next one comes twice: neither matters.
    ['2025-03-09T02:30:00', '2025-03-09T02:30:00.000Z'],
    ['2025-11-02T01:30:00', '2025-11-02T01:30:00.000Z'],
  ])('without a zone is UTC: %s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  it.each([
    ['2025-01-15T10:00:00+02:00', '2025-01-15T08:00:00.000Z'], // 10:00 − 2:00
    ['2025-01-15T10:00:00-05:30', '2025-01-15T15:30:00.000Z'], // 10:00 + 5:30
    ['2025-01-15T10:00:00+00:00', '2025-01-15T10:00:00.000Z'],
    ['2025-01-15T10:00:00-00:00', '2025-01-15T10:00:00.000Z'],
    ['2025-01-15T01:00:00+14:00', '2025-01-14T11:00:00.000Z'], // 25:00 of the day before − 14:00
    ['2025-12-31T23:00:00-02:00', '2026-01-01T01:00:00.000Z'],
    ['2025-01-15T10:00:00.5+02:00', '2025-01-15T08:00:00.500Z'],
    ['2025-01-15T10:00+02:00', '2025-01-15T08:00:00.000Z'],
    ['2025-01-15T10:00:00+0200', '2025-01-15T08:00:00.000Z'], // strftime's %z
    ['2025-01-15 10:00:00+02', '2025-01-15T08:00:00.000Z'], // as psql prints it
    ['2025-01-15 10:00:00.25+02', '2025-01-15T08:00:00.250Z'],
  ])('with an offset is moved by it: %s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  it.each([
    ['2025-01-15T10:00:00 02:00', '2025-01-15T08:00:00.000Z'],
    ['2025-01-15T10:00:00.5 02:00', '2025-01-15T08:00:00.500Z'],
    ['2025-01-15T10:00 02:00', '2025-01-15T08:00:00.000Z'],
    ['2025-01-15T10:00:00 0200', '2025-01-15T08:00:00.000Z'],
    ['2025-01-15 10:00:00 02', '2025-01-15T08:00:00.000Z'],
    ['2025-01-15 10:00:00 02:00', '2025-01-15T08:00:00.000Z'],
  ])('has back the + that a URL turned into a space: %s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  it('reads back what the lab writes', () => {
    fc.assert(
      fc.property(instants(), (instant) => {
        expect(parseInstant(instant.toISOString(), 'start')).toEqual(instant)
      }),
    )
  })

  it('is the same instant in every zone it is written in', () => {
    const offsetMinutes = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(instants(), offsetMinutes, fc.constantFrom('T', ' '), fc.constantFrom(':', ''), (instant, offset, between, colon) => {
        const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, -1).replace('T', between)
        const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0')
        const minutes = String(Math.abs(offset) % 60).padStart(2, '0')
        const zone = `${offset < 0 ? '-' : '+'}${hours}${colon}${minutes}`
        expect(parseInstant(`${local}${zone}`, 'start')).toEqual(instant)
        expect(parseInstant(`${local}${zone.replace('+', ' ')}`, 'start')).toEqual(instant)
      }),
    )
  })
})

describe('a date alone', () => {
  it.each([
    ['2025-01-15', '2025-01-15T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
    ['2025-01-15\n', '2025-01-15T00:00:00.000Z'],
  ])('is that day at 00:00 UTC: %j', (text, instant) => {
    expect(read(text)).toBe(instant)
  })
})

describe('no time', () => {
  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a word', 'yesterday'],
    ['a day that no February has', '2025-02-30'],
    ['a leap day of a common year', '2025-02-29'],
    ['a leap day of a century', '1900-02-29'],
    ['a time on a day that no February has', '2025-02-30T10:00:00Z'],
    ['that with a space', '2025-02-30 10:00:00'],
    ['April 31st', '2025-04-31'],
    ['month 13', '2025-13-01'],
    ['month 0', '2025-00-10'],
    ['day 0', '2025-01-00'],
    ['year 0', '0000-01-01'],
    ['a time in year 0', '0000-12-31T23:59:59Z'],
    ['year 0 by way of its offset', '0001-01-01T00:00:00+02:00'],
    ['year 10000 by way of its offset, which PostgreSQL would not read', '9999-12-31T23:59:59-02:00'],
    ['a year of six digits', '+010000-01-01'],
    ['a negative year', '-000001-01-01'],
    ['a month alone', '2025-01'],
    ['a year alone', '2025'],
    ['an hour alone', '2025-01-15T10'],
    ['one digit for the month', '2025-1-15'],
    ['no dashes', '20250115'],
    ['no colons', '2025-01-15T1000Z'],
    ['hour 24', '2025-01-15T24:00:00Z'],
    ['minute 60', '2025-01-15T10:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['a comma for the fraction', '2025-01-15T10:00:00,5Z'],
    ['a point and no fraction', '2025-01-15T10:00:00.Z'],
    ['offset hour 24', '2025-01-15T10:00:00+24:00'],
    ['offset minute 60', '2025-01-15T10:00:00+02:60'],
    ['one digit for the offset', '2025-01-15T10:00:00+2'],
    ['two zones', '2025-01-15T10:00:00Z+02:00'],
    ['two times UTC', '2025-01-15T10:00:00ZZ'],
    ['a zone by name', '2025-01-15T10:00:00 CET'],
    ['a date with a zone', '2025-01-15Z'],
    ['a date with an offset', '2025-01-15+02:00'],
    ['two spaces', '2025-01-15  10:00:00'],
    ['an American date', '01/15/2025'],
    ['a date in words', 'Wed, 15 Jan 2025 10:00:00 GMT'],
    ['seconds since 1970', '1736935200'],
    ['two dates', '2025-01-15,2025-01-16'],
    ['two lines', '2025-01-15\n2025-01-16'],
    ['digits of another script', '٢٠٢٥-٠١-١٥'],
  ])('is %s', (_what, text) => {
    expect(() => parseInstant(text, 'start')).toThrow(expect.objectContaining({ code: 'invalid_input', details: { field: 'start' } }))
  })

  it('names the field that was asked for', () => {
    expect(() => parseInstant('soon', 'end')).toThrow('end must be a time such as 2025-01-15T10:00:00Z or a date such as 2025-01-15')
  })

  it('is any other text: what is read lies in the years 1 to 9999, all else is refused and named', () => {
    const almost = fc.stringMatching(
      /^[0-9]{4}-[01][0-9]-[0-3][0-9][T ]?([0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?[Z+ -]?([0-2][0-9]:?[0-6]?[0-9]?)?$/,
    )
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: almost }, fc.string()), (text) => {
        const instant = instantOrRefused(text)
        if (instant) expect(instant.toISOString()).toMatch(/^(?!0000)\d{4}-/)
      }),
      { numRuns: 500 },
    )
  })
})

/** Any millisecond of the years 2 to 9998, so that no offset leaves the four digits. */
function instants(): fc.Arbitrary<Date> {
  return fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9998-12-31T23:59:59.999Z'), noInvalidDate: true })
}

function instantOrRefused(text: string): Date | undefined {
  try {
    return parseInstant(text, 'start')
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input', details: { field: 'start' } })
    return undefined
  }
}
