/** The app starts: a window, a lab behind it, and REST from inside. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { environment, expect, needed, root, test, usualArgs } from '../pages/desktop-app.ts'
import { logsPage } from '../pages/logs.ts'

test('the window opens while the lab comes up, and REST answers from inside the app', async ({ launch }) => {
  const { page, service, app } = await launch()
  await expect(page.locator('#root')).not.toBeEmpty()
  expect(new URL(page.url()).protocol).toBe('app:')

  const health = await fetch(`${await service('device')}/health`)
  expect(await health.json()).toMatchObject({ status: 'healthy', service: 'device-service' })
  const devices = await (await fetch(`${await service('device')}/devices`)).json()
  expect(devices).toHaveLength(5)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))).toEqual([true])
})

test('a page that is there before the lab keeps its line while the lab opens, and never calls it lost', async ({ launch }) => {
  const { page, service } = await launch({ args: ['--demo-logs=100000'] })
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    window.benchkeeper?.onMessage((message) => {
      if (message === null) heard.push('cut')
      else if ('push' in message && message.push.topic === 'gate') heard.push(message.push.gate)
    })
  })
  await service('device')
  await expect(page.getByRole('heading', { name: 'Bench', level: 1 })).toBeVisible()
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join(' '))
  await expect.poll(heard).toMatch(/^(starting )?open$/)
})

test('npm start opens it where there is a display, and ends it in order with itself', async ({ newPlace }) => {
  const { dataDir, userData } = newPlace()
  const args = ['scripts/start.mjs', ...needed, `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs]
  const child = spawn(process.execPath, args, { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready device=\S+ workflow=\S+ ui=\S+$/m)
  // The lab alone keeps no log in a folder of the app.
  expect(readFileSync(join(userData, 'logs', 'lab.log'), 'utf8')).toContain('a new database was made')
  // Electron has the lab, not the script.
  const { pid } = JSON.parse(readFileSync(`${dataDir}.lock`, 'utf8')) as { pid: number }
  expect(pid).not.toBe(child.pid)

  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(existsSync(`${dataDir}.lock`)).toBe(false)
})

test('a word over the line to whoever started it ends it in order, as npm start does on Windows', async ({ newPlace }) => {
  const { dataDir, userData } = newPlace()
  const electron = createRequire(import.meta.url)('electron') as unknown as string
  const child = spawn(electron, ['.', ...needed, `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready /m)
  child.send('quit')
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(existsSync(`${dataDir}.lock`)).toBe(false)
})

test('the main thread is never held for more than 50 ms while a million rows are written and read', async ({ launch }) => {
  test.setTimeout(300_000)
  test.skip(process.platform !== 'linux', 'only Linux tells how long a thread was busy')
  const { app, page, service, folder } = await launch({ args: ['--demo-logs=1000000'] })
  const file = join(folder, 'all.ndjson')
  await app.evaluate(({ session }, path) => {
    const { readFileSync } = process.getBuiltinModule('node:fs')
    /** Milliseconds that this thread has worked, or waited for a disk: fields 14, 15 and 42 of proc_pid_stat(5), in ticks of 10 ms. */
    const busy = () => {
      const fields = readFileSync(`/proc/${process.pid}/task/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return [fields[11], fields[12], fields[39]].reduce((sum, ticks) => sum + Number(ticks) * 10, 0)
    }
    const gaps: { lasted: number; busy: number }[] = []
    Object.assign(globalThis, { gaps })
    let [before, worked] = [performance.now(), busy()]
    setInterval(() => {
      const [now, working] = [performance.now(), busy()]
      gaps.push({ lasted: now - before, busy: working - worked })
      before = now
      worked = working
    }, 5)
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path))
  }, file)

  await expect.poll(() => service('device').catch(() => ''), { timeout: 200_000 }).not.toBe('')
  await page.goto('app://benchkeeper/index.html#/logs?from="2000-01-01T00:00:00.000Z"&to="2100-01-01T00:00:00.000Z"&order=oldest')
  await expect(logsPage(page).cell(1, 'time')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export logs' })
  await dialog.getByRole('radio', { name: /NDJSON/ }).check()
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByText(/^1,000,\d{3} logs were exported as /)).toBeVisible({ timeout: 200_000 })
  await expect.poll(() => existsSync(file)).toBe(true)
  const gaps = await app.evaluate(() => (globalThis as unknown as { gaps: { lasted: number; busy: number }[] }).gaps)
  const lengths = gaps.map(({ lasted }) => lasted).sort((a, b) => a - b)
  // On a loaded computer a gap may be long because no processor was free: the thread was held only for as long as it was busy itself.
  const longest = Math.max(...gaps.map(({ lasted, busy }) => Math.min(lasted, busy)))
  const usual = lengths[Math.floor(lengths.length * 0.99)] ?? Number.NaN
  const most = lengths.at(-1) ?? Number.NaN
  console.log(
    `main thread: held for ${longest.toFixed(0)} ms at most; 99 % of ${gaps.length} looks came within ${usual.toFixed(0)} ms, all within ${most.toFixed(0)} ms`,
  )
  expect(gaps.length).toBeGreaterThan(200)
  expect(longest).toBeLessThan(50)
  expect(usual).toBeLessThan(50)
})
