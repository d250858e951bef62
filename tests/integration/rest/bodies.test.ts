/** What both ports do with what a request carries: JSON or nothing, 1 MiB at most, every field looked at. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, newDevice, newWorkflow } from '../../support/bench.ts'
import { useLab } from '../../support/lab.ts'
import { rawRequest } from '../../support/raw-request.ts'

const mebibyte = 1024 * 1024
const json = { 'content-type': 'application/json' }

describe.each(['device', 'workflow'] as const)('a body for the %s service', (service) => {
  const lab = useLab('embedded', { demoLogs: 0 })
  let made = 0

  /** A path that wants nothing in its body, on something new each time; and what it answers then. */
  async function wantsNothing(): Promise<{ path: string; status: number }> {
    if (service === 'workflow') return { path: `/workflows/${await newWorkflow(lab(), await newDevice(lab()))}/start`, status: 200 }
    const device = await newDevice(lab())
    return { path: `/devices/${device}`, status: 200 }
  }
  const noBodyMethod = service === 'workflow' ? 'POST' : 'PATCH'

  /** A path that makes something new, and a body for it. */
  function newThing(more: Record<string, unknown> = {}): { path: string; body: Record<string, unknown> } {
    made += 1
    return service === 'device'
      ? { path: '/devices', body: { id: `thing-${made}`, name: 'Thing', type: 'other', ...more } }
      : { path: '/samples', body: { barcode: `THING-${made}`, ...more } }
  }

  const send = (path: string, body: (string | Buffer)[], headers: Record<string, string | number> = json, method = 'POST') =>
    rawRequest(lab()[service].url + path, { method, body, headers })

  it.each([
    ['absent', {}, []],
    ['empty, said to be JSON', { ...json, 'content-length': 0 }, []],
    ['empty and chunked, said to be JSON', json, []],
    ['empty, said to be a form', { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 0 }, []],
    ['empty and chunked, said to be a form', { 'content-type': 'application/x-www-form-urlencoded' }, []],
    ['empty, said to be text', { 'content-type': 'text/plain', 'content-length': 0 }, []],
    ['blank, said to be JSON', json, [' \r\n']],
    ['{}', json, ['{}']],
    ['{} with a charset', { 'content-type': 'application/json; charset=utf-8' }, ['{}']],
    ['{} said to be of a kind of JSON', { 'content-type': 'application/vnd.lab+json' }, ['{}']],
    ['{} in pieces', json, ['{', '}']],
  ])('%s counts as {}', async (_, headers, body) => {
    const { path, status } = await wantsNothing()
    expect(await send(path, body, headers, noBodyMethod)).toMatchObject({ status })
  })

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/csv',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'nonsense',
    '',
  ])('said to be "%s" is refused: 415', async (type) => {
    const { path, body } = newThing()
    expectRefusal(await send(path, [JSON.stringify(body)], { 'content-type': type }), 415, 'unsupported_media_type')
    expectRefusal(await send(path, ['a=1&b=2'], { 'content-type': type }), 415, 'unsupported_media_type')
  })

  it('of no said type is refused: 415', async () => {
    const { path, body } = newThing()
    expectRefusal(await send(path, [JSON.stringify(body)], {}), 415, 'unsupported_media_type')
  })

  it.each(['{', '{"a":1,}', 'a=1', "{'a':1}", '{"a":NaN}', '{}{}', '\0'])('%j is no JSON: 400', async (text) => {
    expectRefusal(await send(newThing().path, [text]), 400, 'invalid_json')
  })

  it.each(['[]', '[{}]', '"text"', 'null', 'true', '17', '[[]]'])('%s is no object: 400', async (text) => {
    const { path } = await wantsNothing()
    expectRefusal(await send(newThing().path, [text]), 400, 'invalid_input')
    expectRefusal(await send(path, [text], json, noBodyMethod), 400, 'invalid_input', /object/)
  })

  it('may have fields that nobody knows', async () => {
    const { path, body } = newThing({ colour: 'red', ['__proto__']: { a: 1 }, constructor: 7, 'a\0b': ['\0'] })
    const answer = await send(path, [JSON.stringify(body)])
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('colour')
  })

  describe('of 1 MiB', () => {
    const filled = (bytes: number) => {
      const { path, body } = newThing({ padding: '' })
      const text = JSON.stringify({ ...body, padding: 'x'.repeat(bytes - JSON.stringify(body).length) })
      expect(Buffer.byteLength(text)).toBe(bytes)
      return { path, text }
    }

    it('is read, with and without a Content-Length', async () => {
      const [first, second] = [filled(mebibyte), filled(mebibyte)]
      expect((await send(first.path, [first.text], { ...json, 'content-length': mebibyte })).status).toBe(201)
      expect((await send(second.path, [second.text])).status).toBe(201)
    })

    it('and one byte is refused, with and without a Content-Length: 413', async () => {
      const { path, text } = filled(mebibyte + 1)
      expectRefusal(await send(path, [text], { ...json, 'content-length': mebibyte + 1 }), 413, 'body_too_large')
      expectRefusal(await send(path, [text]), 413, 'body_too_large')
    })

    it('and much more is refused without being read', async () => {
      const { path } = newThing()
      const pieces = Array.from({ length: 64 }, () => Buffer.alloc(mebibyte, ' '))
      expectRefusal(await send(path, pieces), 413, 'body_too_large')
      expectRefusal(await send(path, pieces.slice(0, 1), { ...json, 'content-length': 2 ** 40 }), 413, 'body_too_large')
    })

    it('counts whatever it is said to be, and wherever it goes', async () => {
      const { path } = await wantsNothing()
      const text = 'x'.repeat(mebibyte + 1)
      expectRefusal(await send(path, [text], { 'content-type': 'text/plain' }, noBodyMethod), 413, 'body_too_large')
    })
  })
})

describe('every command on a workflow', () => {
  const lab = useLab('embedded', { demo: false })

  it.each(['start', 'execute-step', 'complete', 'cancel', 'pause', 'resume', 'recover'])(
    '%s takes JSON only, and an object only',
    async (call) => {
      const url = `${lab().workflow.url}/workflows/${await newWorkflow(lab(), await newDevice(lab()))}/${call}`
      const send = (text: string, type: string) => rawRequest(url, { method: 'POST', body: [text], headers: { 'content-type': type } })
      expectRefusal(await send('{}', 'text/plain'), 415, 'unsupported_media_type')
      expectRefusal(await send('{', 'application/json'), 400, 'invalid_json')
      expectRefusal(await send('[]', 'application/json'), 400, 'invalid_input', 'The body must be an object')
    },
  )
})

describe('fields', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const running = async () => {
    const device = await newDevice(lab())
    await lab().device.post(`/devices/${device}/book`, { workflow_id: 'me' })
    return device
  }

  it('JSON nested without end is refused, wherever it stands', async () => {
    const device = await running()
    for (const levels of [70, 10_000, 400_000]) {
      const parameters = `{"workflow_id":"me","operation":"shake","parameters":{"deep":${nested(levels)}}}`
      expectRefusal(await lab().device.post(`/devices/${device}/execute`, parameters), 400, 'invalid_input', /^parameters\b/)
      const step = `{"name":"x","device_id":"${device}","steps":[{"operation":"a","parameters":{"deep":${nested(levels)}}}]}`
      expectRefusal(await lab().workflow.post('/workflows', step), 400, 'invalid_input', /^steps\[0\]/)
      expectRefusal(
        await lab().workflow.post('/workflows', `{"name":${nested(levels)},"device_id":"${device}"}`),
        400,
        'invalid_input',
        /^name\b/,
      )
      const ignored = `{"name":"x","device_id":"${device}","more":${nested(levels)}}`
      expect((await lab().workflow.post('/workflows', ignored)).status).toBe(201)
    }
  })

  it('JSON nested as deep as people do is kept', async () => {
    const device = await running()
    const deep = JSON.parse(nested(60))
    const answer = await lab().device.post(`/devices/${device}/execute`, { workflow_id: 'me', operation: 'shake', parameters: { deep } })
    expect(answer.status).toBe(200)
    const { body } = await lab().device.get(`/execution-logs/${device}`)
    expect(body[0].parameters).toEqual({ deep })
  })

  it('parameters come back as they were given, keys untouched and in order', async () => {
    const given =
      '{"zeta":1,"camelCase":{"UPPER":[1.5,-0.001,1e-7,null,true,""]},"2":"two","1":"one","":0,"__proto__":{"x":1},"constructor":{"prototype":1},' +
      '"nul":"a\\u0000b","\\u0000":1,"half":"\\ud800","text":"Zoë 試験 🧪 \\" \\\\ \\n \\u2028","when":"2025-01-15T10:00:00Z","sql":"\'; drop table samples; --"}'
    const device = await running()
    const { body: created } = await lab().workflow.post(
      '/workflows',
      `{"name":"x","device_id":"${device}","steps":[{"operation":"a","parameters":${given}}]}`,
    )
    const same = JSON.stringify(JSON.parse(given))
    expect(JSON.stringify(created.steps[0].parameters)).toBe(same)
    const { body: listed } = await lab().workflow.get(`/workflows?device_id=${device}`)
    expect(JSON.stringify(listed[0].steps[0].parameters)).toBe(same)

    await lab().device.post(`/devices/${device}/execute`, `{"workflow_id":"me","operation":"shake","parameters":${given}}`)
    const { body: logs } = await lab().device.get(`/execution-logs/${device}`)
    expect(JSON.stringify(logs[0].parameters)).toBe(same)
    expect(Object.keys(logs[0].parameters)).toEqual(Object.keys(JSON.parse(given)))
  })

  it.each(['\0', 'a\0b', '\ud800', '\udc00 half'])('%j in a text is refused, naming the field, and never a fault', async (text) => {
    const device = await newDevice(lab())
    const id = await newWorkflow(lab(), device)
    const calls: [port: 'device' | 'workflow', path: string, field: string, body: Record<string, unknown>][] = [
      ['device', '/devices', 'id', { id: text, name: 'x', type: 'other' }],
      ['device', '/devices', 'name', { id: 'nul', name: text, type: 'other' }],
      ['device', '/devices', 'capabilities[1]', { id: 'nul', name: 'x', type: 'other', capabilities: ['a', text] }],
      ['device', `/devices/${device}/book`, 'workflow_id', { workflow_id: text }],
      ['device', `/devices/${device}/release`, 'reason', { force: true, reason: text }],
      ['device', `/devices/${device}/execute`, 'operation', { workflow_id: 'me', operation: text }],
      ['device', `/devices/${device}/queue`, 'note', { workflow_id: 'me', note: text }],
      ['workflow', '/workflows', 'name', { name: text, device_id: device }],
      ['workflow', '/workflows', 'sample_barcodes[0]', { name: 'x', device_id: device, sample_barcodes: [text] }],
      ['workflow', '/workflows', 'steps[0]', { name: 'x', device_id: device, steps: [text] }],
      ['workflow', '/workflows', 'steps[1].operation', { name: 'x', device_id: device, steps: ['a', { operation: text }] }],
      ['workflow', `/workflows/${id}/cancel`, 'reason', { reason: text }],
      ['workflow', '/samples', 'barcode', { barcode: text }],
      ['workflow', '/samples', 'location.plate', { barcode: 'nul', location: { plate: text, well: 'A1' } }],
      ['workflow', '/samples', 'location.well', { barcode: 'nul', location: { plate: 'P', well: text } }],
      ['workflow', '/samples/validate', 'barcodes[0]', { barcodes: [text] }],
    ]
    for (const [port, path, field, body] of calls) {
      const answer = await lab()[port].post(path, body)
      expectRefusal(answer, 400, 'invalid_input')
      expect(answer.body.details).toEqual({ field })
      expect(answer.body.error.startsWith(`${field} `)).toBe(true)
    }
    const unknown = await lab().workflow.post('/workflows', { name: 'x', device_id: text })
    expect(unknown).toMatchObject({ status: 400, body: { code: 'unknown_device' } })
  })

  it('a text of 200 characters is one, whatever its bytes; 201 is refused', async () => {
    for (const letter of ['n', 'é', '試', '🧪']) {
      const device = await newDevice(lab())
      expect((await lab().workflow.post('/workflows', { name: letter.repeat(200), device_id: device })).status).toBe(201)
      const answer = await lab().workflow.post('/workflows', { name: letter.repeat(201), device_id: device })
      expectRefusal(answer, 400, 'invalid_input', 'name must have at most 200 characters')
    }
  })
})

describe.each(['device', 'workflow'] as const)('an address of the %s service', (service) => {
  const lab = useLab('embedded', { demoLogs: 0 })
  const things = service === 'device' ? ['/devices/:', '/devices/:/queue', '/execution-logs/:'] : ['/workflows/:', '/samples/:']
  const lists =
    service === 'device'
      ? [
          '/execution-logs?cursor=:',
          '/execution-logs?limit=:',
          '/execution-logs/search?start=2025-01-01&end=2025-01-02&workflow_id=:',
          '/devices/incubator-1/wait-time?workflow_id=:',
        ]
      : ['/workflows?device_id=:', '/workflows?cursor=:', '/workflows?status=:', '/workflows?limit=:']

  it.each([
    '%',
    '%zz',
    '%E0%A4%A',
    '%ff',
    '%00',
    'a%00b',
    '%ED%A0%80',
    '%2e%2e%2f',
    '%25',
    '%F0%9F%A7%AA',
    "'%20or%20''='",
    '+',
    `${'x'.repeat(5000)}`,
  ])('with %s is answered in order, never with a fault', async (part) => {
    for (const template of [...things, ...lists]) {
      const answer = await rawRequest(lab()[service].url + template.replace(':', part))
      expect(answer.status, `${template} with ${part}`).toBeLessThan(500)
      if (answer.status >= 400) expect(answer.body, template).toMatchObject({ error: expect.any(String), code: expect.any(String) })
    }
    for (const template of things) {
      const answer = await rawRequest(lab()[service].url + template.replace(':', part), { method: 'DELETE' })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
  })

  it('parameters that are given twice are no fault', async () => {
    for (const template of lists) {
      const [, name] = /[?&](\w+)=:/.exec(template) ?? []
      const { status } = await rawRequest(`${lab()[service].url}${template.replace(':', '1')}&${name}=2`)
      expect(status).toBeLessThan(500)
    }
  })
})
