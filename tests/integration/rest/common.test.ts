/** What both ports have in common: unknown paths and methods, request ids, operators, faults. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, hang, newDevice, newWorkflow } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { useLab } from '../../support/lab.ts'
import { openConnection, rawBytes, rawRequest, utf8Header } from '../../support/raw-request.ts'

const services = ['device', 'workflow'] as const
const requestId = /^[\w=-]{8,}$/

describe.each(services)('every answer of the %s service', (service) => {
  const lab = useLab('embedded', { demoLogs: 3 })
  const client = () => lab()[service]
  const authority = () => new URL(client().url).host
  const list = service === 'device' ? '/devices' : '/samples'
  const one = service === 'device' ? '/devices/liquid-handler-1' : '/samples/SAMPLE001'

  it.each(['/', '/nothing', `${list}/a/b/c`, `${list}/`, '/HEALTH'])('%s: 404 in the form of every error', async (path) => {
    const answer = await client().get(path)
    expectRefusal(answer, 404, 'not_found')
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it.each([
    ['DELETE', '/health', ['GET']],
    ['PUT', list, ['GET', 'POST']],
    ['DELETE', service === 'device' ? '/devices/incubator-1/book' : '/workflows/x/start', ['POST']],
    ['GET', service === 'device' ? '/devices/incubator-1/book' : '/samples/SAMPLE001/location', [service === 'device' ? 'POST' : 'PUT']],
    ['POST', service === 'device' ? '/execution-logs/search' : '/workflows/x', service === 'device' ? ['GET'] : ['GET', 'DELETE']],
    ['OPTIONS', list, ['GET', 'POST']],
    ['TRACE', list, ['GET', 'POST']],
    ['PURGE', list, ['GET', 'POST']],
  ])('%s %s: 405 with what is allowed', async (method, path, allowed) => {
    const answer = await rawRequest(client().url + path, { method })
    expectRefusal(answer, 405, 'method_not_allowed')
    const allow = answer.headers.get('allow')?.split(', ') ?? []
    expect(allow.filter((name) => name !== 'HEAD').sort()).toEqual([...allowed].sort())
  })

  it('a path of the other service is none here', async () => {
    expectRefusal(await client().get(service === 'device' ? '/workflows' : '/devices'), 404, 'not_found')
  })

  it('HEAD is a GET without the body', async () => {
    const answer = await rawRequest(client().url + one, { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('unknown parameters in the address are ignored', async () => {
    const path = service === 'device' ? '/execution-logs' : '/workflows'
    expect((await client().get(`${path}?colour=red&_=1&colour=blue`)).body).toEqual((await client().get(path)).body)
  })

  it('times are as 2025-01-15T10:00:00.000Z, names are snake_case, the body is JSON in UTF-8', async () => {
    const answer = await client().get(one)
    expect(answer.body.created_at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
    for (const key of Object.keys(answer.body)) expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/)
    const made = await newWorkflow(lab(), 'liquid-handler-1', { name: 'Für Zoë — 試験 🧪' })
    const bytes = await (await fetch(`${lab().workflow.url}/workflows/${made}`)).arrayBuffer()
    expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).name).toBe('Für Zoë — 試験 🧪')
  })

  describe('carries an X-Request-Id', () => {
    it('of its own, whatever the answer is', async () => {
      const { url } = client()
      const json = { 'content-type': 'application/json' }
      const answers = await Promise.all([
        rawRequest(url + one),
        rawRequest(url + one, { method: 'HEAD' }),
        rawRequest(`${url}/nothing`),
        rawRequest(url + list, { method: 'PATCH' }),
        rawRequest(url + list, { method: 'POST', body: ['{'], headers: json }),
        rawRequest(url + list, { method: 'POST', body: ['a=1'], headers: { 'content-type': 'text/plain' } }),
        rawRequest(url + list, { method: 'POST', headers: { ...json, 'content-length': 2 ** 21 }, body: [Buffer.alloc(2 ** 21, ' ')] }),
        rawRequest(url + one, { headers: { host: 'evil.example' } }),
        rawRequest(url + one, { headers: { host: 'user@evil.example/x' } }),
        rawRequest(url + one, { headers: { origin: 'https://evil.example' } }),
        rawRequest(url + one, { headers: { 'x-operator': 'o'.repeat(81) } }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 405, 400, 415, 413, 403, 400, 403, 400])
      const ids = answers.map(({ headers }) => headers.get('x-request-id'))
      for (const id of ids) expect(id).toMatch(requestId)
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('also when it has no body', async () => {
      const id = await newWorkflow(lab(), 'liquid-handler-1')
      const device = await newDevice(lab())
      const answer = service === 'device' ? await client().delete(`/devices/${device}`) : await client().delete(`/workflows/${id}`)
      expect(answer).toMatchObject({ status: 204, body: '' })
      expect(answer.headers.get('x-request-id')).toMatch(requestId)
    })

    it('also when it is a stream', async () => {
      const paths = service === 'device' ? ['/events', '/execution-logs?all=true', '/execution-logs?format=ndjson'] : ['/events']
      for (const path of paths) {
        const response = await fetch(client().url + path)
        expect(response.status).toBe(200)
        expect(response.headers.get('x-request-id')).toMatch(requestId)
        await response.body?.cancel()
      }
    })

    it.each([
      ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['an address that is none', 'GET /a\\b HTTP/1.1\r\nHost: AUTHORITY\r\nConnection: close\r\n\r\n', 400],
      ['a line that is no HTTP', 'NONSENSE\r\n\r\n', 400],
      ['headers beyond all measure', `GET /health HTTP/1.1\r\nHost: AUTHORITY\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['an impossible length', 'POST /health HTTP/1.1\r\nHost: AUTHORITY\r\nContent-Length: -1\r\n\r\n', 400],
    ])('also to a request with %s', async (_, bytes, status) => {
      const answer = await rawBytes(client().url, bytes.replace('AUTHORITY', authority()))
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head).toMatch(/^x-request-id: \S+$/im)
      expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/\S/), code: expect.stringMatching(/^[a-z_]+$/) })
    })
  })

  it('a fault is told without its cause: 500, internal, and the request id under which the log has it', async () => {
    const { pool } = lab().lab.database
    const table = service === 'device' ? 'execution_logs' : 'samples'
    const path = service === 'device' ? '/execution-logs' : '/samples'
    await pool.query(`alter table ${table} rename to hidden`)
    try {
      const answer = await client().get(path)
      expect(answer.status).toBe(500)
      expect(answer.body).toEqual({ error: expect.any(String), code: 'internal', request_id: answer.headers.get('x-request-id') })
      expect(answer.body.error).not.toMatch(/select|relation|hidden|execution_logs|samples|\.ts|\//i)
      expect((await client().get('/health')).status).toBe(200)
    } finally {
      await pool.query(`alter table hidden rename to ${table}`)
    }
    expect((await client().get(path)).status).toBe(200)
  })
})

describe('X-Operator', () => {
  const lab = useLab('embedded', { demo: false })
  let made = 0

  /** Something that a request changes on either port, with who is said to have done it. */
  async function change(service: (typeof services)[number], operator: string) {
    made += 1
    const [path, body] =
      service === 'device' ? ['/devices', { id: `op-${made}`, name: 'x', type: 'other' }] : ['/samples', { barcode: `OP-${made}` }]
    return withEvents(lab(), () => lab()[service].post(path, body, { 'X-Operator': operator }))
  }

  it.each(services)('is kept with what a request to the %s service changed', async (service) => {
    const { answer, events } = await change(service, 'Ada Lovelace')
    expect(answer.status).toBe(201)
    expect(events).toMatchObject([{ actor: 'rest', operator: 'Ada Lovelace' }])
  })

  it.each(['Zoë Çelik', '試験者', 'Ada 🧪', 'Łukasz'])('may be %s, written in UTF-8', async (name) => {
    expect((await change('device', utf8Header(name))).events).toMatchObject([{ operator: name }])
  })

  it('written in Latin-1 is read too', async () => {
    expect((await change('device', 'Zo\u00eb')).events).toMatchObject([{ operator: 'Zoë' }])
  })

  it.each(services)('may have 80 characters, whatever their bytes, and no more (%s service)', async (service) => {
    for (const name of ['o'.repeat(80), 'é'.repeat(80), '試'.repeat(80), '🧪'.repeat(80)]) {
      expect((await change(service, utf8Header(name))).events).toMatchObject([{ operator: name }])
    }
    for (const name of ['o'.repeat(81), 'é'.repeat(81), '🧪'.repeat(81)]) {
      const { answer, events } = await change(service, utf8Header(name))
      expectRefusal(answer, 400, 'invalid_input', /^X-Operator\b/)
      expect(answer.body.details).toEqual({ field: 'X-Operator' })
      expect(events).toEqual([])
    }
  })

  it('absent or blank is nobody', async () => {
    expect((await change('device', '')).events).toMatchObject([{ operator: null }])
    expect((await change('device', '  ')).events).toMatchObject([{ operator: null }])
  })

  it('stands with the workflow, the queue entry, the operation and what another program records of them', async () => {
    const device = await newDevice(lab())
    const { body: workflow } = await lab().workflow.post(
      '/workflows',
      { name: 'w', device_id: device, steps: ['shake'] },
      { 'X-Operator': 'Ada' },
    )
    const { events } = await withEvents(lab(), async () => {
      await lab().workflow.post(`/workflows/${workflow.id}/start`, undefined, { 'X-Operator': 'Grace' })
      await lab().workflow.post(`/workflows/${workflow.id}/execute-step`, undefined, { 'X-Operator': 'Edith' })
      await lab().device.post(`/devices/${device}/queue`, { workflow_id: 'mine' }, { 'X-Operator': 'Joan' })
      const running = await hang(lab(), device, workflow.id)
      await lab().workflow.post(`/workflows/${workflow.id}/cancel`, { reason: 'enough' }, { 'X-Operator': 'Mary' })
      await running.answer
    })
    const { pool } = lab().lab.database
    const kept = async (statement: string) => (await pool.query(statement)).rows.map((row) => row.operator)
    expect(await kept(`select operator from workflows where id = '${workflow.id}'`)).toEqual(['Ada'])
    expect(await kept(`select operator from device_queue where device_id = '${device}'`)).toEqual(['Joan'])
    expect(await kept(`select operator from execution_logs where device_id = '${device}' order by id`)).toEqual(['Edith', null])
    const who = Object.fromEntries(events.map(({ kind, operator }) => [kind, operator]))
    expect(who).toMatchObject({
      'workflow.started': 'Grace',
      'step.completed': 'Edith',
      'queue.entry_added': 'Joan',
      'workflow.cancelled': 'Mary',
      'device.released': 'Mary',
      'queue.entry_booked': 'Mary',
    })
  })
})

describe('a connection', () => {
  const lab = useLab('embedded', { demo: false })

  it('is used for one request after another, errors among them', async () => {
    const { host } = new URL(lab().device.url)
    const connection = await openConnection(lab().device.url)
    const ask = (path: string, end = false) =>
      connection.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${end ? 'Connection: close\r\n' : ''}\r\n`)
    ask('/devices')
    ask('/nothing')
    ask('/devices/%zz')
    ask('/health', true)
    const statuses = [...(await connection.answer()).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
    expect(statuses).toEqual([200, 404, 404, 200])
  })
})
