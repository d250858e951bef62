/** Who may talk to the ports at all: the address they are called by, the page that calls, the token. */

import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../../support/bench.ts'
import { useLab } from '../../support/lab.ts'
import { rawRequest } from '../../support/raw-request.ts'

const ports = ['device', 'workflow', 'ui'] as const
const services = ['device', 'workflow'] as const

describe.each(ports)('the %s port', (name) => {
  const lab = useLab('embedded', { demo: false })
  const url = () => lab().running.urls[name]
  const port = () => Number(new URL(url()).port)
  const path = name === 'ui' ? '/nothing' : '/health'
  const found = name === 'ui' ? 404 : 200

  it.each(['127.0.0.1', 'localhost', '[::1]', 'LocalHost'])('answers for %s with its own port', async (host) => {
    const answer = await rawRequest(url() + path, { headers: { host: `${host}:${port()}` } })
    expect(answer.status).toBe(found)
  })

  it.each([
    ['another name', (own: number) => `evil.example:${own}`],
    ['a name that begins like ours', (own: number) => `localhost.evil.example:${own}`],
    ['another port', (own: number) => `localhost:${own - 1}`],
    ['no port', () => 'localhost'],
    ['another address of this computer', (own: number) => `127.0.0.2:${own}`],
    ['every address', (own: number) => `0.0.0.0:${own}`],
    ['the port of another service', () => new URL(lab().running.urls[name === 'device' ? 'workflow' : 'device']).host],
  ])('refuses %s', async (_, host) => {
    const answer = await rawRequest(url() + path, { headers: { host: host(port()) } })
    expectRefusal(answer, 403, 'host_not_allowed')
  })

  it.each(['https://evil.example', 'null', 'http://localhost', 'http://127.0.0.1:1', 'https://localhost:PORT', 'file://', ''])(
    'refuses a page of "%s" and sends it no CORS header',
    async (page) => {
      const origin = page.replace('PORT', String(port()))
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const headers = { origin, 'access-control-request-method': 'POST' }
        const answer = await rawRequest(url() + path, { method, headers })
        expectRefusal(answer, 403, 'origin_not_allowed')
        expect(corsHeaders(answer.headers)).toEqual([])
      }
    },
  )

  it('its own pages may call, and need no CORS header', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const answer = await rawRequest(url() + path, { headers: { origin: `http://${host}:${port()}` } })
      expect(answer.status).toBe(found)
      expect(corsHeaders(answer.headers)).toEqual([])
    }
  })

  it('who sends no Origin gets no CORS header', async () => {
    expect(corsHeaders((await rawRequest(url() + path)).headers)).toEqual([])
  })
})

describe.each(services)('a configured origin and the %s service', (service) => {
  const page = 'https://lab.example'
  const lab = useLab('embedded', { demo: false, corsOrigins: [page, 'http://localhost:3000'], token: 's3cret' })
  const url = () => lab().running.urls[service]
  const list = service === 'device' ? '/devices' : '/workflows'
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    rawRequest(url() + path, { method, headers: { origin: page, authorization: 'Bearer s3cret', ...headers } })

  it('the page is told that it may read the answer, the fields beside it, and only it', async () => {
    const answer = await ask(list)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
    const exposed = answer.headers.get('access-control-expose-headers')?.split(/, ?/)
    expect(exposed).toEqual(expect.arrayContaining(['ETag', 'Link', 'X-Request-Id']))
    expect(answer.headers.get('vary')).toMatch(/\borigin\b/i)
  })

  it('each of several origins gets its own name', async () => {
    const answer = await ask(list, 'GET', { origin: 'http://localhost:3000' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
  })

  it('errors can be read too', async () => {
    for (const answer of [await ask('/nothing'), await ask(list, 'DELETE'), await ask(list, 'GET', { authorization: '' })]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(page)
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id')
    }
  })

  it.each(['PATCH', 'PUT', 'DELETE', 'POST'])('a preflight for %s passes without the token, which it cannot carry', async (method) => {
    const answer = await ask(`${list}/some-id`, 'OPTIONS', {
      authorization: '',
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,if-match,x-operator',
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
    expect(answer.headers.get('access-control-allow-methods')?.split(',')).toContain(method)
    const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(/, ?/)
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'if-match', 'x-operator']))
    expect(answer.headers.get('x-request-id')).toMatch(/\S/)
  })

  it.each(['https://lab.example.evil.example', 'http://lab.example', 'https://lab.example:444', 'https://LAB.example'])(
    'a page of %s is another',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await ask(list, method, { origin, 'access-control-request-method': 'GET' })
        expectRefusal(answer, 403, 'origin_not_allowed')
        expect(corsHeaders(answer.headers)).toEqual([])
      }
    },
  )

  it('the origin does not open a foreign host', async () => {
    expectRefusal(await ask(list, 'GET', { host: 'lab.example' }), 403, 'host_not_allowed')
  })
})

describe('a token', () => {
  const lab = useLab('embedded', { demo: false, token: 's3cret.Token' })
  const ask = (port: (typeof ports)[number], path: string, headers: Record<string, string> = {}) =>
    rawRequest(lab().running.urls[port] + path, { headers })

  it.each(services)('opens everything on the %s service', async (service) => {
    const list = service === 'device' ? '/devices' : '/workflows'
    expect((await ask(service, list, { authorization: 'Bearer s3cret.Token' })).status).toBe(200)
    expect((await ask(service, list, { authorization: 'bearer  s3cret.Token' })).status).toBe(200)
  })

  it.each(services)('is required for every path of the %s service, health and unknown ones included', async (service) => {
    for (const path of ['/health', '/devices', '/workflows', '/nothing', '/events']) {
      const answer = await ask(service, path)
      expectRefusal(answer, 401, 'unauthorized')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer\b/)
      expect(answer.headers.get('x-request-id')).toMatch(/\S/)
    }
  })

  it.each([
    'Bearer wrong',
    'Bearer s3cret.Token2',
    'Bearer',
    's3cret.Token',
    'Basic s3cret.Token',
    'Bearer s3cret.Token extra',
    'Bearer S3CRET.TOKEN',
  ])('"%s" is none', async (authorization) => {
    for (const service of services) expectRefusal(await ask(service, '/health', { authorization }), 401, 'unauthorized')
  })

  it('stands in an address only for EventSource', async () => {
    for (const service of services) {
      expect((await ask(service, '/events?token=s3cret.Token', { accept: 'application/json' })).status).toBe(200)
      expectRefusal(await ask(service, '/events?token=wrong', { accept: 'application/json' }), 401, 'unauthorized')
      expectRefusal(await ask(service, '/health?token=s3cret.Token'), 401, 'unauthorized')
    }
  })

  it('is given to the UI once, which keeps it in a cookie that no page can read', async () => {
    const opened = await ask('ui', '/?token=s3cret.Token')
    expect(opened.status).toBe(302)
    expect(opened.headers.get('location')).toBe('/')
    const cookie = opened.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    expect(cookie).toContain(new URL(lab().running.urls.ui).port)
    expect((await ask('ui', '/nothing', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(404)
    for (const path of ['/', '/nothing', '/?token=wrong', '/nothing?token=s3cret.Token']) {
      expectRefusal(await ask('ui', path), 401, 'unauthorized')
    }
  })

  it('the cookie opens no other port', async () => {
    const cookie = (await ask('ui', '/?token=s3cret.Token')).headers.get('set-cookie')?.split(';')[0] ?? ''
    for (const service of services) expectRefusal(await ask(service, '/health', { cookie }), 401, 'unauthorized')
  })
})

describe('other names of this computer', () => {
  const lab = useLab('embedded', { demo: false, host: '127.0.0.2', allowedHosts: ['Lab-PC.example'], token: 't' })

  it.each([
    ['the address it is bound to', '127.0.0.2', 200],
    ['an allowed name', 'lab-pc.EXAMPLE', 200],
    ['another name', 'other.example', 403],
  ])('%s: %s', async (_, host, status) => {
    for (const service of services) {
      const { port } = new URL(lab().running.urls[service])
      const answer = await rawRequest(`${lab().running.urls[service]}/health`, {
        headers: { host: `${host}:${port}`, authorization: 'Bearer t' },
      })
      expect(answer.status).toBe(status)
    }
  })
})

describe.skipIf(!(await canListenOn('::ffff:127.0.0.1')))('bound to an IPv6 address', () => {
  const lab = useLab('embedded', { demo: false, host: '::ffff:127.0.0.1', token: 't' })

  it('answers for it in brackets, as addresses write it', async () => {
    for (const service of services) {
      const url = new URL(lab().running.urls[service])
      const answer = await rawRequest(`http://127.0.0.1:${url.port}/health`, { headers: { host: url.host, authorization: 'Bearer t' } })
      expect(answer.status).toBe(200)
    }
  })
})

/** Refused at once (nothing listens on port 1) where the address exists; another error where it does not. */
async function canListenOn(address: string): Promise<boolean> {
  return new Promise((resolve) =>
    connect(1, address).once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED')),
  )
}

function corsHeaders(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'))
}
