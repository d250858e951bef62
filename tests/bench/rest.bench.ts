/** The REST services on the embedded database with a long history, each figure beside the same SQL straight through `pg.Pool`. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { bookDevice, releaseDevice } from '../../electron/main/backend/services/bookings.ts'
import { recordStatements } from '../support/count-statements.ts'
import { startTestLab, type TestLab } from '../support/lab.ts'
import { record, report, timed } from './figures.ts'
import { again, load, type Step } from './load.ts'

const logs = Number(process.env.LAB_BENCH_LOGS ?? 1_000_000)
const caller = { actor: 'bench', operator: null }

describe('rest', () => {
  let lab: TestLab

  beforeAll(async () => {
    const began = performance.now()
    lab = await startTestLab('embedded', { demoLogs: logs })
    record({ name: `first start with ${logs} demo logs`, value: (performance.now() - began) / 1000, unit: 's' })
  })
  afterAll(async () => {
    report()
    await lab.close()
  })

  it('first start with the demo lab', async () => {
    const began = performance.now()
    const first = await startTestLab('embedded', { demoLogs: 20_000 })
    record({ name: 'first start with the demo lab (20,000 logs)', value: (performance.now() - began) / 1000, unit: 's', target: '≤ 5' })
    await first.close()
  })

  it('reads', async () => {
    const { device, workflow } = lab
    await compare('GET /health', 2000, `${device.url}/health`, lab)
    await compare('GET /devices/{id}', 2000, `${device.url}/devices/liquid-handler-1`, lab)
    await compare('GET /devices', 2000, `${device.url}/devices`, lab)
    await compare('one-day search', 20, `${device.url}/execution-logs/search?start=2025-01-15&end=2025-01-16`, lab, '≥ 0.7 × pg.Pool')
    await compare('newest page of logs (1,000 rows)', 100, `${device.url}/execution-logs`, lab)
    for (const [times, count] of [
      [20, 1000],
      [5, 10_000],
    ] as const) {
      await fillWorkflows(lab, count)
      await compare(`GET /workflows with ${count}`, times, `${workflow.url}/workflows`, lab)
    }
  })

  it('bookings', async () => {
    const rounds = 500
    const url = `${lab.device.url}/devices`
    const direct = async (id: string, n: number) => {
      await lab.lab.transaction(caller, (tx) => bookDevice(tx, id, `w${n}`))
      await lab.lab.transaction(caller, (tx) => releaseDevice(tx, id, { workflowId: `w${n}` }))
    }
    for (const clients of [1, 8]) {
      const ids = Array.from({ length: clients }, (_, n) => `bench-${clients}-${n}`)
      for (const id of ids) await lab.device.post('/devices', { id, name: id, type: 'other' })
      await direct(ids[0] ?? '', 0)
      const each = Math.ceil(rounds / clients)
      const began = performance.now()
      await Promise.all(ids.map((id) => timed(each, (n) => direct(id, n))))
      const baseline = (each * clients * 1000) / (performance.now() - began)
      const { perSecond, p50, p99 } = await load(ids.map((id) => Array.from({ length: each }, (_, n) => bookAndRelease(`${url}/${id}`, n))))
      record({
        name: `book + release, ${clients} client(s)`,
        value: perSecond,
        unit: '/s',
        p50,
        p99,
        baseline,
        target: '≥ 0.5 × without HTTP',
      })
    }
  })

  it('start → complete', async () => {
    const rounds: Step[][] = []
    for (let n = 0; n < 200; n += 1) {
      const { body } = await lab.workflow.post('/workflows', { name: 'Bench', device_id: 'incubator-1', steps: ['incubate'] })
      const url = `${lab.workflow.url}/workflows/${body.id}`
      rounds.push([
        { method: 'POST', url: `${url}/start` },
        { method: 'POST', url: `${url}/complete` },
      ])
    }
    const { perSecond, p50, p99 } = await load([rounds])
    record({ name: 'start → complete', value: perSecond, unit: '/s', p50, p99 })
  })

  it('full export', async () => {
    const url = `${lab.device.url}/execution-logs?all=true&format=ndjson`
    // Once before, so that what is measured is the export and not the first use of its code.
    await exportAll(`${lab.device.url}/execution-logs?limit=10000&format=ndjson`)
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 20)
    const bookings = load([Array.from({ length: 300 }, (_, n) => bookAndRelease(`${lab.device.url}/devices/incubator-2`, n))].map(flat))
    const { bytes, firstByte, elapsed } = await exportAll(url)
    clearInterval(watch)
    record({ name: 'full NDJSON export', value: bytes / 1e3 / elapsed, unit: 'MB/s' })
    record({ name: 'full NDJSON export, first byte', value: firstByte, unit: 'ms', target: '≤ 100' })
    record({ name: 'full NDJSON export, memory growth', value: (most - before) / 1e6, unit: 'MB', target: '≤ 96' })
    const { perSecond, p50, p99 } = await bookings
    record({ name: 'booking or release during the export', value: perSecond, unit: '/s', p50, p99, target: 'p99 ≤ 50 ms' })
  })

  it('re-open', async () => {
    const began = performance.now()
    await lab.restart()
    record({ name: 're-open, with closing', value: (performance.now() - began) / 1000, unit: 's', target: '≤ 2' })
    record({ name: 'memory of the process', value: process.memoryUsage().rss / 1e6, unit: 'MB' })
  })
})

function bookAndRelease(deviceUrl: string, n: number): Step[] {
  return ['book', 'release'].map((verb) => ({ method: 'POST', url: `${deviceUrl}/${verb}`, body: { workflow_id: `w${n}` } }))
}

/** Each request a round of its own. */
function flat(rounds: Step[][]): Step[][] {
  return rounds.flat().map((step) => [step])
}

type Exported = { bytes: number; firstByte: number; elapsed: number }

async function exportAll(url: string): Promise<Exported> {
  const client = fork(fileURLToPath(new URL('export-client.mjs', import.meta.url)), [url])
  const [exported] = (await once(client, 'message')) as [Exported]
  return exported
}

/** One request over and over from another thread, beside the statements it sends straight through the pool. */
async function compare(name: string, times: number, url: string, lab: TestLab, target?: string): Promise<void> {
  const { pool } = lab.lab.database
  const { statements } = await recordStatements(pool, () => fetch(url).then((response) => response.arrayBuffer()))
  const plain = async () => {
    for (const { text, values } of statements) await pool.query(text, [...(values ?? [])])
  }
  await plain()
  const baseline = await timed(times, plain)
  const { perSecond, p50, p99 } = await load(again(times, { method: 'GET', url }))
  record({ name, value: perSecond, unit: '/s', p50, p99, baseline: baseline.perSecond, ...(target ? { target } : {}) })
}

async function fillWorkflows(lab: TestLab, count: number): Promise<void> {
  await lab.lab.database.pool.query(
    `with made as (
       insert into workflows (id, name, device_id, status, completed_at)
       select gen_random_uuid()::text, 'Bench ' || n, 'incubator-1', 'completed', now() from generate_series(1, $1 - (select count(*) from workflows)) n
       returning id)
     insert into workflow_steps (workflow_id, step_index, operation, status) select id, n, 'incubate', 'completed' from made, generate_series(0, 2) n`,
    [count],
  )
}
