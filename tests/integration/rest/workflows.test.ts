/** Workflows over HTTP: creating, reading, listing and deleting them. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, hang, instant, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../../support/bench.ts'
import { countStatements } from '../../support/count-statements.ts'
import { withEvents } from '../../support/events.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { fails } from '../../support/workflow-bench.ts'

describe('workflows', () => {
  const lab = useLab('embedded', { demoLogs: 0 })
  const api = () => lab().workflow

  it('health: the workflow service, healthy, with its version', async () => {
    const { status, body } = await api().get('/health')
    expect({ status, body }).toEqual({ status: 200, body: { status: 'healthy', service: 'workflow-service', version: '0.0.0-test' } })
  })

  it('a new workflow is answered, found again and told of', async () => {
    const device = await newDevice(lab())
    const request = {
      name: 'PCR Amplification',
      device_id: device,
      sample_barcodes: ['SAMPLE003', 'SAMPLE001', 'SAMPLE003'],
      steps: ['pipette_transfer', { operation: 'incubate', parameters: { minutes: 1 } }, { operation: 'plate_read' }],
      priority: 'urgent',
    }
    const { answer, events } = await withEvents(lab(), () => api().post('/workflows', request, { 'X-Operator': 'Ada' }))
    expect(answer.status).toBe(201)
    const policy = { device_id: null, hold: false, retry: null, timeout_seconds: null, retry_at: null }
    const nothingYet = { attempts: 0, started_at: null, completed_at: null, error: null, error_code: null, note: null }
    const pending = { parameters: {}, status: 'pending', ...policy, ...nothingYet }
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      name: 'PCR Amplification',
      device_id: device,
      sample_barcodes: ['SAMPLE003', 'SAMPLE001', 'SAMPLE003'],
      steps: [
        { ...pending, step_index: 0, operation: 'pipette_transfer' },
        { ...pending, step_index: 1, operation: 'incubate', parameters: { minutes: 1 } },
        { ...pending, step_index: 2, operation: 'plate_read' },
      ],
      status: 'created',
      priority: 'urgent',
      auto: false,
      created_at: instant,
      queued_at: null,
      started_at: null,
      completed_at: null,
      error: null,
      reasons: [],
    })
    const { id } = answer.body
    expect((await api().get(`/workflows/${id}`)).body).toEqual(answer.body)
    expect((await api().get(`/workflows?device_id=${device}`)).body).toEqual([answer.body])
    expect(events).toMatchObject([{ kind: 'workflow.created', actor: 'rest', operator: 'Ada', device_id: device, workflow_id: id }])
    expect((await lab().device.get(`/devices/${device}`)).body.status).toBe('available')
  })

  it('needs no more than a name and a device', async () => {
    const device = await newDevice(lab())
    const { status, body } = await api().post('/workflows', { name: 'x', device_id: device })
    expect({ status, body }).toMatchObject({ status: 201, body: { sample_barcodes: [], steps: [], priority: 'normal', auto: false } })
  })

  it('may have a thousand steps and thousands of samples', async () => {
    const device = await newDevice(lab())
    const { rows } = await lab().lab.database.pool.query('select barcode from samples')
    const sample_barcodes = Array.from({ length: 5000 }, (_, n) => rows[n % rows.length].barcode)
    const steps = Array.from({ length: 1000 }, (_, n) => `step ${n}`)
    const { status, body } = await api().post('/workflows', { name: 'x', device_id: device, sample_barcodes, steps })
    expect(status).toBe(201)
    expect(body.sample_barcodes).toEqual(sample_barcodes)
    expect(body.steps.map((step: { operation: string }) => step.operation)).toEqual(steps)
  })

  it.each([
    undefined,
    {},
    { name: 'x' },
    { device_id: 'incubator-1' },
    { name: '', device_id: 'incubator-1' },
    { name: 'x', device_id: '' },
  ])('%j: 400 name and device_id are required', async (request) =>
    expectRefusal(await api().post('/workflows', request), 400, 'invalid_input', 'name and device_id are required'),
  )

  it.each([
    ['name', { name: 7 }],
    ['name', { name: null }],
    ['name', { name: 'n'.repeat(201) }],
    ['device_id', { device_id: ['incubator-1'] }],
    ['sample_barcodes', { sample_barcodes: 'SAMPLE001' }],
    ['sample_barcodes[1]', { sample_barcodes: ['SAMPLE001', 2] }],
    ['sample_barcodes[0]', { sample_barcodes: [''] }],
    ['steps', { steps: 'incubate' }],
    ['steps', { steps: { operation: 'incubate' } }],
    ['steps', { steps: Array.from({ length: 1001 }, () => 'a') }],
    ['steps[0]', { steps: [''] }],
    ['steps[1]', { steps: ['a', 7] }],
    ['steps[1]', { steps: ['a', null] }],
    ['steps[0].operation', { steps: [{ operation: 'o'.repeat(201) }] }],
    ['steps[0].operation', { steps: [{ parameters: {} }] }],
    ['steps[0].parameters', { steps: [{ operation: 'a', parameters: [] }] }],
    ['steps[0].parameters', { steps: [{ operation: 'a', parameters: null }] }],
    ['steps[0].parameters', { steps: [{ operation: 'a', parameters: '{}' }] }],
    ['steps[0].retry.backoff_seconds', { steps: [{ operation: 'a', retry: { max_attempts: 2 } }] }],
    ['steps[0].retry.max_attempts', { steps: [{ operation: 'a', retry: { max_attempts: 0, backoff_seconds: 1 } }] }],
    ['steps[0].retry.on', { steps: [{ operation: 'a', retry: { max_attempts: 2, backoff_seconds: 1, on: 'timeout' } }] }],
    ['steps[0].timeout_seconds', { steps: [{ operation: 'a', timeout_seconds: 0 }] }],
    ['steps[0].timeout_seconds', { steps: [{ operation: 'a', timeout_seconds: '5' }] }],
    ['priority', { priority: 'high' }],
    ['priority', { priority: 'URGENT' }],
    ['priority', { priority: 1 }],
  ])('refuses and names %s: %j', async (field, fields) => {
    const before = (await api().get('/workflows')).body.length
    const answer = await api().post('/workflows', { name: 'x', device_id: 'incubator-1', ...fields })
    expectRefusal(answer, 400, 'invalid_input')
    expect(answer.body.details).toEqual({ field })
    expect(answer.body.error.startsWith(`${field} `)).toBe(true)
    expect((await api().get('/workflows')).body).toHaveLength(before)
  })

  it('an unknown device: 400 unknown_device', async () => {
    const answer = await api().post('/workflows', { name: 'x', device_id: 'nowhere' })
    expectRefusal(answer, 400, 'unknown_device')
    expect(answer.body.details).toMatchObject({ device_id: 'nowhere' })
  })

  it('unknown samples: 400 unknown_samples with all of them, once each, in the order named', async () => {
    const sample_barcodes = ['NOPE2', 'SAMPLE001', 'NOPE1', 'NOPE2', 'sample001']
    const answer = await api().post('/workflows', { name: 'x', device_id: 'incubator-1', sample_barcodes })
    expectRefusal(answer, 400, 'unknown_samples')
    expect(answer.body.details.barcodes).toEqual(['NOPE2', 'NOPE1', 'sample001'])
    for (const barcode of ['NOPE2', 'NOPE1', 'sample001']) expect(answer.body.error).toContain(barcode)
  })

  it.each(['nothing', '00000000-0000-4000-8000-000000000000', 'x'.repeat(1000)])('unknown id %s: 404 for every call on it', async (id) => {
    const calls = ['start', 'execute-step', 'complete', 'cancel', 'pause', 'resume'].map((call) => api().post(`/workflows/${id}/${call}`))
    calls.push(api().get(`/workflows/${id}`), api().delete(`/workflows/${id}`), api().post(`/workflows/${id}/recover`, { action: 'retry' }))
    for (const call of calls) expectRefusal(await call, 404, 'workflow_not_found', 'Workflow not found')
  })

  describe('the list', () => {
    it('is of all of them, the newest first', async () => {
      const device = await newDevice(lab())
      const ids = []
      for (let n = 0; n < 5; n += 1) ids.unshift(await newWorkflow(lab(), device))
      const { body, headers } = await api().get('/workflows')
      expect(body.slice(0, 5).map((workflow: { id: string }) => workflow.id)).toEqual(ids)
      expect(body.length).toBeGreaterThan(5)
      expect(headers.get('link')).toBeNull()
    })

    it('is narrowed by status and device', async () => {
      const [device, other] = [await newDevice(lab()), await newDevice(lab())]
      const [created, cancelled] = [await newWorkflow(lab(), device), await newWorkflow(lab(), device)]
      await newWorkflow(lab(), other)
      await api().post(`/workflows/${cancelled}/cancel`)
      const ids = async (query: string) => (await api().get(`/workflows?${query}`)).body.map((workflow: { id: string }) => workflow.id)
      expect(await ids(`device_id=${device}`)).toEqual([cancelled, created])
      expect(await ids(`device_id=${device}&status=cancelled`)).toEqual([cancelled])
      expect(await ids(`device_id=${device}&status=running`)).toEqual([])
      expect(await ids('device_id=nowhere')).toEqual([])
    })

    it('comes in pages when a limit is given, each workflow once, whatever is created meanwhile', async () => {
      const device = await newDevice(lab())
      const ids: string[] = []
      for (let n = 0; n < 7; n += 1) ids.unshift(await newWorkflow(lab(), device))
      const seen: string[] = []
      const sizes: number[] = []
      for (let next: string | undefined = `/workflows?device_id=${device}&limit=3`; next; ) {
        const { body, headers } = await api().get(next)
        seen.push(...body.map((workflow: { id: string }) => workflow.id))
        sizes.push(body.length)
        await newWorkflow(lab(), device)
        const [, link] = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? []
        expect(link === undefined || link.startsWith(`${api().url}/workflows?`)).toBe(true)
        next = link?.slice(api().url.length)
      }
      expect(seen).toEqual(ids)
      expect(sizes).toEqual([3, 3, 1])
    })

    it('a page that is just full is the last', async () => {
      const device = await newDevice(lab())
      for (let n = 0; n < 2; n += 1) await newWorkflow(lab(), device)
      const { body, headers } = await api().get(`/workflows?device_id=${device}&limit=2`)
      expect(body).toHaveLength(2)
      expect(headers.get('link')).toBeNull()
    })

    it.each([
      ['status', 'status=done'],
      ['status', 'status='],
      ['limit', 'limit=0'],
      ['limit', 'limit=10001'],
      ['limit', 'limit=-1'],
      ['limit', 'limit=1.5'],
      ['limit', 'limit=ten'],
      ['limit', 'limit='],
      ['cursor', 'cursor=nonsense'],
      ['cursor', 'cursor='],
    ])('refuses and names %s: %s', async (field, query) => {
      const answer = await api().get(`/workflows?${query}`)
      expectRefusal(answer, 400, 'invalid_input', new RegExp(`^${field}\\b`))
      expect(answer.body.details).toEqual({ field })
    })
  })

  describe('DELETE', () => {
    it.each(['created', 'completed', 'cancelled', 'failed'])('a %s workflow is gone: 204', async (status) => {
      const device = await newDevice(lab())
      const id = await newWorkflow(lab(), device, { steps: [fails] })
      if (status !== 'created') await api().post(`/workflows/${id}/start`)
      if (status === 'completed') await api().post(`/workflows/${id}/complete`)
      if (status === 'cancelled') await api().post(`/workflows/${id}/cancel`)
      if (status === 'failed') {
        await api().post(`/workflows/${id}/execute-step`)
        await api().post(`/workflows/${id}/recover`, { action: 'abort' })
      }
      expect(await statusOf(lab(), id)).toBe(status)
      const { answer, events } = await withEvents(lab(), () => api().delete(`/workflows/${id}`, { 'X-Operator': 'Ada' }))
      expect(answer).toMatchObject({ status: 204, body: '' })
      expect(events).toMatchObject([{ kind: 'workflow.deleted', operator: 'Ada', workflow_id: id, device_id: device }])
      expectRefusal(await api().get(`/workflows/${id}`), 404, 'workflow_not_found')
      expectRefusal(await api().delete(`/workflows/${id}`), 404, 'workflow_not_found')
    })

    it.each(['queued', 'running', 'paused', 'awaiting_recovery'])('a %s workflow stays: 409', async (status) => {
      const device = await newDevice(lab())
      const id = await newWorkflow(lab(), device, { steps: [fails] })
      if (status === 'queued') await book(lab(), device, 'somebody')
      await api().post(`/workflows/${id}/start`, { on_busy: 'queue' })
      if (status === 'paused') await api().post(`/workflows/${id}/pause`)
      if (status === 'awaiting_recovery') await api().post(`/workflows/${id}/execute-step`)
      expectRefusal(await api().delete(`/workflows/${id}`), 409, 'workflow_in_use')
      expect(await statusOf(lab(), id)).toBe(status)
    })

    it('a booking made in its name goes to the next in line', async () => {
      const device = await newDevice(lab())
      const id = await newWorkflow(lab(), device)
      await book(lab(), device, id)
      await queueUp(lab(), device, 'next')
      expect((await api().delete(`/workflows/${id}`)).status).toBe(204)
      expect((await lab().device.get(`/devices/${device}`)).body.workflow_id).toBe('next')
      expect(await waitingIds(lab(), device)).toEqual([])
    })

    it('not while an operation runs in its name: 409', async () => {
      const device = await newDevice(lab())
      const id = await newWorkflow(lab(), device)
      await book(lab(), device, id)
      const running = await hang(lab(), device, id)
      expectRefusal(await api().delete(`/workflows/${id}`), 409, 'operation_running')
      expect((await lab().device.get(`/devices/${device}`)).body.workflow_id).toBe(id)
      await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'test' })
      await running.answer
    })
  })

  it('breaks no rule of the database', () => expectInvariants(lab().lab.database.pool))
})

onBothDatabases('GET /workflows', { demo: false }, (lab) => {
  it.each([10, 1000])('of %d workflows takes at most 3 SQL statements, samples and steps included', async (count) => {
    const { database } = lab().lab
    await database.pool.query('delete from workflows')
    await database.pool.query(`insert into samples (barcode) select 'S' || n from generate_series(0, 2) n on conflict do nothing`)
    await database.pool.query(
      `insert into workflows (id, name, device_id) select 'wf-' || n, 'Made ' || n, 'gone' from generate_series(1, $1::int) n`,
      [count],
    )
    await database.pool.query(
      `insert into workflow_steps (workflow_id, step_index, operation) select w.id, n, 'step ' || n from workflows w, generate_series(0, 2) n`,
    )
    await database.pool.query(
      `insert into workflow_samples (workflow_id, position, barcode) select w.id, n, 'S' || n from workflows w, generate_series(0, 2) n`,
    )

    const { statements, value } = await countStatements(database, () => lab().workflow.get('/workflows'))
    expect(value.status).toBe(200)
    expect(value.body).toHaveLength(count)
    for (const [index, workflow] of value.body.entries()) {
      expect(workflow.id).toBe(`wf-${count - index}`)
      expect(workflow.sample_barcodes).toEqual(['S0', 'S1', 'S2'])
      expect(workflow.steps.map((step: { operation: string }) => step.operation)).toEqual(['step 0', 'step 1', 'step 2'])
    }
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.length).toBeLessThanOrEqual(3)
  })
})
