/** Devices over HTTP: what there is, and what people change about it. */

import { describe, expect, inject, it } from 'vitest'
import { book, expectRefusal, instant, newDevice, queueUp } from '../../support/bench.ts'
import { onServer } from '../../support/databases.ts'
import { withEvents } from '../../support/events.ts'
import { useLab } from '../../support/lab.ts'

describe('devices', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  const fresh = {
    id: 'thermocycler-1',
    name: 'Thermocycler',
    type: 'other',
    status: 'available',
    mode: 'processing',
    connection: 'online',
    bookable: true,
    capabilities: ['pcr'],
    workflow_id: null,
    booked_at: null,
    queue_length: 0,
    created_at: instant,
    mode_reason: null,
    connection_reason: null,
    driver: 'simulated',
    driver_config: {},
  }

  it('health: the device service, healthy, with its version', async () => {
    const { status, body } = await lab().device.get('/health')
    expect({ status, body }).toEqual({ status: 200, body: { status: 'healthy', service: 'device-service', version: '0.0.0-test' } })
  })

  it('the demo lab has its devices, all free', async () => {
    const { status, body } = await lab().device.get('/devices')
    expect(status).toBe(200)
    expect(body).toContainEqual({
      ...fresh,
      id: 'liquid-handler-1',
      name: 'Liquid Handler Alpha',
      type: 'liquid_handler',
      capabilities: expect.arrayContaining([expect.any(String)]),
    })
    const ids = ['incubator-1', 'incubator-2', 'liquid-handler-1', 'liquid-handler-2', 'plate-reader-1']
    expect(body.map((device: { id: string }) => device.id)).toEqual(ids)
  })

  it('a new device is answered, found again and told of', async () => {
    const request = { id: 'thermocycler-1', name: 'Thermocycler', type: 'other', capabilities: ['pcr'] }
    const { answer, events } = await withEvents(lab(), () => lab().device.post('/devices', request, { 'X-Operator': 'Ada' }))
    expect(answer).toMatchObject({ status: 201, body: fresh })
    expect(Object.keys(answer.body)).toEqual(Object.keys(fresh))
    expect((await lab().device.get('/devices/thermocycler-1')).body).toEqual(answer.body)
    expect(events).toEqual([
      {
        kind: 'device.created',
        actor: 'rest',
        operator: 'Ada',
        device_id: 'thermocycler-1',
        workflow_id: null,
        data: { name: 'Thermocycler', type: 'other' },
      },
    ])
  })

  it('capabilities may be left out', async () => {
    const { status, body } = await lab().device.post('/devices', { id: '9', name: 'Nine', type: 'plate_reader' })
    expect({ status, capabilities: body.capabilities }).toEqual({ status: 201, capabilities: [] })
  })

  it('are listed by id, character by character, whatever the language of the computer', async () => {
    for (const id of ['sort-b', 'sort1', 'sort-a', 'sort']) await lab().device.post('/devices', { id, name: id, type: 'other' })
    const { body } = await lab().device.get('/devices')
    const ids = body.map((device: { id: string }) => device.id)
    expect(ids).toEqual([...ids].sort())
    expect(ids).toContain('sort-a')
  })

  it('an id that is taken: 409, and nothing is changed', async () => {
    const id = await newDevice(lab())
    const { answer, events } = await withEvents(lab(), () => lab().device.post('/devices', { id, name: 'Another', type: 'other' }))
    expectRefusal(answer, 409, 'device_exists')
    expect((await lab().device.get(`/devices/${id}`)).body.name).toBe(id)
    expect(events).toEqual([])
  })

  it.each(['a', '0', 'a'.repeat(63), 'a--b-', '0-1'])('the id %j is good', async (id) => {
    expect((await lab().device.post('/devices', { id, name: 'A', type: 'other' })).status).toBe(201)
    expect((await lab().device.get(`/devices/${id}`)).body.id).toBe(id)
  })

  it.each([
    ['id', { id: '' }],
    ['id', { id: '-a' }],
    ['id', { id: 'A' }],
    ['id', { id: 'a_b' }],
    ['id', { id: 'a'.repeat(64) }],
    ['id', { id: 'a\n' }],
    ['id', { id: 7 }],
    ['id', { id: undefined }],
    ['id', { id: 'search' }],
    ['name', { name: undefined }],
    ['name', { name: '' }],
    ['name', { name: null }],
    ['name', { name: 'a\0b' }],
    ['type', { type: undefined }],
    ['type', { type: 'toaster' }],
    ['capabilities', { capabilities: 'pcr' }],
    ['capabilities', { capabilities: [7] }],
  ])('a new device with a bad %s %j: 400 that names it, and no device', async (field, change) => {
    const count = async () => (await lab().device.get('/devices')).body.length
    const before = await count()
    const answer = await lab().device.post('/devices', { id: 'not-made', name: 'Not made', type: 'other', ...change })
    expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(await count()).toBe(before)
  })

  it('unknown fields are ignored', async () => {
    const answer = await lab().device.post('/devices', { id: 'extra', name: 'Extra', type: 'other', status: 'busy', colour: 'red' })
    expect(answer).toMatchObject({ status: 201, body: { status: 'available' } })
    expect(answer.body).not.toHaveProperty('colour')
  })

  it.each(['nobody', 'NOT-AN-ID', 'a%2Fb', "x'; drop table devices; --"])('an unknown device %j: 404 on every call', async (id) => {
    const { device } = lab()
    const path = `/devices/${id}`
    const answers = [
      await device.get(path),
      await device.patch(path, { name: 'New' }),
      await device.delete(path),
      await device.post(`${path}/book`, { workflow_id: 'w' }),
      await device.post(`${path}/release`, { workflow_id: 'w' }),
      await device.post(`${path}/release`, { force: true, reason: 'gone' }),
      await device.post(`${path}/execute`, { workflow_id: 'w', operation: 'shake' }),
      await device.post(`${path}/queue`, { workflow_id: 'w' }),
      await device.get(`${path}/queue`),
      await device.patch(`${path}/queue/1`, { priority: 'low' }),
      await device.delete(`${path}/queue/1`),
      await device.get(`${path}/wait-time`),
      await device.get(`${path}/operations`),
    ]
    for (const answer of answers) expectRefusal(answer, 404, 'device_not_found', 'Device not found')
  })

  describe('changed', () => {
    it('in all its fields: answered, kept, told in one event', async () => {
      const id = await newDevice(lab())
      const change = { name: 'Renamed', capabilities: ['a', 'b'], mode: 'maintenance', connection: 'offline' }
      const { answer, events } = await withEvents(lab(), () => lab().device.patch(`/devices/${id}`, change, { 'X-Operator': 'Grace' }))
      expect(answer).toMatchObject({ status: 200, body: { id, ...change, status: 'available', bookable: false } })
      expect((await lab().device.get(`/devices/${id}`)).body).toEqual(answer.body)
      expect(events).toMatchObject([{ kind: 'device.changed', device_id: id, operator: 'Grace', data: change }])
    })

    it('in nothing, by {}, no body or what it is already: 200 and no event', async () => {
      const id = await newDevice(lab())
      for (const change of [{}, undefined, { name: id, mode: 'processing', connection: 'online', capabilities: [] }]) {
        const { answer, events } = await withEvents(lab(), () => lab().device.patch(`/devices/${id}`, change))
        expect(answer).toMatchObject({ status: 200, body: { name: id, bookable: true } })
        expect(events).toEqual([])
      }
    })

    it('leaves what is not named and what cannot be changed', async () => {
      const id = await newDevice(lab(), { capabilities: ['kept'] })
      const answer = await lab().device.patch(`/devices/${id}`, { name: 'New', id: 'other', type: 'incubator', status: 'busy' })
      expect(answer).toMatchObject({ status: 200, body: { id, name: 'New', type: 'other', status: 'available', capabilities: ['kept'] } })
    })

    it.each([
      ['name', ''],
      ['name', null],
      ['capabilities', null],
      ['mode', 'broken'],
      ['mode', null],
      ['connection', 'maybe'],
      ['connection', true],
    ])('to a bad %s %j: 400 that names it, and nothing is changed', async (field, value) => {
      const id = await newDevice(lab())
      const answer = await lab().device.patch(`/devices/${id}`, { capabilities: ['new'], [field]: value })
      expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
      expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ name: id, capabilities: [], bookable: true })
    })
  })

  describe('deleted', () => {
    it('a free device is gone, without a body, and told of', async () => {
      const id = await newDevice(lab())
      const { answer, events } = await withEvents(lab(), () => lab().device.delete(`/devices/${id}`))
      expect(answer).toMatchObject({ status: 204, body: '' })
      expect(events).toMatchObject([{ kind: 'device.deleted', device_id: id }])
      expectRefusal(await lab().device.get(`/devices/${id}`), 404, 'device_not_found')
      expectRefusal(await lab().device.delete(`/devices/${id}`), 404, 'device_not_found')
    })

    it('also one that was booked and queued for before', async () => {
      const id = await newDevice(lab())
      await book(lab(), id, 'first')
      await queueUp(lab(), id, 'second')
      await lab().device.post(`/devices/${id}/release`, { workflow_id: 'first' })
      await lab().device.post(`/devices/${id}/release`, { workflow_id: 'second' })
      expect((await lab().device.delete(`/devices/${id}`)).status).toBe(204)
    })

    it('a booked one: 409, and it stays', async () => {
      const id = await newDevice(lab())
      await book(lab(), id, 'holder')
      expectRefusal(await lab().device.delete(`/devices/${id}`), 409, 'device_in_use')
      expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('holder')
    })

    it('one that is queued for, in maintenance: 409, and it stays', async () => {
      const id = await newDevice(lab())
      await lab().device.patch(`/devices/${id}`, { mode: 'maintenance' })
      await queueUp(lab(), id, 'waits')
      expectRefusal(await lab().device.delete(`/devices/${id}`), 409, 'device_in_use')
      expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ status: 'available', queue_length: 1 })
    })
  })
})

describe('the health of a service whose database no longer lets it in', () => {
  const lab = useLab('server', { demo: false })

  it('is unhealthy: 503 with Retry-After, and healthy again when it is', async () => {
    const { pool } = lab().lab.database
    const { rows } = await pool.query('select current_database() as name')
    const setConnections = (allowed: boolean) =>
      onServer(inject('serverUrl'), `alter database ${rows[0].name} allow_connections ${allowed}`)
    await setConnections(false)
    await onServer(inject('serverUrl'), `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${rows[0].name}'`)

    const { status, body, headers } = await lab().device.get('/health')
    expect({ status, body }).toMatchObject({ status: 503, body: { status: 'unhealthy', service: 'device-service', version: '0.0.0-test' } })
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    await setConnections(true)
    expect((await lab().device.get('/health')).body.status).toBe('healthy')
  })
})
