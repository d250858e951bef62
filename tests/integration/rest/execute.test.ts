/** Running operations over HTTP: who may, what is answered, what is kept of it. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, hang, instant, newDevice, newWorkflow } from '../../support/bench.ts'
import { nextEvent, withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { useLab } from '../../support/lab.ts'

describe('executing', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  async function heldDevice(holder = 'holder'): Promise<string> {
    const id = await newDevice(lab())
    await book(lab(), id, holder)
    return id
  }

  function execute(id: string, fields: Record<string, unknown> = {}, headers?: Record<string, string>) {
    return lab().device.post(`/devices/${id}/execute`, { workflow_id: 'holder', operation: 'shake', ...fields }, headers)
  }

  const logsOf = async (id: string) => (await lab().device.get(`/execution-logs/${id}`)).body

  it('is answered when it is done, kept as a log, and told of', async () => {
    const id = await heldDevice()
    const parameters = { volume_ul: 50 }
    const { answer, events } = await withEvents(lab(), () => execute(id, { parameters }, { 'X-Operator': 'Ada' }))
    const { log_id, executed_at, duration_ms, result } = answer.body
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      device_id: id,
      operation: 'shake',
      status: 'completed',
      executed_at: instant,
      log_id: expect.any(Number),
      duration_ms: expect.any(Number),
      result: expect.anything(),
    })
    const about = {
      id: log_id,
      device_id: id,
      workflow_id: 'holder',
      operation: 'shake',
      status: 'completed',
      parameters,
      result,
      error: null,
    }
    const logs = await logsOf(id)
    expect(logs).toEqual([{ ...about, started_at: instant, completed_at: executed_at, duration_ms }])
    expect(Date.parse(executed_at) - Date.parse(logs[0].started_at)).toBe(duration_ms)
    expect(events.map(({ kind, operator, data }) => [kind, operator, data.log_id])).toEqual([
      ['operation.started', 'Ada', log_id],
      ['operation.completed', 'Ada', log_id],
    ])
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ status: 'busy', workflow_id: 'holder' })
  })

  it('log ids only grow', async () => {
    const id = await heldDevice()
    const ids = [await execute(id), await execute(id), await execute(id)].map(({ body }) => body.log_id)
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  })

  it('without parameters: {}', async () => {
    const id = await heldDevice()
    await execute(id)
    expect(await logsOf(id)).toMatchObject([{ parameters: {} }])
  })

  it.each([
    ['snake, camel and dotted keys', '{"wellVolume":1,"well_volume":2,"a.b":3,"":4,"constructor":5,"__proto__":{"x":1}}'],
    ['order of keys', '{"z":1,"a":2,"m":{"y":1,"b":2}}'],
    ['nested values of all kinds', '{"list":[1,2.5,-3e-7,"x",null,true,{"deep":[[]]}],"none":null}'],
    ['characters no text column could keep', '{"nul":"\\u0000","half":"\\ud800","emoji":"🧪","\\u0000":1}'],
    ['what looks like SQL', `{"x":"'); drop table execution_logs; --","$1":"$2"}`],
  ])('parameters come back as they were given: %s', async (_, json) => {
    const id = await heldDevice()
    const body = `{"workflow_id":"holder","operation":"shake","parameters":${json}}`
    expect((await lab().device.post(`/devices/${id}/execute`, body)).status).toBe(200)
    const text = await (await fetch(`${lab().device.url}/execution-logs/${id}`)).text()
    expect(JSON.stringify(JSON.parse(text)[0].parameters)).toBe(JSON.stringify(JSON.parse(json)))
  })

  it.each(['x', 'o'.repeat(200), '🧪'.repeat(200), 'Zentrifugieren bei 4 °C, 5 min', '{"json": true}', ' '])(
    'operation is free text: %j',
    async (operation) => {
      const id = await heldDevice()
      expect(await execute(id, { operation })).toMatchObject({ status: 200, body: { operation } })
      expect(await logsOf(id)).toMatchObject([{ operation }])
    },
  )

  it.each([
    ['operation', { operation: undefined }],
    ['operation', { operation: '' }],
    ['operation', { operation: 'o'.repeat(201) }],
    ['operation', { operation: null }],
    ['operation', { operation: 7 }],
    ['operation', { operation: 'a\0' }],
    ['operation', { operation: '\udc00' }],
    ['parameters', { parameters: [] }],
    ['parameters', { parameters: null }],
    ['parameters', { parameters: 'x' }],
    ['parameters', { parameters: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) }],
  ])('with a bad %s: 400 that names it, nothing is run', async (field, change) => {
    const id = await heldDevice()
    expectRefusal(await execute(id, change), 400, 'invalid_input', new RegExp(`^${field}\\b`))
    expect(await logsOf(id)).toEqual([])
  })

  it('on a device that is not booked, or by another: 403, nothing is run', async () => {
    const [free, held] = [await newDevice(lab()), await heldDevice()]
    for (const [id, workflow_id] of [
      [free, 'holder'],
      [held, 'another'],
    ] as const) {
      expectRefusal(await execute(id, { workflow_id }), 403, 'not_your_booking', 'Device not booked by this workflow')
      expect(await logsOf(id)).toEqual([])
    }
  })

  it('while an operation runs: 409 to the holder, 403 to another', async () => {
    const id = await heldDevice()
    const { answer, logId } = await hang(lab(), id, 'holder')
    expectRefusal(await execute(id), 409, 'operation_running')
    expectRefusal(await execute(id, { workflow_id: 'another' }), 403, 'not_your_booking')
    const ends = { result: null, error: null, completed_at: null, duration_ms: null }
    expect(await logsOf(id)).toMatchObject([{ id: logId, status: 'running', parameters: { simulate: 'hang' }, ...ends }])
    await lab().device.post(`/devices/${id}/release`, { force: true, reason: 'test ends' })
    expect((await answer).status).toBe(409)
  })

  it('on a device that fails: 502, the log says why, the device stays booked and can go on', async () => {
    const id = await heldDevice()
    const { answer, events } = await withEvents(lab(), () => execute(id, { parameters: { simulate: 'fail' } }))
    expectRefusal(answer, 502, 'operation_failed')
    expect(await logsOf(id)).toMatchObject([{ status: 'failed', result: null, error: answer.body.error, completed_at: instant }])
    expect(events.map(({ kind }) => kind)).toEqual(['operation.started', 'operation.failed'])
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ workflow_id: 'holder', connection: 'online' })
    expect((await execute(id)).status).toBe(200)
  })

  it('on a device that loses its connection: 502, interrupted, offline, still booked', async () => {
    const id = await heldDevice()
    const { answer, events } = await withEvents(lab(), () => execute(id, { parameters: { simulate: 'disconnect' } }))
    expectRefusal(answer, 502, 'operation_failed')
    expect(await logsOf(id)).toMatchObject([{ status: 'interrupted', error: answer.body.error }])
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ workflow_id: 'holder', connection: 'offline', bookable: false })
    expect(events.map(({ kind }) => kind)).toEqual(['operation.started', 'operation.failed', 'device.changed'])
    expectRefusal(await execute(id), 409, 'device_unavailable', 'Device is not available')
  })

  it('for a workflow of this lab leaves its state and steps alone, done or failed', async () => {
    const id = await newDevice(lab())
    const workflow = await newWorkflow(lab(), id)
    await lab().workflow.post(`/workflows/${workflow}/start`)
    for (const simulate of ['', 'fail']) await execute(id, { workflow_id: workflow, parameters: { simulate } })
    const { body } = await lab().workflow.get(`/workflows/${workflow}`)
    expect(body).toMatchObject({ status: 'running', steps: [{ status: 'pending', attempts: 0 }] })
    expect(await logsOf(id)).toHaveLength(2)
  })

  it('goes on when the client goes away', async () => {
    const id = await heldDevice()
    const leaving = new AbortController()
    const [started, completed] = ['operation.started', 'operation.completed'].map((kind) =>
      nextEvent(lab(), (event) => event.kind === kind && event.deviceId === id),
    )
    const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, signal: leaving.signal }
    const body = JSON.stringify({ workflow_id: 'holder', operation: 'shake' })
    const gone = fetch(`${lab().device.url}/devices/${id}/execute`, { ...request, body }).catch(() => undefined)
    await started
    leaving.abort()
    await Promise.all([gone, completed])
    expect(await logsOf(id)).toMatchObject([{ status: 'completed' }])
  })
})

describe('an operation that runs when the program stops', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('is interrupted, whoever waits for it gets 503, and its device stays booked', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'holder')
    const { answer, logId } = await hang(lab(), id, 'holder')
    await lab().restart()
    const told = await answer
    expectRefusal(told, 503, 'stopping')
    expect(told.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await lab().device.get(`/execution-logs/${id}`)).body).toMatchObject([
      { id: logId, status: 'interrupted', completed_at: instant },
    ])
    expect((await lab().device.get(`/devices/${id}`)).body).toMatchObject({ workflow_id: 'holder', connection: 'online' })
    const next = await lab().device.post(`/devices/${id}/execute`, { workflow_id: 'holder', operation: 'shake' })
    expect(next).toMatchObject({ status: 200 })
    expect(next.body.log_id).toBeGreaterThan(logId)
    await expectInvariants(lab().lab.database.pool)
  })
})
