/** What people do in psql with the lab's database, with the real psql. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useLab } from '../../support/lab.ts'
import { runPsql, startPsql } from '../../support/psql.ts'

const lab = useLab('embedded', { psqlPort: 0, demoLogs: 5_000 })
const url = () => lab().running.urls.psql ?? ''
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-psql-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('both names lead to the one database', async () => {
  const { port } = new URL(url())
  for (const [host, database] of [
    ['localhost', 'device_db'],
    ['localhost', 'workflow_db'],
    ['127.0.0.1', 'anything'],
  ]) {
    const address = `postgresql://lab_admin@${host}:${port}/${database}`
    const { output, errors } = await runPsql(address, 'select id from devices order by id limit 1;', '-tA')
    expect({ output, errors }).toEqual({ output: 'incubator-1\n', errors: '' })
  }
})

test('the queries of the contract', async () => {
  const { output, errors } = await runPsql(
    url(),
    `SELECT * FROM device_bookings WHERE device_id = 'liquid-handler-1' AND status = 'active';
     EXPLAIN ANALYZE SELECT * FROM execution_logs WHERE started_at >= '2025-01-01' AND started_at <= '2025-01-02';
     show timezone;`,
  )
  expect(errors).toBe('')
  expect(output).toContain('(0 rows)')
  expect(output).toMatch(/Index Scan using logs_by_time on execution_logs/)
  expect(output).toMatch(/Execution Time/)
  expect(output).toMatch(/TimeZone\s+-+\s+UTC/)
})

test('descriptions, timing, several statements, errors with their place', async () => {
  const { output, errors } = await runPsql(
    url(),
    String.raw`\d devices
\dt
\timing on
select 1 as one \; select 2 as two;
select nonsense from devices;
do $$ begin raise notice 'hello'; end $$;
\conninfo
`,
  )
  expect(output).toContain('Table "public.devices"')
  expect(output).toMatch(/public \| execution_logs\s+\| table/)
  expect(output).toMatch(/Time: [\d.]+ ms/)
  expect(output).toMatch(/one.*two/s)
  expect(output).toContain('connected to database "device_db" as user "lab_admin"')
  expect(errors).toContain('column "nonsense" does not exist\nLINE 1: select nonsense from devices;\n               ^')
  expect(errors).toContain('NOTICE:  hello')
})

test(String.raw`\copy goes both ways`, async () => {
  const [there, back] = [join(folder, 'there.csv'), join(folder, 'back.csv')]
  const lines = Array.from({ length: 20_000 }, (_, row) => `${row},"line ${row}, with ""quotes"""`)
  writeFileSync(there, `${lines.join('\n')}\n`)
  const { output, errors } = await runPsql(
    url(),
    `create table copied (id int, text text);
\\copy copied from '${there}' (format csv)
\\copy (select id, text from copied order by id) to '${back}' (format csv, force_quote (text))
copy copied from stdin;
-1\tinline
\\.
select count(*) from copied where id < 1;
drop table copied;
`,
  )
  expect(errors).toBe('')
  expect(output).toMatch(/COPY 20000\nCOPY 20000\nCOPY 1\n.*\b2\b/s)
  expect(readFileSync(back, 'utf8')).toBe(readFileSync(there, 'utf8'))
})

test('a large result, at once and in portions', async () => {
  const query = `select g, repeat('x', 50) from generate_series(1, 200000) g;`
  const atOnce = await runPsql(url(), query, '-tA')
  const inPortions = await runPsql(url(), query, '-tA', '--set=FETCH_COUNT=1000')
  expect(atOnce.errors).toBe('')
  expect(atOnce.output.split('\n')).toHaveLength(200_001)
  expect(inPortions.output === atOnce.output).toBe(true)
})

test('Ctrl+C harms neither the session nor the lab', async () => {
  const psql = startPsql(url(), '-tA')
  const answered = (text: string) => expect.poll(psql.output).toContain(text)
  psql.process.stdin.write(`\\echo ready\nselect 'first';\n`)
  await answered('first')
  psql.process.stdin.write(`select count(*) || ' slow' from generate_series(1, 1000000);\n`)
  psql.process.kill('SIGINT')
  psql.process.stdin.end()
  expect((await lab().device.get('/health')).status).toBe(200)
  await psql.ended
})

test('without the token nobody comes in when there is one', async () => {
  // In the same file, so that one lab more is started and not two.
  const { startTestLab } = await import('../../support/lab.ts')
  const guarded = await startTestLab('embedded', { psqlPort: 0, demo: false, token: 'open-sesame' })
  const address = guarded.running.urls.psql ?? ''
  const withPassword = (password: string) => address.replace('lab_admin@', `lab_admin:${password}@`)
  expect(await runPsql(address, 'select 1;')).toMatchObject({
    output: '',
    code: 2,
    errors: expect.stringContaining('no password supplied'),
  })
  expect(await runPsql(withPassword('wrong'), 'select 1;')).toMatchObject({
    output: '',
    code: 2,
    errors: expect.stringContaining('password authentication failed for user "lab_admin"'),
  })
  expect(await runPsql(withPassword('open-sesame'), 'select 1;', '-tA')).toMatchObject({ output: '1\n', errors: '' })
  await guarded.close()
})
