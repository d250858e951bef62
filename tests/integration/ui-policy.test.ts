/** The pages on the UI port come with the same policy as in the desktop's window. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startLab } from '../../electron/main/backend/start.ts'
import { defaults } from '../support/lab-defaults.ts'

let folder = ''
let url = ''
let close = async () => {}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-ui-'))
  const pages = join(folder, 'pages')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  // As Vite writes it: electron.vite.config.ts names what stands for the nonce.
  writeFileSync(
    join(pages, 'index.html'),
    '<meta property="csp-nonce" nonce="NONCE-OF-THIS-ANSWER"><script src="x.js" nonce="NONCE-OF-THIS-ANSWER"></script>',
  )
  writeFileSync(join(pages, 'assets', 'x.js'), 'x')
  writeFileSync(join(folder, 'secret.js'), 'secret')
  const running = await startLab({
    ...defaults,
    dataDir: join(folder, 'data'),
    demo: false,
    version: '0.0.0-test',
    logger: pino({ level: 'silent' }),
    folders: { migrations: join('db', 'migrations'), template: inject('templateFolder'), pages },
  })
  await running.ready
  url = running.urls.ui
  close = running.close
})
afterAll(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})

const policyOf = (response: Response) => response.headers.get('content-security-policy')?.split('; ') ?? []

test('a page may load from its own origin only, and each answer has a nonce of its own for styles', async () => {
  const [first, second] = [await fetch(`${url}/`), await fetch(`${url}/`)]
  const style = policyOf(first).find((rule) => rule.startsWith('style-src'))
  const nonce = /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(style ?? '')?.[1]
  expect(policyOf(first)).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
  expect(await first.text()).toBe(`<meta property="csp-nonce" nonce="${nonce}"><script src="x.js" nonce="${nonce}"></script>`)
  expect(policyOf(second)).not.toEqual(policyOf(first))
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  })
})

test('every other answer has the policy too, and the page without its nonce is not served', async () => {
  for (const path of ['/assets/x.js', '/nothing']) {
    expect(policyOf(await fetch(url + path)), path).toEqual(expect.arrayContaining(["default-src 'none'", "style-src 'self'"]))
  }
  const index = await fetch(`${url}/index.html`, { redirect: 'manual' })
  expect([index.status, index.headers.get('location')]).toEqual([302, '/'])
})

test('nothing outside of the pages’ folder is served', async () => {
  for (const path of ['/..%2fsecret.js', '/%2e%2e/secret.js', '/assets/..%2f..%2fsecret.js']) {
    expect((await fetch(url + path)).status, path).toBe(404)
  }
})
