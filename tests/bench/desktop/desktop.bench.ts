/** `npm run bench:desktop`: how quick and how light the desktop app is. Figures, not tests: they say what was measured and what is to be reached. */

import { readFileSync } from 'node:fs'
import { type DesktopApp, end, expect, type Place, test } from '../../e2e/pages/desktop-app.ts'
import { record, report, timingOf } from '../figures.ts'

const logs = Number(process.env.LAB_BENCH_LOGS ?? 1_000_000)

test('the desktop app', async ({ launch, newPlace }) => {
  test.setTimeout(900_000)
  const place = newPlace()
  const first = await startUntilUsable(launch, place, ['--demo-logs=20000', '--sim-speed=10'])
  record({ name: 'first start, to the devices on the screen', value: first.seconds, unit: 's', target: '≤ 5' })
  await end(first.desktop)

  const warm: number[] = []
  for (let run = 0; run < 3; run += 1) {
    const { desktop, seconds } = await startUntilUsable(launch, place, [])
    warm.push(seconds)
    if (run < 2) await end(desktop)
    else await measureRunning(desktop)
  }
  record({ name: 'warm start, to the devices on the screen (best of 3)', value: Math.min(...warm), unit: 's', target: '≤ 1.5' })

  const big = await startUntilUsable(launch, newPlace(), [`--demo-logs=${logs}`], 300_000)
  record({
    name: `memory of all processes with ${logs.toLocaleString('en')} logs`,
    value: memory(await processes(big.desktop)),
    unit: 'MB',
    target: '≤ 700',
  })
  report()
})

/** From the birth of the process, as the system knows it, until the first device is seen. */
async function startUntilUsable(
  launch: (options: { place: Place; args: string[] }) => Promise<DesktopApp>,
  place: Place,
  args: string[],
  patience = 60_000,
) {
  const desktop = await launch({ place, args })
  const born = await desktop.app.evaluate(() => process.getCreationTime())
  const seen = await desktop.page.evaluate(
    (limit) =>
      new Promise<number>((resolve, reject) => {
        const look = () => {
          if (document.querySelector('main article')) resolve(Date.now())
          else if (performance.now() > limit) reject(new Error('no device was seen'))
          else requestAnimationFrame(look)
        }
        look()
      }),
    patience,
  )
  return { desktop, seconds: (seen - (born ?? Number.NaN)) / 1000 }
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
