/** `npm run bench:desktop`: how quick and how light the desktop app is. Figures, not tests: they say what was measured and what is to be reached. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { chromium } from '@playwright/test'
import { electronProgram } from '../../../scripts/electron.mjs'
import { type DesktopApp, environment, expect, needed, type Place, root, test, usualArgs } from '../../e2e/pages/desktop-app.ts'
import { record, report, timingOf } from '../figures.ts'

const logs = Number(process.env.LAB_BENCH_LOGS ?? 1_000_000)

test('the desktop app', async ({ launch, newPlace }) => {
  test.setTimeout(900_000)
  const place = newPlace()
  const first = await secondsUntilUsable(place, ['--demo-logs=20000'])
  record({ name: 'first start, to the devices on the screen', value: first, unit: 's', target: '≤ 5' })
  const warm: number[] = []
  for (let run = 0; run < 5; run += 1) warm.push(await secondsUntilUsable(place, []))
  record({ name: 'warm start, to the devices on the screen (middle of 5)', value: timingOf(warm).p50, unit: 's', target: '≤ 1.5' })

  const running = await launch({ place, args: [] })
  await expect(running.page.getByRole('article').first()).toBeVisible({ timeout: 60_000 })
  await measureRunning(running)

  const big = await launch({ place: newPlace(), args: [`--demo-logs=${logs}`] })
  await expect(big.page.getByRole('article').first()).toBeVisible({ timeout: 300_000 })
  record({
    name: `memory of all processes with ${logs.toLocaleString('en')} logs`,
    value: memory(await processes(big)),
    unit: 'MB',
    target: '≤ 700',
  })
  report()
})

/**
 * From the start of the process until the devices are in the page. The program is started as a person starts it and asked afterwards:
 * Playwright's own launcher holds a program back until a debugger is there.
 */
async function secondsUntilUsable({ dataDir, userData }: Place, args: string[]): Promise<number> {
  const began = Date.now()
  const flags = ['--remote-debugging-port=0', `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs.slice(0, 3), ...args]
  const child = spawn(electronProgram() ?? '', ['.', ...needed, ...flags], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const [debuggerUrl] = await Promise.all([said(child.stderr, /DevTools listening on (\S+)/), said(child.stdout, /^(ready) /m)])
  const browser = await chromium.connectOverCDP(debuggerUrl)
  const [context] = browser.contexts()
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
  if (!page) throw new Error('the app has no window')
  await page.waitForURL(/^app:\/\/benchkeeper\/index\.html/)
  const shown = () =>
    page.evaluate(() => performance.getEntriesByName('bench shown').map(({ startTime }) => performance.timeOrigin + startTime))
  await expect.poll(async () => (await shown()).length, { timeout: 60_000 }).toBeGreaterThan(0)
  const [seen = Number.NaN] = await shown()
  await browser.close()
  child.kill('SIGTERM')
  await ended
  return (seen - began) / 1000
}

/** @returns the first group of what was looked for, once the stream has said it; the rest of the stream is let go by */
async function said(stream: Readable, wanted: RegExp): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += chunk
    const [, found] = wanted.exec(text) ?? []
    if (found === undefined) continue
    stream.resume()
    return found
  }
  throw new Error(`the app ended without saying ${wanted}: ${text}`)
}

async function measureRunning(desktop: DesktopApp): Promise<void> {
  const milliseconds = await desktop.page.evaluate(async () => {
    const durations: number[] = []
    for (let run = 0; run < 300; run += 1) {
      const began = performance.now()
      await new Promise<void>((resolve) => {
        const end = window.benchkeeper?.onMessage((message) => {
          if (!message || !('id' in message) || message.id !== 2_000_000_000 + run) return
          end?.()
          resolve()
        })
        window.benchkeeper?.send({ id: 2_000_000_000 + run, method: 'devices.list', input: {}, operator: null })
      })
      durations.push(performance.now() - began)
    }
    return durations
  })
  const { perSecond, p50, p99 } = timingOf(milliseconds)
  record({ name: 'devices.list from the page and back', value: perSecond, unit: '/s', p50, p99, target: 'p50 ≤ 3 ms' })
  record({ name: 'memory of all processes with the demo lab', value: memory(await processes(desktop)), unit: 'MB' })

  // Nothing is done to it meanwhile; what it uses is its own.
  const pids = await processes(desktop)
  await expect.poll(() => desktop.page.evaluate(() => performance.now()), { timeout: 20_000, intervals: [2_000] }).toBeGreaterThan(10_000)
  const [before, began] = [cpuSeconds(pids), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, 15_000))
  record({
    name: 'processor while nothing happens',
    value: ((cpuSeconds(pids) - before) / ((performance.now() - began) / 1000)) * 100,
    unit: '% of one',
    target: '≈ 0',
  })
}

async function processes({ app }: DesktopApp): Promise<number[]> {
  return app.evaluate((electron) => electron.app.getAppMetrics().map(({ pid }) => pid))
}

/** Memory that is shared counts in parts, once altogether (Pss of proc_pid_smaps(5)). Megabytes. */
function memory(pids: readonly number[]): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000,
    0,
  )
}

/** User and system time, fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms. */
function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) / 100
  }, 0)
}
