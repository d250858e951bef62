/** `benchkeeper` on the command line: logs and events, printed, followed and saved. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { book, hang, newDevice } from '../../support/bench.ts'
import { addressOf, type CliEnd, type RunningCli, runCliOn, startCli } from '../../support/cli.ts'
import { openHalfLab } from '../../support/half-lab.ts'
import { startTestLab, useLab } from '../../support/lab.ts'

const lab = useLab('embedded', { demoLogs: 300 })
const run = (...args: string[]): Promise<CliEnd> => runCliOn(addressOf(lab()), ...args)
const start = (...args: string[]): RunningCli => startCli(addressOf(lab()), ...args)
const anything = () => true

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('logs', () => {
  const day = ['--start', '2025-01-01', '--end', '2025-01-03']

  test('are searched as the service does it', async () => {
    const { body } = await lab().device.get('/execution-logs/search?start=2025-01-01&end=2025-01-03')
    expect(body.length).toBeGreaterThan(10)
    expect(JSON.parse((await run('logs', 'search', ...day, '--json')).out)).toEqual(body)

    const { out } = await run('logs', 'search', ...day)
    const [heading, ...rows] = out.trimEnd().split('\n')
    expect(heading).toMatch(/^STARTED {19}DEVICE {12}OPERATION/)
    expect(rows).toHaveLength(body.length)
    expect(rows[0]).toContain(body[0].started_at)

    const narrowed = await run('logs', 'search', '--device', 'incubator-1', '--status', 'completed', '--limit', '2', '--json')
    expect(JSON.parse(narrowed.out)).toMatchObject([
      { device_id: 'incubator-1', status: 'completed' },
      { device_id: 'incubator-1', status: 'completed' },
    ])
    expect(await run('logs', 'search', '--operation', 'nothing')).toEqual({ code: 0, out: '', err: 'There is nothing that fits.\n' })
    expect(await run('logs', 'search', '--start', 'yesterday')).toMatchObject({ code: 1, err: expect.stringMatching(/start/) })
  })

  test.each(['ndjson', 'csv', 'json'])('are exported as %s, byte for byte what the service gives', async (format) => {
    const file = join(folder, `all.${format}`)
    const { code, out, err } = await run('logs', 'export', '--format', format, '-o', file, ...day)
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toMatch(/^.*all\.\w+ has the history: \d+\.\d MB in \d+\.\d s\.\n$/)
    const answer = await fetch(`${lab().device.url}/execution-logs/search?start=2025-01-01&end=2025-01-03&format=${format}`)
    expect(readFileSync(file, 'utf8')).toBe(await answer.text())
    expect(readdirSync(folder)).not.toContain(`all.${format}.part`)
  })

  test('an export without a range is the whole history', async () => {
    const file = join(folder, 'whole.ndjson')
    expect(JSON.parse((await run('logs', 'export', '-o', file, '--json')).out)).toMatchObject({ file, format: 'ndjson' })
    const { body } = await lab().device.get('/execution-logs?all=true')
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(body.length)
  })

  test('an export that is refused, or cannot be written, leaves what was there', async () => {
    const file = join(folder, 'kept.csv')
    writeFileSync(file, 'older')
    expect(await run('logs', 'export', '-o', file, '--status', 'bogus')).toMatchObject({ code: 1, err: expect.stringMatching(/status/) })
    expect(readFileSync(file, 'utf8')).toBe('older')
    expect(existsSync(`${file}.part`)).toBe(false)

    const nowhere = join(folder, 'none', 'x.csv')
    expect(await run('logs', 'export', '-o', nowhere)).toMatchObject({
      code: 1,
      err: `${nowhere} cannot be written: there is no such folder.\n`,
    })
    expect(await run('logs', 'export', '-o', folder)).toMatchObject({ code: 1, err: `${folder} cannot be written: it is a folder.\n` })
    rmSync(`${folder}.part`, { force: true })
  })

  test('an export that breaks off in the middle, or is stopped, leaves no half a file', async () => {
    const file = join(folder, 'half.ndjson')
    let begun = () => {}
    const half = await openHalfLab((request, response) => {
      response.write('{"id":1}\n', () => (request.url?.includes('device_id=dies') ? response.destroy() : begun()))
    })
    const address = { LAB_DEVICE_URL: half.url }
    expect(await runCliOn(address, 'logs', 'export', '-o', file, '--device', 'dies')).toEqual({
      code: 1,
      out: '',
      err: `The lab went away in the middle of its answer. ${file} was not written.\n`,
    })

    const flowing = new Promise<void>((resolve) => {
      begun = resolve
    })
    const stopped = startCli(address, 'logs', 'export', '-o', file)
    await flowing
    expect(readdirSync(folder)).toContain('half.ndjson.part')
    stopped.ctrlC()
    expect((await stopped.ended).code).toBe(130)
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([])
    await half.close()
  })

  test('tail shows the newest and then what ends, each once, with all that the log has', async () => {
    const device = await newDevice(lab())
    await book(lab(), device, 'wf-tail')
    for (const operation of ['one', 'two', 'three']) await execute(device, operation)

    const tail = start('logs', 'tail', '--device', device, '-n', '2', '--json')
    await tail.line((line) => line.includes('"three"'))
    const { answer, logId } = await hang(lab(), device, 'wf-tail', 'four')
    await lab().device.post(`/devices/${device}/release`, { force: true, reason: 'enough' })
    expect((await answer).status).toBe(409)
    await book(lab(), device, 'wf-tail')
    await execute(device, 'five')
    await tail.line((line) => line.includes('"five"'))
    tail.ctrlC()

    const { code, out } = await tail.ended
    expect(code).toBe(0)
    const logs = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(logs.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'two completed',
      'three completed',
      'four aborted',
      'five completed',
    ])
    expect(logs[2]).toMatchObject({ id: logId, parameters: { simulate: 'hang' } })
    expect(logs[3]).toEqual((await lab().device.get(`/execution-logs/${device}?limit=1`)).body[0])

    const table = start('logs', 'tail', '--workflow', 'wf-tail', '-n', '1')
    await table.line((line) => line.includes('five'))
    table.ctrlC()
    expect((await table.ended).out.split('\n')).toHaveLength(3)
  })

  test('tail tells a log once that ends just when it is started', async () => {
    const log = (id: number) => ({
      id,
      device_id: 'd',
      workflow_id: 'w',
      operation: `run-${id}`,
      status: 'completed',
      error: null,
      started_at: '2026-01-01T00:00:00.000Z',
      duration_ms: 5,
    })
    const ended = (id: number) => {
      const event = { id, kind: 'operation.completed', at: '2026-01-01T00:00:01.000Z', actor: 'rest', operator: null }
      return `id: ${id}\ndata: ${JSON.stringify({ ...event, device_id: 'd', workflow_id: 'w', log_id: id, duration_ms: 5 })}\n\n`
    }
    const busy = await openHalfLab(({ url }, response) => {
      if (url?.startsWith('/events')) response.write(ended(1) + ended(2))
      else response.end(JSON.stringify(url?.startsWith('/execution-logs/search') ? [log(1), log(2)] : [log(1)]))
    })
    const tail = startCli({ LAB_DEVICE_URL: busy.url }, 'logs', 'tail', '--json')
    await tail.line((line) => line.includes('run-2'))
    tail.ctrlC()
    const { out } = await tail.ended
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([1, 2])
    await busy.close()
  })

  async function execute(device: string, operation: string): Promise<void> {
    expect(await lab().device.post(`/devices/${device}/execute`, { workflow_id: 'wf-tail', operation })).toMatchObject({ status: 200 })
  }
})

describe('events', () => {
  test('are told as they happen, narrowed to a device, from where one likes', async () => {
    const device = await newDevice(lab())
    await book(lab(), device, 'wf-events')
    const events = start('events', '--device', device, '--after', '0', '--json')
    await events.line((line) => JSON.parse(line).kind === 'device.booked')
    await lab().device.post(`/devices/${device}/release`, { workflow_id: 'wf-events' })
    await events.line((line) => JSON.parse(line).kind === 'device.released')
    events.ctrlC()

    const { code, out } = await events.ended
    expect(code).toBe(0)
    const { body } = await lab().device.get(`/events?after=0&device_id=${device}`, { Accept: 'application/json' })
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(body)
  })

  test('nothing is missed or told twice when the lab is started again', async () => {
    const ports = { devicePort: await freePort(), workflowPort: await freePort() }
    const restarted = await startTestLab('embedded', { ...ports, demo: false })
    const events = startCli(addressOf(restarted), 'events', '--json', '--after', '0')
    await newDevice(restarted)
    await events.line(anything)
    await restarted.restart()
    await newDevice(restarted)
    await events.complaint((line) => line === 'It is back.')
    const last = await newDevice(restarted)
    await events.line((line) => JSON.parse(line).device_id === last)
    events.ctrlC()

    const { code, out, err } = await events.ended
    expect({ code, err }).toEqual({ code: 0, err: 'The lab is gone; waiting for it …\nIt is back.\n' })
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual([1, 2, 3])
    await restarted.close()
  })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
