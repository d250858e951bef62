/** The command-line client against a real lab: what it prints, what it changes, and the exit code that scripts go by. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { book, hang, newDevice, newWorkflow, queueUp, statusOf, waitingIds } from '../support/bench.ts'
import { addressOf, type CliEnd, type RunningCli, runCliOn, startCli } from '../support/cli.ts'
import { withEvents } from '../support/events.ts'
import { openHalfLab } from '../support/half-lab.ts'
import { startTestLab, useLab } from '../support/lab.ts'
import { startScript, withoutBuilding } from '../support/script.ts'

const lab = useLab('embedded', { demoLogs: 300 })
const run = (...args: string[]): Promise<CliEnd> => runCliOn(addressOf(lab()), ...args)
const start = (...args: string[]): RunningCli => startCli(addressOf(lab()), ...args)
const anything = () => true

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('devices', () => {
  test('are a table for people and what the service answers for programs', async () => {
    const { code, out } = await run('devices')
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe('DEVICE            NAME                    TYPE            STATE      HOLDER  SINCE  WAITING')
    expect(out).toContain('liquid-handler-1  Liquid Handler Alpha    liquid_handler  available  -       -      0')

    const { out: json } = await run('devices', '--json')
    expect(JSON.parse(json)).toEqual((await lab().device.get('/devices')).body)
  })

  test('a state is in a word of people', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'wf-cli-state')
    await lab().device.patch(`/devices/${id}`, { mode: 'maintenance' })
    const { out } = await run('devices')
    expect(out).toMatch(new RegExp(`^${id} .*  busy, maintenance  wf-cli-state`, 'm'))
  })

  test('book and release do it in the name of the operator', async () => {
    const id = await newDevice(lab())
    const { answer, events } = await withEvents(lab(), () => run('book', id, 'wf-cli', '--operator', 'Zoë Müller'))
    expect(answer).toMatchObject({ code: 0, err: '' })
    expect(answer.out).toMatch(new RegExp(`^${id} is booked for wf-cli \\(booking \\d+\\)\\.\n$`))
    expect(events).toMatchObject([{ kind: 'device.booked', device_id: id, workflow_id: 'wf-cli', operator: 'Zoë Müller' }])

    await queueUp(lab(), id, 'wf-next')
    expect(await run('release', id, 'wf-cli')).toEqual({ code: 0, out: `${id} is released. wf-next was next and has it now.\n`, err: '' })
    expect((await lab().device.get(`/devices/${id}`)).body.workflow_id).toBe('wf-next')
  })

  test('a forced release needs a reason, says the service', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'wf-left')
    const refused = await run('release', id, '--force')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/reason/)
    expect(await run('release', id, '--force', '--reason', 'nobody came back')).toMatchObject({ code: 0, out: `${id} is released.\n` })
  })
})

describe('refusals and mistakes', () => {
  test('a refusal is the service’s own sentence and exit code 1; with --json all that the service said', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'wf-first')
    expect(await run('book', id, 'wf-second')).toEqual({ code: 1, out: '', err: 'Device is not available\n' })
    const { code, out, err } = await run('book', id, 'wf-second', '--json')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(JSON.parse(err)).toMatchObject({ error: 'Device is not available', code: 'device_busy', details: { device_id: id } })
  })

  test.each([
    [['bogus']],
    [['book', 'liquid-handler-1']],
    [['devices', '--color']],
    [['queue']],
    [['queue', 'add', 'liquid-handler-1', 'wf', '--priority', 'soon']],
    [['queue', 'move', 'liquid-handler-1', '1']],
    [['queue', 'move', 'liquid-handler-1', '1', '--before', '2', '--after', '3']],
    [['workflows', 'create', 'Test', 'liquid-handler-1', '--step', '{"operation"']],
    [['logs', 'export']],
    [['logs', 'export', '--format', 'xml', '-o', 'x']],
    [['--device-url', 'localhost', 'devices']],
    [['--operator', 'a\nb', 'devices']],
  ])('wrong usage is exit code 2, and nothing is asked of the lab: %j', async (args) => {
    const { answer, events } = await withEvents(lab(), () => run(...args))
    expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/\S/) })
    expect(events).toEqual([])
  })

  test('--help and --version are answers', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: '0.0.0-test\n', err: '' })
    const { code, out } = await run('queue', 'move', '--help')
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/--before[\s\S]*--device-url/) })
  })

  test('a lab that does not answer is one sentence with advice', async () => {
    const { code, err } = await runCliOn({ LAB_DEVICE_URL: 'http://127.0.0.1:1' }, 'devices')
    expect({ code, err }).toEqual({
      code: 1,
      err: 'The device service does not answer at http://127.0.0.1:1. Start the lab with "npm start", or say with --device-url where it is.\n',
    })
  })

  test('what is no lab is told so', async () => {
    const other = await openHalfLab((_, response) => response.end('<h1>It works!</h1>'))
    const { code, err } = await runCliOn({ LAB_DEVICE_URL: other.url }, 'devices')
    expect({ code, err }).toEqual({ code: 1, err: `What answers at ${other.url} is not this lab's service.\n` })
    await other.close()
  })

  test('a token comes from a flag or a variable', async () => {
    const guarded = await startTestLab('embedded', { token: 'let-me-in', demo: false })
    const address = addressOf(guarded)
    expect(await runCliOn(address, 'devices')).toMatchObject({ code: 1, err: expect.stringMatching(/token/) })
    expect(await runCliOn(address, 'devices', '--token', 'let-me-in', '--json')).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await runCliOn({ ...address, LAB_TOKEN: 'let-me-in' }, 'devices')).toEqual({
      code: 0,
      out: '',
      err: 'There is no device yet.\n',
    })
    await guarded.close()
  })
})

describe('the queue', () => {
  test('is joined, seen, reordered and left', async () => {
    const id = await newDevice(lab())
    await book(lab(), id, 'wf-holder')
    const workflow = await newWorkflow(lab(), id, { name: 'Second run' })

    expect((await run('queue', 'add', id, 'wf-a', '--note', 'after lunch')).out).toMatch(
      /^wf-a waits for bench-\d+ at place 1 \(entry \d+\)/,
    )
    expect((await run('queue', 'add', id, workflow, '--priority', 'urgent')).out).toMatch(/^"Second run" waits for bench-\d+ at place 1 /)
    const [first, second] = (await lab().device.get(`/devices/${id}/queue`)).body
    expect(first.workflow_id).toBe(workflow)

    const { out } = await run('queue', 'list', id)
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toMatchObject([
      ['PLACE', 'ENTRY', 'WORKFLOW', 'NAME', 'PRIORITY', 'WAIT', 'NOTE'],
      ['1', String(first.id), workflow, 'Second run', 'urgent', expect.any(String), '-'],
      ['2', String(second.id), 'wf-a', '-', 'normal', expect.any(String), 'after lunch'],
      [''],
    ])

    expect((await run('queue', 'move', id, String(second.id), '--before', String(first.id))).out).toMatch(/^wf-a waits .* at place 1 /)
    expect(await waitingIds(lab(), id)).toEqual(['wf-a', workflow])
    expect((await run('queue', 'cancel', id, String(first.id))).out).toBe(`"Second run" does not wait for ${id} any more.\n`)
    expect(await waitingIds(lab(), id)).toEqual(['wf-a'])
  })

  test('of nobody is said aside, so that a program reads an empty list', async () => {
    const id = await newDevice(lab())
    expect(await run('queue', 'list', id)).toEqual({ code: 0, out: '', err: `Nobody waits for ${id}.\n` })
    expect(await run('queue', 'list', id, '--json')).toEqual({ code: 0, out: '[]\n', err: '' })
  })

  test('for a free device books it at once', async () => {
    const id = await newDevice(lab())
    expect((await run('queue', 'add', id, 'wf-lucky')).out).toBe(`${id} was free and is booked for wf-lucky.\n`)
  })
})

describe('workflows', () => {
  test('are created with steps and samples, and the answer is the id', async () => {
    const id = await newDevice(lab())
    const steps = ['--step', 'shake', '--step', '{"operation": "incubate", "parameters": {"minutes": 5}}']
    const { code, out } = await run('workflows', 'create', 'PCR', id, ...steps, '--sample', 'SAMPLE001', '--priority', 'low')
    expect(code).toBe(0)
    expect((await lab().workflow.get(`/workflows/${out.trim()}`)).body).toMatchObject({
      name: 'PCR',
      device_id: id,
      priority: 'low',
      sample_barcodes: ['SAMPLE001'],
      steps: [{ operation: 'shake' }, { operation: 'incubate', parameters: { minutes: 5 } }],
    })
    expect((await run('workflows', '--device', id)).out).toMatch(/PCR {2}.*created {2}1\/2 shake \(pending\)/)
    expect(await run('workflows', 'list', '--device', id, '--status', 'running')).toEqual({
      code: 0,
      out: '',
      err: 'There is no such workflow.\n',
    })
  })

  test('are started, wait in line, completed and cancelled', async () => {
    const device = await newDevice(lab())
    const [first, second, third] = [await newWorkflow(lab(), device), await newWorkflow(lab(), device), await newWorkflow(lab(), device)]
    expect(await run('workflows', 'start', first)).toEqual({ code: 0, out: `"Bench" runs on ${device}.\n`, err: '' })
    expect(await run('workflows', 'start', second)).toEqual({ code: 1, out: '', err: 'Device is not available\n' })
    expect((await run('workflows', 'start', second, '--queue')).out).toMatch(/^"Bench" waits for .* at place 1 /)
    expect((await run('workflows', 'start', third, '--queue', '--priority', 'urgent')).out).toMatch(/ at place 1 /)

    expect(await run('workflows', 'complete', first)).toEqual({ code: 0, out: '"Bench" is completed.\n', err: '' })
    expect(await statusOf(lab(), third)).toBe('running')
    const { answer, events } = await withEvents(lab(), () => run('workflows', 'cancel', third, '--reason', 'no sample left'))
    expect(answer).toEqual({ code: 0, out: '"Bench" is cancelled.\n', err: '' })
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'workflow.cancelled', data: expect.objectContaining({ reason: 'no sample left' }) }),
    )
    expect(await statusOf(lab(), second)).toBe('running')
  })
})

describe('watching a workflow', () => {
  test('ends with 0 when it completes, and shows every step', async () => {
    const id = await newWorkflow(lab(), await newDevice(lab()), { name: 'Watched', steps: ['shake', 'spin'] })
    const watch = start('workflows', 'watch', id)
    expect(await watch.line(anything)).toMatch(/^"Watched" on bench-\d+: created, 1\/2 shake \(pending\)$/)
    await run('workflows', 'start', id, '--auto', '--operator', 'Ada')

    const { code, out, err } = await watch.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const kinds = out
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(/ +/)[1])
    expect(kinds.filter((kind) => /^(workflow|step)/.test(kind ?? ''))).toEqual([
      'workflow.started',
      'step.started',
      'step.completed',
      'step.started',
      'step.completed',
      'workflow.completed',
    ])
    expect(out).toMatch(/workflow\.started .*\(Ada\)$/m)
  })

  test('ends with 1 and a sentence when it is cancelled or deleted', async () => {
    const id = await newWorkflow(lab(), await newDevice(lab()), { name: 'Doomed' })
    const watch = start('workflows', 'watch', id, '--json')
    const other = start('workflows', 'watch', id)
    await other.line(anything)
    await run('workflows', 'start', id)
    expect(JSON.parse(await watch.line(anything))).toMatchObject({ kind: 'device.booked', workflow_id: id })
    await run('workflows', 'cancel', id)
    expect(await watch.ended).toMatchObject({ code: 1, err: '{"error":"\\"Doomed\\" was cancelled.","code":"workflow_cancelled"}\n' })
    expect(await other.ended).toMatchObject({ code: 1, err: '"Doomed" was cancelled.\n' })
    // It has ended already: there is nothing to wait for.
    expect(await run('workflows', 'watch', id)).toMatchObject({ code: 1, err: '"Doomed" was cancelled.\n' })

    const created = await newWorkflow(lab(), await newDevice(lab()))
    const last = start('workflows', 'watch', created)
    await last.line(anything)
    await lab().workflow.delete(`/workflows/${created}`)
    expect(await last.ended).toMatchObject({ code: 1, err: 'The workflow was deleted.\n' })
  })

  test('of an unknown one is refused, and Ctrl+C is not success', async () => {
    expect(await run('workflows', 'watch', 'nope')).toMatchObject({ code: 1, err: 'Workflow not found\n' })
    const watch = start('workflows', 'watch', await newWorkflow(lab(), await newDevice(lab())))
    await watch.line(anything)
    watch.ctrlC()
    expect((await watch.ended).code).toBe(130)
  })
})

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

describe('status', () => {
  test('shows the services, the holders with their steps, and who waits', async () => {
    const device = await newDevice(lab())
    const workflow = await newWorkflow(lab(), device, {
      name: 'Long run',
      steps: ['shake', { operation: 'spin', parameters: { simulate: 'hang' } }],
    })
    const script = await newDevice(lab())
    await book(lab(), script, 'wf-of-a-script')
    await run('workflows', 'start', workflow, '--auto')
    await queueUp(lab(), device, 'wf-waits')
    const watch = start('workflows', 'watch', workflow)
    await watch.line((line) => /1\/2|step\.started .*spin|2\/2 spin \(running\)/.test(line))
    await watch.line((line) => /step\.started .*spin|2\/2 spin \(running\)/.test(line))
    watch.ctrlC()
    await watch.ended

    const { code, out, err } = await run('status')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^device-service +${lab().device.url} +healthy +0\\.0\\.0-test$`, 'm'))
    expect(out).toMatch(new RegExp(`^workflow-service +${lab().workflow.url} +healthy`, 'm'))
    expect(out).toMatch(new RegExp(`^${device} +busy +"Long run" +${workflow} \\(running\\) +2/2 spin \\(running\\) +1$`, 'm'))
    expect(out).toMatch(new RegExp(`^${script} +busy +wf-of-a-script +- +- +0$`, 'm'))
    expect(out).toMatch(new RegExp(`^${device} +1 +\\d+ +wf-waits +- +normal`, 'm'))

    const answer = JSON.parse((await run('status', '--json')).out)
    expect(answer.services).toMatchObject([{ url: lab().device.url, status: 'healthy' }, { service: 'workflow-service' }])
    expect(answer.devices.find(({ id }: { id: string }) => id === device)).toMatchObject({
      holder: { id: workflow },
      queue: [{ workflow_id: 'wf-waits' }],
    })
    await run('workflows', 'cancel', workflow)
  })

  test('a lab that is not well is exit code 1, and says why', async () => {
    const sick = await openHalfLab((_, response) => {
      const reason = 'The database does not answer; try again in a moment'
      response.writeHead(503, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ status: 'unhealthy', service: 'device-service', version: '1', reason }))
    })
    const { code, out, err } = await runCliOn({ LAB_DEVICE_URL: sick.url, LAB_WORKFLOW_URL: sick.url }, 'status')
    expect({ code, err }).toEqual({
      code: 1,
      err: `The device-service at ${sick.url} is not well: The database does not answer; try again in a moment.\n`,
    })
    expect(out).toMatch(/unhealthy/)
    await sick.close()
    expect(await runCliOn({ LAB_DEVICE_URL: sick.url, LAB_WORKFLOW_URL: sick.url }, 'status')).toMatchObject({ code: 1, out: '' })
  })
})

// Builds first when something is stale, as it does for everybody.
describe('the built program', { timeout: 120_000 }, () => {
  const launch = (...args: string[]) => startScript(process.execPath, ['scripts/lab.mjs', ...args], addressOf(lab()))

  test('answers as a process: standard output, standard error and exit code', async () => {
    const { body } = await lab().device.get('/devices')
    const answered = withoutBuilding(await launch('devices', '--json').ended)
    expect(answered).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(answered.out)).toEqual(body)
    expect(withoutBuilding(await launch('book', 'no-such-device', 'wf').ended)).toEqual({ code: 1, out: '', err: 'Device not found\n' })
    expect(withoutBuilding(await launch('bok').ended)).toMatchObject({ code: 2, out: '' })
  })

  test('whoever closes the pipe early gets no error', async () => {
    const { child, ended } = launch('logs', 'search')
    child.stdout.once('data', () => child.stdout.destroy())
    expect(withoutBuilding(await ended)).toMatchObject({ code: 0, err: '' })
  })

  test.runIf(process.platform !== 'win32')('Ctrl+C ends what follows the lab', async () => {
    const { child, ended } = launch('events', '--after', '0')
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(withoutBuilding(await ended)).toMatchObject({ code: 0, err: '' })
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
