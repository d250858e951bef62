/** The page that shows a service's document: whole without the internet, behind the token, and there while the lab is starting. */

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type RunningLab, startLab } from '../../../electron/main/backend/start.ts'
import { expectRefusal } from '../../support/bench.ts'
import { type Client, createClient } from '../../support/client.ts'
import { expectDocumented, readDocument } from '../../support/contract/document.ts'
import { useLab } from '../../support/lab.ts'
import { defaults } from '../../support/lab-defaults.ts'

/** Everything that the page loads, itself included. */
const files = ['/docs', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/show.js', '/openapi.json']

describe.each(['device', 'workflow'] as const)('the page of the %s service', (service) => {
  const lab = useLab('embedded', { demo: false })

  it('loads nothing from elsewhere', async () => {
    const { status, headers, body: page } = await lab()[service].get('/docs')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(page).not.toMatch(/\b\w+:\/\//)
    const loaded = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)
    expect(loaded.filter((address) => address !== 'data:,').sort()).toEqual(files.filter((file) => file !== '/docs').sort())
    const { body: script } = await lab()[service].get('/docs/show.js')
    for (const setting of ["url: '/openapi.json'", 'validatorUrl: null']) expect(script).toContain(setting)
  })

  it.each(files)('has %s', async (file) => {
    const { status, body } = await lab()[service].get(file)
    expect({ status, isThere: body.length > 100 || typeof body === 'object' }).toEqual({ status: 200, isThere: true })
  })

  it('has only what it loads of the library', async () => {
    for (const name of [
      'index.html',
      'package.json',
      'swagger-ui.js',
      '..%2fpackage.json',
      '%2e%2e/package.json',
      '__proto__',
      'constructor',
    ]) {
      expectRefusal(await lab()[service].get(`/docs/${name}`), 404, 'not_found')
    }
  })

  it.each(files.slice(0, -1))('%s forbids everything that is not ours', async (file) => {
    const { headers } = await lab()[service].get(file)
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => [rule.split(' ', 1)[0], rule.split(' ').slice(1)]),
    )
    expect(policy.get('default-src')).toEqual(["'none'"])
    expect(policy.get('script-src')).toEqual(["'self'"])
    expect(policy.get('connect-src')).toEqual(["'self'"])
    expect([...policy.values()].flat().filter((source) => !["'none'", "'self'", 'data:'].includes(source))).toEqual([])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('with a token', () => {
  const lab = useLab('embedded', { demo: false, token: 'secret' })
  const authorization = { Authorization: 'Bearer secret' }

  it.each(files)('%s wants it in the header', async (file) => {
    const refused = await lab().device.get(file)
    expectRefusal(refused, 401, 'unauthorized')
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expectRefusal(await lab().device.get(`${file}?token=secret`), 401, 'unauthorized')
    expect(await lab().device.get(file, authorization)).toMatchObject({ status: 200 })
  })

  it('every operation documents the refusal, and the document says how to send it', async () => {
    const document = await readDocument(lab().workflow, authorization)
    expect(document.operations.filter(({ answers }) => !answers[401])).toEqual([])
    expect(document.source).toMatchObject({
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    })
    expectDocumented(document, 'GET /workflows', await lab().workflow.get('/workflows'))
  })
})

describe('while the lab waits for its database', () => {
  let running: RunningLab
  let clients: Client[]
  beforeAll(async () => {
    running = await startWaiting()
    clients = [running.urls.device, running.urls.workflow].map(createClient)
  })
  afterAll(() => running.close())

  it.each(files)('%s is there', async (file) => {
    for (const client of clients) expect(await client.get(file)).toMatchObject({ status: 200 })
  })

  it('the document speaks of no token', async () => {
    for (const client of clients) {
      const { source, operations } = await readDocument(client)
      expect(source).not.toHaveProperty('security')
      expect(operations.filter(({ answers }) => answers[401])).toEqual([])
    }
  })

  it('the rest is not, and says so as documented', async () => {
    for (const client of clients) {
      const document = await readDocument(client)
      for (const key of document.operations.map((operation) => operation.key).filter((key) => key.startsWith('GET '))) {
        const answer = await client.get(key.replace('GET ', '').replaceAll(/\{\w+\}/g, 'nowhere'))
        expect(answer.status, key).toBe(/docs|openapi/.test(key) ? 200 : 503)
        expectDocumented(document, key, answer)
      }
    }
  })
})

/** A lab whose database server does not answer. */
async function startWaiting(): Promise<RunningLab> {
  const running = await startLab({
    ...defaults,
    databaseUrl: 'postgres://lab@127.0.0.1:1/nowhere',
    version: '0.0.0-test',
    logger: pino({ level: 'silent' }),
    folders: { migrations: '', template: inject('templateFolder'), pages: inject('templateFolder') },
  })
  running.ready.catch(() => undefined)
  return running
}
