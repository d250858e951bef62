/** What the ports answer while the lab starts, stops, or has no database: 503, and when to come again. */

import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type RunningLab, startLab } from '../../../electron/main/backend/start.ts'
import { expectRefusal, hang, newDevice } from '../../support/bench.ts'
import { type Answer, createClient } from '../../support/client.ts'
import { newServerDatabase } from '../../support/databases.ts'
import { startTestLab, type TestLab } from '../../support/lab.ts'
import { type Line, layLine } from '../../support/line.ts'
import { openConnection, rawRequest } from '../../support/raw-request.ts'
import { openRpc } from '../../support/rpc-client.ts'

const services = ['device', 'workflow'] as const
const calls = { device: ['/devices', '/devices/x', '/execution-logs', '/events'], workflow: ['/workflows', '/samples', '/events'] } as const

function expectUnavailable(answer: Answer, code: string): void {
  expectRefusal(answer, 503, code)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answer.headers.get('x-request-id')).toMatch(/\S/)
}

async function expectUnhealthy(running: RunningLab): Promise<void> {
  for (const service of services) {
    const answer = await createClient(running.urls[service]).get('/health')
    expect(answer).toMatchObject({ status: 503, body: { status: 'unhealthy', service: `${service}-service`, version: '0.0.0-test' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
}

describe('a shared database that does not answer', () => {
  let line: Line
  let place: Awaited<ReturnType<typeof newServerDatabase>>
  const started: RunningLab[] = []

  beforeAll(async () => {
    place = await newServerDatabase()
    line = await layLine(place.options.databaseUrl)
  })
  // Each test begins with a line that is cut, and starts a lab of its own.
  afterEach(async () => {
    await Promise.all(started.splice(0).map((running) => running.close()))
    await line.cut()
  })
  afterAll(() => place.remove())

  it('at the start: every call gets 503 on both ports', async () => {
    const running = await start()
    for (const service of services) {
      const client = createClient(running.urls[service])
      for (const path of calls[service]) expectUnavailable(await client.get(path), 'starting')
      expectUnavailable(await client.post(calls[service][0], { nonsense: true }), 'starting')
    }
    await expectUnhealthy(running)
  })

  it('at the start: a page is told what is waited for, without the password, also one that comes later', async () => {
    const running = await start()
    const { host, password } = new URL(line.url)
    for (let page = 0; page < 2; page += 1) {
      const rpc = await openRpc(running.urls.ui)
      const told = await rpc.push((push) => push.topic === 'gate' && push.waitingFor !== undefined)
      expect(told).toMatchObject({
        gate: 'starting',
        waitingFor: expect.stringMatching(new RegExp(`^The database \\w+ on ${host} does not answer: connect ECONNREFUSED ${host}\\.$`)),
      })
      expect(JSON.stringify(told)).not.toContain(password)
      await rpc.close()
    }
  })

  it('the lab is ready when it comes', async () => {
    const running = await start()
    const rpc = await openRpc(running.urls.ui)
    await line.mend()
    const open = await running.ready
    expect(open.lab.database.kind).toBe('server')
    await rpc.push((push) => push.topic === 'gate' && push.gate === 'open')
    expect(rpc.pushes.at(-1)).toEqual({ topic: 'gate', gate: 'open' })
    await rpc.close()
    for (const service of services) {
      const client = createClient(running.urls[service])
      expect((await client.get('/health')).status).toBe(200)
      for (const path of calls[service].slice(0, 1)) expect((await client.get(path)).status).toBe(200)
    }
  })

  it('while the lab runs: 503 until it is there again', async () => {
    await line.mend()
    const running = await start()
    await running.ready
    const page = await openRpc(running.urls.ui)
    page.subscribe(null)
    await page.push(({ topic }) => topic === 'subscribed')
    await line.cut()
    await page.push((push) => push.topic === 'gate' && push.gate === 'no_database')
    expect(await page.call('devices.list', {})).toMatchObject({ ok: false, error: { code: 'database_unavailable' } })
    const { device, workflow } = { device: createClient(running.urls.device), workflow: createClient(running.urls.workflow) }
    expectUnavailable(await device.get('/devices'), 'no_database')
    expectUnavailable(await device.get('/execution-logs?all=true'), 'no_database')
    expectUnavailable(await device.post('/devices', { id: 'lost', name: 'x', type: 'other' }), 'no_database')
    expectUnavailable(await workflow.get('/workflows'), 'no_database')
    expectUnavailable(await workflow.post('/samples', { barcode: 'LOST' }), 'no_database')
    await expectUnhealthy(running)

    const before = page.pushes.length
    await line.mend()
    await page.push((push) => page.pushes.lastIndexOf(push) >= before && push.topic === 'gate' && push.gate === 'open')
    expect((await device.get('/health')).status).toBe(200)
    expect((await workflow.get('/samples/LOST')).status).toBe(404)
    expect((await workflow.post('/samples', { barcode: 'LOST' })).status).toBe(201)
    // The page is told again what happens.
    await page.push((push) => push.topic === 'event' && push.event.kind === 'sample.created')
    await page.close()
  })

  it('at the start: a lab that is closed before it was ready ends', async () => {
    const waiting = await start()
    await waiting.close()
    await expect(waiting.ready).rejects.toThrow()
  })

  async function start(): Promise<RunningLab> {
    const root = join(import.meta.dirname, '..', '..', '..')
    const running = await startLab({
      dataDir: '',
      databaseUrl: line.url,
      devicePort: 0,
      workflowPort: 0,
      uiPort: 0,
      psqlPort: undefined,
      demo: false,
      demoLogs: 0,
      simSpeed: 0,
      corsOrigins: [],
      token: undefined,
      host: '127.0.0.1',
      allowedHosts: [],
      version: '0.0.0-test',
      logger: pino({ level: 'silent' }),
      folders: { migrations: join(root, 'db', 'migrations'), template: inject('templateFolder'), pages: '' },
    })
    started.push(running)
    return running
  }
})

describe('a lab that stops', () => {
  let lab: TestLab | undefined
  afterAll(() => lab?.close())

  it('tells a request that comes late, and whoever waits for an operation, that it stops', async () => {
    lab = await startTestLab('embedded', { demo: false })
    const { urls } = lab.running
    const device = await newDevice(lab)
    await lab.device.post(`/devices/${device}/book`, { workflow_id: 'me' })
    const { answer } = await hang(lab, device, 'me')

    // Connections on which a request has begun to come are let be.
    const late = await Promise.all(services.map((service) => openConnection(urls[service])))
    for (const connection of late) connection.write('GET /nothing HTTP/1.1\r\n')
    // Their bytes are there when a later connection has been answered. A client's own may be an earlier one that was kept.
    for (const service of services) await rawRequest(`${urls[service]}/health`)

    const stopped = lab.running.close()
    for (const [index, service] of services.entries())
      late[index]?.write(`Host: ${new URL(urls[service]).host}\r\nConnection: close\r\n\r\n`)
    for (const connection of late) {
      const [head = '', body = ''] = (await connection.answer()).split('\r\n\r\n')
      expect(head).toMatch(/^HTTP\/1.1 503 /)
      expect(head).toMatch(/^retry-after: \d+$/im)
      expect(head).toMatch(/^x-request-id: \S+$/im)
      expect(JSON.parse(body)).toEqual({ error: expect.any(String), code: 'stopping' })
    }
    expectUnavailable(await answer, 'stopping')
    await stopped
    await expect(createClient(urls.device).get('/health')).rejects.toThrow()
  })
})
