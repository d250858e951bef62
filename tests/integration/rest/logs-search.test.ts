/** Searching execution logs over HTTP: a range of time with both its ends, narrowed, the oldest first. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, newDevice } from '../../support/bench.ts'
import { useLab } from '../../support/lab.ts'
import { everyPage, idsOf, logIds, nextOf, writeLogs } from '../../support/logs.ts'

describe('searching logs', () => {
  const lab = useLab('embedded', { demoLogs: 300 })

  /** Start times found, without their year. */
  async function found(query: string): Promise<string[]> {
    const { status, body } = await lab().device.get(`/execution-logs/search?device_id=ranged&${query}`)
    expect(status).toBe(200)
    return body.map((log: { started_at: string }) => log.started_at)
  }

  const hours = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, n) => new Date(Date.UTC(2024, 5, 1, first + n)).toISOString())

  it('finds what began in the range, both ends included, the oldest first', async () => {
    await writeLogs(lab(), 'ranged', 48, { start: '2024-06-01T00:00:00Z', everyMs: 3_600_000 })
    expect(await found('start=2024-06-01T10:00:00.000Z&end=2024-06-01T13:00:00.000Z')).toEqual(hours(10, 13))
    expect(await found('start=2024-06-01T10:00:00.001Z&end=2024-06-01T12:59:59.999Z')).toEqual(hours(11, 12))
    expect(await found('start=2024-06-01T10:00:00Z&end=2024-06-01T10:00:00Z')).toEqual(hours(10, 10))
    expect(await found('start=2024-06-01T10:00:00.001Z&end=2024-06-01T10:59:59Z')).toEqual([])
  })

  it.each([
    ['a date alone is that day at 00:00 UTC', '2024-06-01', '2024-06-02', hours(0, 24)],
    ['a time without a zone is UTC', '2024-06-01T05:00:00', '2024-06-01T06:00', hours(5, 6)],
    ['an offset is respected', '2024-06-01T12:00:00%2B02:00', '2024-06-01T05:00:00-06:00', hours(10, 11)],
    ['also with its plus sign as it is in the address', '2024-06-01T12:00:00+02:00', '2024-06-01T13:00:00+0200', hours(10, 11)],
    ['a space between date and time', '2024-06-01%2010:00:00', '2024-06-01+11:00:00', hours(10, 11)],
    ['a leap day is a day', '2024-02-29', '2024-06-01', hours(0, 0)],
  ])('%s', async (_, start, end, expected) => {
    expect(await found(`start=${start}&end=${end}`)).toEqual(expected)
  })

  it('narrows by device, workflow, status and operation, exactly, all of them together', async () => {
    const range = 'start=2024-07-01&end=2024-07-02'
    const at = { start: '2024-07-01T00:00:00Z' }
    await writeLogs(lab(), 'narrow-1', 1, { ...at, operation: 'spin', workflowId: 'w-1', status: 'failed' })
    await writeLogs(lab(), 'narrow-1', 1, { ...at, operation: 'spin twice', workflowId: 'w-2' })
    await writeLogs(lab(), 'narrow-2', 1, { ...at, operation: 'spin', workflowId: 'w-2' })
    const [failed, twice] = await logIds(lab(), 'narrow-1')
    const [other] = await logIds(lab(), 'narrow-2')
    const ids = async (query: string) => idsOf(await lab().device.get(`/execution-logs/search?${range}&${query}`))
    expect(await ids('')).toEqual([failed, twice, other])
    expect(await ids('device_id=narrow-1')).toEqual([failed, twice])
    expect(await ids('workflow_id=w-2')).toEqual([twice, other])
    expect(await ids('status=failed')).toEqual([failed])
    expect(await ids('operation=spin')).toEqual([failed, other])
    expect(await ids('operation=spin%20twice')).toEqual([twice])
    expect(await ids('operation=SPIN')).toEqual([])
    expect(await ids('operation=spin%25')).toEqual([])
    expect(await ids('operation=spin&workflow_id=w-2&device_id=narrow-2&status=completed')).toEqual([other])
    expect(await ids('device_id=narrow-1&workflow_id=w-1&status=completed')).toEqual([])
  })

  it('an unknown device finds nothing; a deleted one its logs', async () => {
    const range = 'start=2000-01-01&end=2030-01-01'
    const unknown = await lab().device.get(`/execution-logs/search?${range}&device_id=nobody`)
    expect(unknown).toMatchObject({ status: 200, body: [] })
    const id = await newDevice(lab())
    await writeLogs(lab(), id, 2)
    await lab().device.delete(`/devices/${id}`)
    expect((await lab().device.get(`/execution-logs/search?${range}&device_id=${id}`)).body).toHaveLength(2)
  })

  it.each([
    ['start', 'end=2025-01-01'],
    ['end', 'start=2025-01-01'],
    ['start', ''],
    ['start', 'start=&end=2025-01-01'],
    ['start', 'start=yesterday&end=2025-01-01'],
    ['start', 'start=2025-13-01&end=2025-12-01'],
    ['start', 'start=2025-02-29&end=2025-12-01'],
    ['start', 'start=1735689600&end=2025-01-02'],
    ['start', 'start=01/02/2025&end=2025-12-01'],
    ['end', 'start=2025-01-01&end=2025-01-01T25:00:00Z'],
    ['end', 'start=2025-01-02&end=2025-01-01'],
    ['end', 'start=2025-01-01T00:00:00.001Z&end=2025-01-01'],
    ['status', 'start=2025-01-01&end=2025-01-02&status=done'],
  ])('a bad %s in "%s": 400 that names it', async (field, query) => {
    expectRefusal(await lab().device.get(`/execution-logs/search?${query}`), 400, 'invalid_input', new RegExp(`^${field}\\b`))
  })

  it('gives everything without a limit, pages with one', async () => {
    await writeLogs(lab(), 'everything', 12_000, { start: '2024-08-01T00:00:00Z', everyMs: 0.2 })
    const expected = await logIds(lab(), 'everything')
    const path = '/execution-logs/search?start=2024-08-01&end=2024-08-02'
    const whole = await lab().device.get(path)
    expect(idsOf(whole)).toEqual(expected)
    expect(nextOf(whole)).toBeUndefined()
    const write = () => writeLogs(lab(), 'everything', 1, { start: '2024-08-01T00:00:00Z' })
    const pages = await everyPage(lab().device, `${path}&limit=2500`, write)
    expect(pages.map(({ body }) => body.length)).toEqual([2500, 2500, 2500, 2500, 2000])
    expect(pages.flatMap(idsOf)).toEqual(expected)
  })

  it('finds the logs of the demo lab in January 2025', async () => {
    const { body } = await lab().device.get('/execution-logs/search?start=2025-01-01&end=2025-02-01')
    expect(body.length).toBeGreaterThanOrEqual(300)
    const times = body.map((log: { started_at: string }) => log.started_at)
    expect(times).toEqual([...times].sort())
    const { body: all } = await lab().device.get('/execution-logs?all=true')
    expect(all.filter((log: { started_at: string }) => log.started_at.startsWith('2025-01'))).toHaveLength(body.length)
  })

  it('gives one a line too', async () => {
    const path = '/execution-logs/search?start=2024-06-01&end=2024-06-02&device_id=ranged'
    const { body, headers } = await lab().device.get(`${path}&format=ndjson`)
    expect(headers.get('content-type')).toMatch(/^application\/x-ndjson\b/)
    expect(
      body
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    ).toEqual((await lab().device.get(path)).body)
  })
})
