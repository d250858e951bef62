/** What drives a device, over HTTP: set, refused by the field, changed while nothing runs, and its secrets told to nobody. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { book, expectRefusal, hang, newDevice } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'

const secret = 'only-the-instrument-knows'
const http = { base_url: 'http://127.0.0.1:9', token: secret, headers: { 'X-Key': secret }, heartbeat_seconds: null }
const hidden = { ...http, token: '•••', headers: { 'X-Key': '•••' } }

onBothDatabases('the driver of a device', { demo: false }, (lab) => {
  const patch = (id: string, body: object) => lab().device.patch(`/devices/${id}`, body)
  const stored = async (id: string) =>
    (await lab().lab.database.pool.query('select driver, driver_config from devices where id = $1', [id])).rows[0]

  it('is set with it and shown, with its secrets hidden wherever it is told', async () => {
    const request = { id: 'reader-1', name: 'Reader', type: 'plate_reader', driver: 'http', driver_config: http }
    const { answer, events } = await withEvents(lab(), () => lab().device.post('/devices', request))
    expect(answer).toMatchObject({ status: 201, body: { driver: 'http', driver_config: hidden } })
    expect((await lab().device.get('/devices/reader-1')).body).toEqual(answer.body)
    expect((await lab().device.get('/devices')).body).toContainEqual(answer.body)
    expect(await stored('reader-1')).toEqual({ driver: 'http', driver_config: http })
    expect(JSON.stringify([answer.body, events])).not.toContain(secret)
  })

  it('keeps its secrets when what is shown comes back, and tells what else changed', async () => {
    const id = await newDevice(lab(), { driver: 'http', driver_config: http })
    const { answer, events } = await withEvents(lab(), () => patch(id, { driver_config: { ...hidden, health_path: '/ping' } }))
    expect(answer).toMatchObject({ status: 200, body: { driver_config: { ...hidden, health_path: '/ping' } } })
    expect((await stored(id)).driver_config).toEqual({ ...http, health_path: '/ping' })
    expect(events).toMatchObject([{ kind: 'device.changed', data: { driver_config: { token: '•••', health_path: '/ping' } } }])
    expect(JSON.stringify(events)).not.toContain(secret)
    expect(await withEvents(lab(), () => patch(id, { driver_config: { ...hidden, health_path: '/ping' } }))).toMatchObject({ events: [] })
  })

  it('gives its secrets to no other address', async () => {
    const id = await newDevice(lab(), { driver: 'http', driver_config: http })
    const answer = await patch(id, { driver_config: { ...hidden, base_url: 'http://127.0.0.1:10' } })
    expectRefusal(answer, 400, 'invalid_input', 'driver_config.token must be given again when base_url changes')
    expect((await stored(id)).driver_config).toEqual(http)
  })

  it.each([
    [{ driver: 'levitator' }, /^driver must be "?simulated/],
    [{ driver: 'http' }, 'driver_config.base_url is required'],
    [{ driver_config: 'fast' }, 'driver_config must be an object'],
    [{ driver_config: { jitter: 2 } }, 'driver_config.jitter must be at most 1'],
    [{ driver: 'http', driver_config: { base_url: 'ftp://a' } }, /^driver_config\.base_url must be an address/],
    [{ driver: 'http', driver_config: { base_url: 'http://me:secret@a' } }, /^driver_config\.base_url .*secrets belong into token/],
    [{ driver: 'http', driver_config: { base_url: 'http://a', token: '•••' } }, /^driver_config\.token /],
    [{ driver: 'http', driver_config: { base_url: 'http://a', headers: { Host: 'b' } } }, /^driver_config\.headers\.Host /],
    [
      { driver: 'http', driver_config: { base_url: 'http://a', operations: { x: { mode: 'lazy' } } } },
      /^driver_config\.operations\.x\.mode /,
    ],
    [{ driver: 'http', driver_config: { base_url: 'http://a', operatons: {} } }, 'driver_config.operatons is not known here'],
  ])('is refused when it is %j, naming the field', async (change, sentence) => {
    const id = await newDevice(lab())
    expectRefusal(await patch(id, change), 400, 'invalid_input', sentence)
    const created = await lab().device.post('/devices', { id: 'not-made', name: 'Not made', type: 'other', ...change })
    expectRefusal(created, 400, 'invalid_input', sentence)
    expect(await stored(id)).toEqual({ driver: 'simulated', driver_config: {} })
  })

  it('is not changed while it is at work', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const hanging = await hang(lab(), id, 'holder')
    expectRefusal(await patch(id, { driver_config: { jitter: 0.1 } }), 409, 'operation_running')
    expect(await patch(id, { name: 'Renamed' })).toMatchObject({ status: 200 })
    await lab().device.post(`/devices/${id}/release`, { force: true, reason: 'the test is over' })
    await hanging.answer
    expect(await patch(id, { driver_config: { jitter: 0.1 } })).toMatchObject({ status: 200, body: { driver_config: { jitter: 0.1 } } })
  })

  it('made anew, it goes by its new settings', async () => {
    const id = await newDevice(lab(), { driver_config: { script: ['fail'] } })
    await book(lab(), id, 'holder')
    const execute = () => lab().device.post(`/devices/${id}/execute`, { workflow_id: 'holder', operation: 'shake' })
    expectRefusal(await execute(), 502, 'operation_failed', /script/)
    expect(await execute()).toMatchObject({ status: 200 })
    await patch(id, { driver_config: { script: [{ outcome: 'fail', message: 'The belt is torn' }] } })
    expectRefusal(await execute(), 502, 'operation_failed', 'The belt is torn')
  })

  it('says what the device can do', async () => {
    const operations = {
      plate_read: { title: 'Read', parameters: [{ name: 'nm', type: 'integer', required: true, unit: 'nm' }], timeout_seconds: 60 },
    }
    const id = await newDevice(lab(), { driver: 'http', driver_config: { ...http, operations } })
    const nothing = { minimum: null, maximum: null, choices: null, default: null, description: null }
    expect((await lab().device.get(`/devices/${id}/operations`)).body).toEqual([
      {
        operation: 'plate_read',
        title: 'Read',
        parameters: [{ name: 'nm', title: 'Nm', type: 'integer', required: true, unit: 'nm', ...nothing }],
        nominal_seconds: null,
        timeout_seconds: 60,
        idempotent: false,
      },
    ])
  })
})

describe('docs/drivers.md', () => {
  const lab = useLab('embedded', { demo: false })

  it('shows devices that can be had', async () => {
    const page = await readFile(join(import.meta.dirname, '..', '..', '..', 'docs', 'drivers.md'), 'utf8')
    const shown = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json))
    expect(shown).toHaveLength(2)
    for (const device of shown) expect(await lab().device.post('/devices', device)).toMatchObject({ status: 201 })
  })
})

describe('why a device is out of service', () => {
  const lab = useLab('embedded', { demo: false })

  it('is kept for as long as it is, and told', async () => {
    const id = await newDevice(lab())
    const change = (body: object) => lab().device.patch(`/devices/${id}`, body)
    const { answer, events } = await withEvents(lab(), () => change({ mode: 'maintenance', reason: 'the lamp is changed' }))
    expect(answer).toMatchObject({ status: 200, body: { mode_reason: 'the lamp is changed', connection_reason: null } })
    expect(events).toMatchObject([{ kind: 'device.changed', data: { mode: 'maintenance', reason: 'the lamp is changed' } }])
    expect((await change({ connection: 'offline', reason: 'unplugged' })).body).toMatchObject({
      mode_reason: 'the lamp is changed',
      connection_reason: 'unplugged',
    })
    expect((await change({ mode: 'processing', connection: 'online' })).body).toMatchObject({ mode_reason: null, connection_reason: null })
    expect((await change({ mode: 'maintenance' })).body.mode_reason).toBe(null)
    expectRefusal(await change({ mode: 'maintenance', reason: 7 }), 400, 'invalid_input', /^reason /)
  })
})
