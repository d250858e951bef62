/** Execution logs over HTTP, the newest first: pages that neither miss nor repeat a row, and everything at once. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, instant, newDevice } from '../../support/bench.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { everyPage, idsOf, logIds, nextOf, writeLogs } from '../../support/logs.ts'

/** In the form of ours, with what no row could have. */
const forgedCursors = [[1], ['2025-01-01', 'x'], ['2025-01-01', 1.5], ['+275000-01-01T00:00:00Z', 1], ['-000001-01-01T00:00:00Z', 1]].map(
  (forged) => Buffer.from(JSON.stringify(forged)).toString('base64url'),
)

describe('the newest logs', () => {
  const lab = useLab('embedded', { demo: false })

  async function deviceThatWorks(): Promise<{ id: string; work: () => Promise<number> }> {
    const id = await newDevice(lab())
    await book(lab(), id, 'script')
    const work = async () => (await lab().device.post(`/devices/${id}/execute`, { workflow_id: 'script', operation: 'shake' })).body.log_id
    return { id, work }
  }

  it('of an empty lab: an empty array, no Link', async () => {
    const { status, body, headers } = await lab().device.get('/execution-logs')
    expect({ status, body, link: headers.get('link') }).toEqual({ status: 200, body: [], link: null })
    expect(await (await fetch(`${lab().device.url}/execution-logs?format=ndjson`)).text()).toBe('')
  })

  it('have the fields of a Log, newest first', async () => {
    const { id, work } = await deviceThatWorks()
    const ids = [await work(), await work(), await work()]
    const answer = await lab().device.get('/execution-logs?limit=3')
    expect(idsOf(answer)).toEqual(ids.reverse())
    expect(Object.keys(answer.body[0])).toEqual([
      ...['id', 'device_id', 'workflow_id', 'operation', 'status', 'parameters', 'result', 'error'],
      ...['started_at', 'completed_at', 'duration_ms'],
    ])
    expect(answer.body[0]).toMatchObject({ device_id: id, status: 'completed', started_at: instant, completed_at: instant, error: null })
  })

  it('walked page by page, no row is missing or twice, also where many began at once and while new ones are written', async () => {
    // Ten rows in each millisecond, so that most pages end between rows of the same time.
    await writeLogs(lab(), 'walked', 250, { everyMs: 0.1 })
    const expected = (await logIds(lab(), 'walked')).reverse()
    const { work } = await deviceThatWorks()
    const pages = await everyPage(lab().device, '/execution-logs?limit=7', work)
    const ids = pages.flatMap(idsOf)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => expected.includes(id))).toEqual(expected)
    expect(pages.slice(0, -1).every(({ body }) => body.length === 7)).toBe(true)

    const ofDevice = await everyPage(lab().device, '/execution-logs/walked?limit=50')
    expect(ofDevice.map(({ body }) => body.length)).toEqual([50, 50, 50, 50, 50])
    expect(ofDevice.flatMap(idsOf)).toEqual(expected)
  })

  it('Link is absolute, keeps what was asked for, and leads nowhere behind the last page', async () => {
    await writeLogs(lab(), 'linked', 4)
    const first = await lab().device.get('/execution-logs/linked?limit=2&colour=red')
    const next = new URL(nextOf(first) ?? '')
    expect(next.href).toContain(`${lab().device.url}/execution-logs/linked?limit=2`)
    expect([...next.searchParams.keys()]).not.toContain('offset')
    const last = await lab().device.get(next.pathname + next.search)
    expect([last.body.length, last.headers.get('link')]).toEqual([2, null])
    expect((await lab().device.get('/execution-logs/linked?limit=4')).headers.get('link')).toBeNull()
  })

  it('are 1000 unless asked otherwise, at most 10000, and all of them with all=true', async () => {
    await writeLogs(lab(), 'many', 10_001)
    const expected = (await logIds(lab(), 'many')).reverse()
    const get = (query: string) => lab().device.get(`/execution-logs/many${query}`)
    const [plain, most, all, none] = [await get(''), await get('?limit=10000'), await get('?all=true'), await get('?all=false')]
    expect(idsOf(plain)).toEqual(expected.slice(0, 1000))
    expect(idsOf(most)).toEqual(expected.slice(0, 10_000))
    expect(idsOf(all)).toEqual(expected)
    expect(idsOf(none)).toHaveLength(1000)
    expect([plain, most, all].map((answer) => nextOf(answer) !== undefined)).toEqual([true, true, false])
    expect(idsOf(await lab().device.get('/execution-logs'))).toHaveLength(1000)
    const whole = idsOf(await lab().device.get('/execution-logs?all=true'))
    expect(whole.length).toBeGreaterThan(10_000)
    expect(new Set(whole).size).toBe(whole.length)
  })

  it.each<[field: string, value: string]>([
    ...['0', '10001', '-1', '1.5', 'all', ''].map((limit): [string, string] => ['limit', limit]),
    ...['yes', ''].map((all): [string, string] => ['all', all]),
    ['format', 'xml'],
    ...['x', '', '7', ...forgedCursors].map((cursor): [string, string] => ['cursor', cursor]),
  ])('a bad %s=%s: 400 that names it', async (field, value) => {
    for (const path of ['/execution-logs', '/execution-logs/search', '/execution-logs/many']) {
      if (path.endsWith('search') && field === 'all') continue
      const answer = await lab().device.get(`${path}?start=2025-01-01&end=2025-01-02&${field}=${value}`)
      expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    }
  })

  it('of one device: its own; 404 where there is neither device nor log', async () => {
    const { id, work } = await deviceThatWorks()
    expect((await lab().device.get(`/execution-logs/${id}`)).body).toEqual([])
    const logId = await work()
    expect(idsOf(await lab().device.get(`/execution-logs/${id}`))).toEqual([logId])
    for (const unknown of ['nobody', 'NOT-AN-ID', 'a%2Fb', "'%20or%201=1"]) {
      expectRefusal(await lab().device.get(`/execution-logs/${unknown}`), 404, 'device_not_found', 'Device not found')
    }
  })

  it('stay when their device is deleted, and 404 only once there were none', async () => {
    const [{ id, work }, unused] = [await deviceThatWorks(), await newDevice(lab())]
    const logId = await work()
    await lab().device.post(`/devices/${id}/release`, { workflow_id: 'script' })
    for (const gone of [id, unused]) expect((await lab().device.delete(`/devices/${gone}`)).status).toBe(204)
    expect(idsOf(await lab().device.get(`/execution-logs/${id}`))).toEqual([logId])
    expect((await lab().device.get('/execution-logs?limit=1')).body).toMatchObject([{ id: logId, device_id: id }])
    expectRefusal(await lab().device.get(`/execution-logs/${unused}`), 404, 'device_not_found', 'Device not found')
  })

  it.each([
    ['format=ndjson', '?limit=3&format=ndjson', {}],
    ['Accept', '?limit=3', { Accept: 'application/x-ndjson' }],
    ['format over Accept', '?limit=3&format=ndjson', { Accept: 'application/json' }],
    ['all of them', '?all=true&format=ndjson', {}],
  ])('one a line: by %s', async (_, query, headers: Record<string, string>) => {
    if ((await logIds(lab(), 'lines')).length === 0) await writeLogs(lab(), 'lines', 4500)
    const { body: rows, headers: told } = await lab().device.get(`/execution-logs/lines${query}`, headers)
    expect(told.get('content-type')).toMatch(/^application\/x-ndjson\b/)
    expect(rows.endsWith('\n')).toBe(true)
    const json = await lab().device.get(`/execution-logs/lines${query.replace('ndjson', 'json')}`)
    expect(
      rows
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    ).toEqual(json.body)
    expect(nextOf({ status: 200, headers: told, body: '' }) !== undefined).toBe(query.includes('limit'))
  })
})

onBothDatabases('a reader who takes a long list slowly', { demo: false }, (lab) => {
  it('holds no connection, delays no booking, and misses nothing while rows are written', async () => {
    await writeLogs(lab(), 'long', 30_000, { padding: 500 })
    const expected = await logIds(lab(), 'long')
    // As many as the pool has connections, each with more to come than sockets buffer.
    const readers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${lab().device.url}/execution-logs?all=true`)))

    const id = await newDevice(lab())
    await book(lab(), id, 'script')
    const { status } = await lab().device.post(`/devices/${id}/execute`, { workflow_id: 'script', operation: 'shake' })
    expect(status).toBe(200)

    const [first, ...others] = readers
    for (const reader of others) await reader.body?.cancel()
    const rows = JSON.parse((await first?.text()) ?? '')
    expect(rows.map((log: { id: number }) => log.id).reverse()).toEqual(expected)
  })
})
