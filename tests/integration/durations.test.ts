/** What the lab learns of how long things take: kept with each completion, the same as a look through the whole history would give. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../electron/main/backend/database/open.ts'
import { durationSignature } from '../../shared/domain/duration.ts'
import { book, newDevice } from '../support/bench.ts'
import { newServerDatabase } from '../support/databases.ts'
import { nextEvent } from '../support/events.ts'
import { createJumpingClock } from '../support/jumping-clock.ts'
import { onBothDatabases, startTestLab, type TestLab } from '../support/lab.ts'
import { command, fails, started } from '../support/workflow-bench.ts'

const caller = { actor: 'test', operator: null }
const clock = createJumpingClock('2025-01-15T10:00:00.000Z')

async function rowsOf(lab: TestLab, operation: string) {
  const { rows } = await lab.lab.database.pool.query(
    `select device_type, signature, seconds, round(p50::numeric, 6)::float8 as p50, round(p90::numeric, 6)::float8 as p90, updated_at
       from operation_durations where operation = $1 order by device_type, signature collate "C"`,
    [operation],
  )
  return rows
}

onBothDatabases('durations', { demo: false, simSpeed: 10, clock }, (lab) => {
  const run = async (deviceId: string, operation: string, parameters = {}) =>
    lab().engine.execute(caller, { deviceId, workflowId: 'script', operation, parameters })

  it('are counted with each completion at speed 1, for the parameters and for any, per type of device', async () => {
    const [reader, other] = [await newDevice(lab(), { type: 'plate_reader' }), await newDevice(lab())]
    for (const id of [reader, other]) await book(lab(), id, 'script')
    await run(reader, 'plate_read', { volume_ul: 5 })
    await run(reader, 'plate_read', { simulate: 'slow' })
    await run(other, 'plate_read')
    const at = new Date(clock.now())
    expect(await rowsOf(lab(), 'plate_read')).toEqual([
      { device_type: 'plate_reader', signature: '', seconds: [200], p50: 200, p90: 200, updated_at: expect.any(Date) },
      { device_type: 'plate_reader', signature: '*', seconds: [20, 200], p50: 110, p90: 182, updated_at: expect.any(Date) },
      { device_type: 'plate_reader', signature: 'volume_ul=5', seconds: [20], p50: 20, p90: 20, updated_at: expect.any(Date) },
      { device_type: 'other', signature: '', seconds: [20], p50: 20, p90: 20, updated_at: at },
      { device_type: 'other', signature: '*', seconds: [20], p50: 20, p90: 20, updated_at: at },
    ])
  })

  it('of what failed, or was marked done by a person, do not count', async () => {
    const id = await newDevice(lab())
    const workflow = await started(lab(), id, [{ ...fails, operation: 'spin' }])
    await command(lab(), workflow, 'execute-step')
    expect(await command(lab(), workflow, 'recover', { action: 'mark_done', reason: 'seen' })).toMatchObject({ status: 200 })
    expect(await rowsOf(lab(), 'spin')).toEqual([])
  })

  it('are those of the last 200, and what the whole history gives', async () => {
    const { pool } = lab().lab.database
    const id = await newDevice(lab(), { type: 'incubator' })
    await book(lab(), id, 'script')
    await pool.query(
      `insert into execution_logs (device_id, workflow_id, operation, status, parameters, started_at, completed_at, duration_ms)
       select $1, 'w', operation, 'completed', json_build_object('seconds', n % 7), t, t, n from generate_series(1, 198) n,
              unnest(array['incubate', 'mix']) operation, lateral (select '2025-01-01'::timestamptz + n * interval '1 s' as t) time`,
      [id],
    )
    await pool.query('select learn_durations(2000)')
    for (let n = 0; n < 9; n += 1) {
      const parameters = { ...(n % 3 ? { seconds: n } : {}), ...(n === 4 ? { simulate: 'slow' } : {}), temperature_c: n }
      await run(id, 'incubate', parameters)
      await run(id, 'mix', { ...parameters, cycles: n % 2 })
    }
    const kept = [...(await rowsOf(lab(), 'incubate')), ...(await rowsOf(lab(), 'mix'))]
    expect(kept.map(({ signature }) => signature)).toContain('cycles=1&seconds=5')
    const any = kept.filter(({ signature }) => signature === '*')
    expect(any.map(({ seconds }) => seconds.length)).toEqual([3, 200])

    await pool.query('truncate operation_durations')
    await pool.query('select learn_durations(2000)')
    expect([...(await rowsOf(lab(), 'incubate')), ...(await rowsOf(lab(), 'mix'))]).toEqual(kept)
  })

  it('have the same signature in the database as in the program', async () => {
    const names = fc.constantFrom(
      'volume_ul',
      'wells',
      'seconds',
      'b_cycles',
      'a_seconds_x',
      'column',
      'Volume',
      'ul',
      '_ul',
      'µl',
      'count',
    )
    const values = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.integer(), fc.string(), fc.constant(null))
    const { pool } = lab().lab.database
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, values), async (parameters) => {
        const text = JSON.stringify(parameters)
        const { rows } = await pool.query('select duration_signature($1::json) as signature', [text])
        expect(rows).toEqual([{ signature: durationSignature(JSON.parse(text)) }])
      }),
      { numRuns: 100 },
    )
  })
})

onBothDatabases('durations without waiting', { demo: false, simSpeed: 0 }, (lab) => {
  it('tell nothing', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'script')
    await lab().engine.execute(caller, { deviceId: id, workflowId: 'script', operation: 'shake', parameters: {} })
    expect(await rowsOf(lab(), 'shake')).toEqual([])
  })
})

describe('durations', () => {
  it('of another program on the server count in this one from its event on', async () => {
    const first = await startTestLab('server', { demo: false, simSpeed: 10, clock })
    const second = await startTestLab('server', { databaseUrl: first.options.databaseUrl, demo: false, simSpeed: 10, clock })
    const id = await newDevice(first, { type: 'plate_reader' })
    const workflow = await started(first, id, ['plate_read', 'plate_read'])
    const wait = async () => (await second.device.get(`/devices/${id}/wait-time`)).body
    expect(await wait()).toMatchObject({ estimated_wait_seconds: 4, based_on: 'nominal' })
    const heard = nextEvent(second, ({ kind }) => kind === 'operation.completed')
    await command(first, workflow, 'execute-step')
    await heard
    expect(await wait()).toMatchObject({ estimated_wait_seconds: 2, p90_wait_seconds: 2, based_on: 'measured' })
    await second.running.close()
    await first.close()
  })

  it('of a database that is older than the table are learned when it is brought up to date, from the newest logs', async () => {
    const place = await newServerDatabase()
    const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-migrations-'))
    cpSync('db/migrations', folder, { recursive: true })
    const path = join(folder, 'meta', '_journal.json')
    const journal = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 3) }))
    const older = await openDatabase({ ...place.options, migrationsFolder: folder })
    await older.pool.query(`insert into devices (id, name, type) values ('d', 'd', 'other')`)
    // The second hundred of 2100 is the newest that counts; one holds what no text of PostgreSQL can.
    await older.pool.query(`insert into execution_logs (device_id, workflow_id, operation, status, parameters, started_at, completed_at, duration_ms)
      select 'd', 'w', 'shake', 'completed', case n when 2100 then '{"\\u0000ul":1}'::json else '{"seconds":2}' end,
             '2025-01-01'::timestamptz + n * interval '1 s', '2025-01-01'::timestamptz + n * interval '1 s', n * 1000 from generate_series(1, 2100) n`)
    await older.close()

    const database = await openDatabase(place.options)
    const { rows } = await database.pool.query(
      `select signature, seconds[1] as first, cardinality(seconds) as count, p50 from operation_durations order by signature collate "C"`,
    )
    expect(rows).toEqual([
      { signature: '', first: 2100, count: 1, p50: 2100 },
      { signature: '*', first: 1901, count: 200, p50: 2000.5 },
      { signature: 'seconds=2', first: 1900, count: 200, p50: 1999.5 },
    ])
    await database.close()
    rmSync(folder, { recursive: true })
    await place.remove()
  })
})
