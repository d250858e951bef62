import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { forEachDatabase, newDataFolder, newServerDatabase } from '../../../../tests/support/databases.ts'
import { expectInvariants } from '../../../../tests/support/invariants.ts'
import { loadDemoLab } from './demo-lab.ts'
import { type Database, openDatabase } from './open.ts'

forEachDatabase('the demo lab', (database) => {
  const logs = 20_000
  const rows = async (statement: string) => (await database().pool.query(statement)).rows
  let indexesBefore: unknown[] = []

  beforeAll(async () => {
    indexesBefore = await indexes(database())
    await loadDemoLab(database(), { logs })
  })

  test('has five devices, all of them free', async () => {
    expect(await rows('select id, name, status, mode, connection, queue_length from devices order by id')).toEqual(
      Object.entries({
        'incubator-1': 'CO₂ Incubator',
        'incubator-2': 'Shaking Incubator',
        'liquid-handler-1': 'Liquid Handler Alpha',
        'liquid-handler-2': 'Liquid Handler Beta',
        'plate-reader-1': 'Multimode Plate Reader',
      }).map(([id, name]) => ({ id, name, status: 'available', mode: 'processing', connection: 'online', queue_length: 0 })),
    )
  })

  test('has 192 samples', async () => {
    expect(await rows(`select count(*)::integer as count, max(barcode) as last from samples`)).toEqual([{ count: 192, last: 'SAMPLE192' }])
    expect(await rows(`select type, plate, well from samples where barcode = 'SAMPLE003'`)).toEqual([
      { type: 'saliva', plate: 'PLATE-02', well: 'B1' },
    ])
  })

  test('has a dozen ended workflows of January, each with a released booking and the log of every step that ran', async () => {
    expect(await rows(`select status, count(*)::integer from workflows group by status order by status`)).toEqual([
      { status: 'completed', count: 10 },
      { status: 'failed', count: 1 },
      { status: 'cancelled', count: 1 },
    ])
    expect(
      await rows(`select w.name from workflows w left join device_bookings b
          on b.workflow_id = w.id and b.device_id = w.device_id and b.booked_at = w.started_at and b.released_at = w.completed_at and b.status = 'released'
       where b.id is null or w.created_at < '2025-01-01' or w.completed_at >= '2025-02-01' or w.started_at < w.created_at`),
    ).toEqual([])
    expect(
      await rows(`select s.* from workflow_steps s join workflows w on w.id = s.workflow_id
        left join execution_logs l on l.workflow_id = w.id and l.device_id = w.device_id and l.step_index = s.step_index and l.operation = s.operation
             and l.status::text = s.status::text and l.started_at = s.started_at and l.completed_at = s.completed_at
             and l.error is not distinct from s.error
       where (l.id is null) <> (s.status = 'skipped') or s.attempts <> (s.status <> 'skipped')::integer
          or s.started_at < w.started_at or s.completed_at > w.completed_at`),
    ).toEqual([])
    const [pcr] = await rows(`select array_agg(operation order by step_index) as steps from workflow_steps
       where workflow_id = (select id from workflows where name = 'PCR Amplification')`)
    expect(pcr).toEqual({ steps: ['pipette_transfer', 'incubate', 'plate_read'] })
  })

  test('has exactly the execution logs asked for, in order of time, none running and no two at a time on one device', async () => {
    expect(
      await rows(`select count(*)::integer as count, min(started_at) >= '2025-01-01' and max(completed_at) <= '2025-01-31T23:59' as in_january,
        bool_and(speed = 1 and status <> 'running' and completed_at = started_at + duration_ms * interval '1 ms') as ended from execution_logs`),
    ).toEqual([{ count: logs, in_january: true, ended: true }])
    expect(
      await rows(`select id from (select id, started_at < lag(started_at) over (order by id) as goes_back,
          started_at < lag(completed_at) over (partition by device_id order by started_at, id) as too_early from execution_logs) logs
       where goes_back or too_early`),
    ).toEqual([])
  })

  test('gives plate readings as numbers, and a sentence for every failure', async () => {
    expect(
      await rows(`select id from execution_logs
       where (status = 'completed' and operation = 'plate_read' and json_typeof(result -> 'mean') <> 'number')
          or (status = 'completed') <> (result is not null) or (status = 'completed') <> (error is null)`),
    ).toEqual([])
  })

  test('keeps what must be true of every lab, the chain of events included', async () => {
    await expectInvariants(database().pool)
    expect(
      await rows(`select kind, count(*)::integer from events where kind like '%.created' or kind like 'sample.%' group by 1 order by 1`),
    ).toEqual([
      { kind: 'device.created', count: 5 },
      { kind: 'sample.imported', count: 1 },
      { kind: 'workflow.created', count: 12 },
    ])
    expect(await rows(`select id from (select id, at < lag(at) over (order by id) as goes_back from events) told where goes_back`)).toEqual(
      [],
    )
  })

  test('a range of time is read by an index, statistics are there from the start, and every index is as before', async () => {
    const plan = await rows(`explain select * from execution_logs where started_at >= '2025-01-01' and started_at <= '2025-01-02'`)
    expect(JSON.stringify(plan)).toMatch(/Index Scan (using|on) logs_by_time/)
    expect(await rows(`select distinct tablename from pg_stats where tablename in ('execution_logs', 'samples')`)).toHaveLength(2)
    expect(await indexes(database())).toEqual(indexesBefore)
  })

  test('ids go on from where it ends', async () => {
    const next = async (insert: string) => Number((await rows(insert))[0].id)
    expect([
      await next(`insert into execution_logs (device_id, workflow_id, operation, status, started_at)
        values ('incubator-1', 'w', 'shake', 'completed', '2025-02-01') returning id`),
      await next(`insert into device_bookings (device_id, workflow_id, status) values ('incubator-1', 'w', 'released') returning id`),
      await next(`insert into workflows (id, name, device_id) values ('w', 'w', 'incubator-1') returning seq as id`),
    ]).toEqual([logs + 1, 13, 13])
  })

  test('is loaded once', async () => {
    const before = await digest(database())
    await loadDemoLab(database(), { logs: 5, seed: 7 })
    expect(await digest(database())).toEqual(before)
  })
})

describe('a demo lab', () => {
  test('of the same seed is the same everywhere, byte for byte, and of another seed another', async () => {
    const load = (seed: number) => async (database: Database) => {
      await loadDemoLab(database, { logs: 12_000, seed })
      return digest(database)
    }
    const first = await withDatabase(newDataFolder, load(1))
    expect(await withDatabase(newServerDatabase, load(1))).toEqual(first)
    const other = await withDatabase(newServerDatabase, load(2))
    expect(other.samples).toEqual(first.samples)
    for (const table of ['workflows', 'execution_logs', 'operation_durations', 'events']) expect(other[table]).not.toEqual(first[table])
  })

  test.each([0, 10, 33, 100])('with %i logs has exactly these', async (logs) => {
    const count = await withDatabase(newServerDatabase, async (database) => {
      await loadDemoLab(database, { logs })
      return database.pool.query('select count(*)::integer from execution_logs')
    })
    expect(count.rows).toEqual([{ count: logs }])
  })

  test('whose loading fails at the very end leaves nothing behind, and can be loaded again', async () => {
    await withDatabase(newDataFolder, async (database) => {
      const [before, indexesBefore] = [await digest(database), await indexes(database)]
      await database.pool.query(`alter table events add constraint fails_late check (kind <> 'workflow.cancelled')`)
      await expect(loadDemoLab(database, { logs: 12_000 })).rejects.toThrow()
      expect(await digest(database)).toEqual(before)
      expect(await indexes(database)).toEqual(indexesBefore)

      await database.pool.query('alter table events drop constraint fails_late')
      await loadDemoLab(database, { logs: 12_000 })
      expect((await database.pool.query('select count(*)::integer from execution_logs')).rows).toEqual([{ count: 12_000 }])
    })
  })

  test('that two programs load at the same time is there once', async () => {
    await withDatabase(newServerDatabase, async (database) => {
      await Promise.all([loadDemoLab(database, { logs: 100 }), loadDemoLab(database, { logs: 100 })])
      expect((await database.pool.query('select count(*)::integer from execution_logs')).rows).toEqual([{ count: 100 }])
    })
  })
})

const tables = [
  'settings',
  'devices',
  'device_bookings',
  'device_queue',
  'samples',
  'workflows',
  'workflow_steps',
  'workflow_samples',
  'execution_logs',
  'operation_durations',
  'events',
]

/** Of every table's rows, in PostgreSQL's own words. */
async function digest(database: Database): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const table of tables) {
    const { rows } = await database.pool.query<{ row: string }>(`select t::text as row from ${table} t order by t::text collate "C"`)
    digests[table] = createHash('sha256')
      .update(rows.map(({ row }) => row).join('\n'))
      .digest('hex')
  }
  return digests
}

async function indexes(database: Database): Promise<unknown[]> {
  const { rows } = await database.pool.query(`select indexdef from pg_indexes where tablename = 'execution_logs' order by indexname`)
  return rows
}

async function withDatabase<O extends Parameters<typeof openDatabase>[0], T>(
  make: () => Promise<{ options: O; remove(): Promise<void> }>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const place = await make()
  try {
    const database = await openDatabase(place.options)
    return await work(database).finally(() => database.close())
  } finally {
    await place.remove()
  }
}
