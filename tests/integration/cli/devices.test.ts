/** `benchkeeper` on the command line: devices and their queues, and what it says to mistakes. */

import { describe, expect, test } from 'vitest'
import { book, newDevice, newWorkflow, queueUp, waitingIds } from '../../support/bench.ts'
import { addressOf, type CliEnd, runCliOn } from '../../support/cli.ts'
import { withEvents } from '../../support/events.ts'
import { openHalfLab } from '../../support/half-lab.ts'
import { startTestLab, useLab } from '../../support/lab.ts'

const lab = useLab('embedded', { demoLogs: 300 })
const run = (...args: string[]): Promise<CliEnd> => runCliOn(addressOf(lab()), ...args)

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
