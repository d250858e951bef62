/** What a page may not do, tried from inside the page. docs/security.md names these tests. */

import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type DesktopApp, expect, root, shared as test } from '../pages/desktop-app.ts'

const origin = 'app://benchkeeper'

test('a page has no Node, no Electron, and one line to the main process', async ({ desktop: { app, page } }) => {
  expect(await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window))).toEqual([])
  expect(await page.evaluate(() => Object.keys(window.benchkeeper ?? {}).sort())).toEqual(['onMessage', 'send', 'version'])
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    // Not in Electron's types, and the only way to read what a page was really given.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    return contents.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
  })
})

test('pages come from one folder only, each with the policy in its headers', async ({ desktop: { page } }) => {
  const ask = (url: string) =>
    page.evaluate(async (address) => {
      const { status, headers } = await fetch(address)
      return { status, policy: headers.get('content-security-policy'), sniff: headers.get('x-content-type-options') }
    }, url)

  const index = await ask(`${origin}/index.html`)
  expect(index.status).toBe(200)
  expect(index.sniff).toBe('nosniff')
  expect(index.policy?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    expect.stringMatching(/^style-src 'self' 'nonce-[A-Za-z0-9+/]{22}=='$/),
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
  expect((await ask(`${origin}/index.html`)).policy).not.toBe(index.policy)
  for (const path of ['..%2fmain%2findex.js', '%2e%2e/%2e%2e/package.json', '..%2f..%2fpackage.json', 'nothing.html', '']) {
    expect(await ask(`${origin}/${path}`), path).toMatchObject({ status: 404 })
  }
})

test('scripts in the page, eval, and styles without the nonce do nothing', async ({ desktop: { page } }) => {
  // Playwright's own evaluate passes by the policy, so what is tried is tried by the page's own elements.
  await page.evaluate(() => {
    const violations = new Set<string>()
    Object.assign(window, { violations })
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.add(effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.broken = true'
    const style = document.createElement('style')
    style.textContent = 'body { outline: 7px solid red }'
    const elsewhere = Object.assign(document.createElement('script'), { src: 'https://example.com/x.js' })
    const picture = Object.assign(document.createElement('img'), { src: 'https://example.com/x.png' })
    const link = Object.assign(document.createElement('a'), { href: 'javascript:window.broken = true' })
    document.body.append(script, style, elsewhere, picture, link)
    link.click()
    void fetch('https://example.com/').catch(() => undefined)
  })
  await expect
    .poll(() => page.evaluate(() => [...(window as unknown as { violations: Set<string> }).violations].sort()))
    .toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem'])
  expect(await page.evaluate(() => ({ broken: 'broken' in window, outline: getComputedStyle(document.body).outlineWidth }))).toEqual({
    broken: false,
    outline: expect.not.stringMatching('7px'),
  })
  await page.reload()
})

test('a request to any other host is cancelled before it leaves, also without the policy', async ({ desktop: { app, service } }) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('x')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/leak`
  // The page's own session, asked by the main process: no policy of a page stands in between.
  const ask = (url: string) =>
    app.evaluate(
      ({ net }, to) =>
        net.fetch(to).then(
          ({ status }) => String(status),
          (error: Error) => error.message,
        ),
      url,
    )

  expect(await ask(address)).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(await ask(`${await service('device')}/health`)).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(await ask('https://example.com/')).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(await ask(`${origin}/index.html`)).toBe('200')
  expect(asked).toEqual([])
  await new Promise((resolve) => server.close(resolve))
})

test('a page leads nowhere: no navigation, no frame, no window, no webview', async ({ desktop: { app, page } }) => {
  const before = page.url()
  for (const target of [
    'https://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    `${origin}/trouble.html`,
    'http://127.0.0.1:1/',
  ]) {
    await page.evaluate((url) => {
      const link = Object.assign(document.createElement('a'), { href: url })
      document.body.append(link)
      link.click()
      link.remove()
    }, target)
    await page.evaluate((url) => location.assign(url), target).catch(() => undefined)
  }
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull()
  await page.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { src: 'https://example.com/' })
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.com/')
    document.body.append(frame, view)
  })
  await expect
    .poll(() =>
      page
        .frames()
        .map((frame) => frame.url())
        .filter((url) => url.includes('example.com')),
    )
    .toEqual([])
  expect(page.url()).toBe(before)
  expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((each) => each.getURL().split('#')[0]))).toEqual([
    `${origin}/index.html`,
  ])
  await page.reload()
})

test('permissions are denied; only writing to the clipboard is not', async ({ desktop: { page } }) => {
  const answers = await page.evaluate(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      (error: DOMException) => error.name,
    )
    const place = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code }) => resolve(code),
      ),
    )
    const read = await navigator.clipboard.readText().then(
      () => 'granted',
      (error: DOMException) => error.name,
    )
    return { media, place, read, notifications: await Notification.requestPermission() }
  })
  expect(answers).toEqual({
    media: expect.stringMatching(/NotAllowedError|NotFoundError/),
    place: 1,
    read: 'NotAllowedError',
    notifications: 'denied',
  })
  // Writing itself needs the focus, which no window has without a window manager.
  expect(
    await page.evaluate(() => navigator.permissions.query({ name: 'clipboard-write' as PermissionName }).then(({ state }) => state)),
  ).toBe('granted')
})

test('the app’s own pages alone are heard, and only in their top frame', async ({ desktop: { app, page, said } }) => {
  await app.evaluate(
    ({ BrowserWindow, session }, preload) => {
      const stranger = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, session: session.fromPartition('stranger') },
      })
      return stranger
        .loadURL('data:text/html,stranger')
        .then(() => stranger.webContents.executeJavaScript(`benchkeeper.send({ id: 1, method: 'shell.quit', input: {} })`))
    },
    join(root, 'out', 'preload', 'index.cjs'),
  )
  await expect.poll(said).toContain('refused a message from data:text/html,stranger')
  // The same message from a frame inside a page of ours, as if something had got that far.
  await app.evaluate(({ BrowserWindow, ipcMain }) => {
    const [own] = BrowserWindow.getAllWindows().filter((window) => window.webContents.getURL().startsWith('app:'))
    const parent = own?.webContents.mainFrame
    const senderFrame = { url: 'app://benchkeeper/index.html', parent }
    ipcMain.emit('benchkeeper', { senderFrame, sender: own?.webContents }, { id: 1, method: 'shell.quit', input: {} })
    for (const window of BrowserWindow.getAllWindows()) if (window !== own) window.destroy()
  })
  await expect.poll(() => said().match(/refused a message from app:\/\/benchkeeper\/index\.html/g)).toHaveLength(1)
  expect(await page.evaluate(() => document.title)).toContain('Benchkeeper')
})

test('what is no message, no method or no fitting input changes nothing', async ({ desktop: { page, ask } }) => {
  for (const message of [null, 7, 'quit', [], {}, { method: 'shell.quit' }, { id: '1', method: 'shell.quit' }]) {
    await page.evaluate((sent) => window.benchkeeper?.send(sent as never), message as never)
  }
  expect(await ask('shell.toString', {})).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
  expect(await ask('shell.__proto__', {})).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
  expect(await ask('shell.change_settings', { keepRunning: 'no' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  expect(await ask('shell.solve', { solution: 'run_program' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  expect(await ask('shell.settings', {})).toEqual({ ok: true, value: { keepRunning: true, startAtLogin: false } })
})

test('only https pages on the list and the lab’s own documentation open in the browser', async ({ desktop: { app, page, service } }) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = async (url) => void opened.push(url)
  })
  const device = await service('device')
  const tried = [
    'https://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    `${device}/devices`,
    `${device}/docs`,
    'https://www.postgresql.org/docs/18/',
  ]
  for (const url of tried) await page.evaluate((address) => void window.open(address), url)
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened))
    .toEqual([`${device}/docs`, 'https://www.postgresql.org/docs/18/'])
})

test.describe('downloads', () => {
  const saveAt = ({ app }: DesktopApp, path: string) =>
    app.evaluate(({ session }, place) => {
      // Stands in for the dialog in which a person says where.
      session.defaultSession.once('will-download', (_event, item) => item.setSavePath(place))
    }, path)
  const click = ({ page }: DesktopApp, href: string) =>
    page.evaluate((url) => {
      const link = Object.assign(document.createElement('a'), { href: url, download: 'file.txt' })
      document.body.append(link)
      link.click()
      link.remove()
    }, href)

  test('a page cannot save what comes from elsewhere', async ({ desktop }) => {
    const path = join(desktop.folder, 'stolen.txt')
    const seen = desktop.app.evaluate(
      ({ session }) =>
        new Promise<boolean>((resolve) => session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented))),
    )
    await click(desktop, 'data:text/plain,x')
    expect(await seen).toBe(true)
    expect(existsSync(path)).toBe(false)
  })

  test('what a page made itself is saved where the person says', async ({ desktop }) => {
    const path = join(desktop.folder, 'made.txt')
    await saveAt(desktop, path)
    await click(desktop, await desktop.page.evaluate(() => URL.createObjectURL(new Blob(['made here']))))
    await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8')).toBe('made here')
  })
})
