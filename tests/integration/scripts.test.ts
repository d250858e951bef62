/** The scripts that people run: what they check, what they refuse, and that they leave nothing behind. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDevice } from '../support/bench.ts'
import { withEvents } from '../support/events.ts'
import { openHalfLab } from '../support/half-lab.ts'
import { startTestLab, type TestLab, useLab } from '../support/lab.ts'
import { runScript, type ScriptEnd, startScript, withoutBuilding } from '../support/script.ts'

// Whatever starts the built program builds it first when something is stale.
const patience = { timeout: 120_000 }
const hasBash = process.platform !== 'win32'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-scripts-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A folder for temporary files that no other test knows. */
function newFolder(): string {
  return mkdtempSync(join(folder, 'own-'))
}

describe.runIf(hasBash)('verify-setup.sh', patience, () => {
  const verify = (environment: Record<string, string> = {}) => runScript('bash', ['scripts/verify-setup.sh'], environment)

  test('runs a lab of its own, whatever the shell is set up for, and leaves nothing behind', async () => {
    const TMPDIR = newFolder()
    const { code, out, err } = await verify({
      TMPDIR,
      LAB_DEVICE_PORT: '1',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      LAB_TOKEN: 't',
    })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n').filter((line) => !line.startsWith('note'))).toEqual([
      'ok    curl',
      `ok    Node.js ${process.version}`,
      expect.stringMatching(/^ok {4}npm \d+/),
      'ok    packages installed, program built',
      'ok    the program starts',
      'ok    both services are healthy',
      'ok    incubator-1 was booked and released',
      'ok    the program ends in order',
      'All is well. Start the lab with "npm start".',
      '',
    ])
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test.each([
    ['curl is missing', { curl: undefined }, 'WRONG curl is not installed.\n      Install it '],
    ['Node.js is missing', { node: undefined }, 'WRONG Node.js is not installed.\n      Get version 22 from https://nodejs.org.\n'],
    [
      'Node.js is old',
      { node: '[ "$1" = --version ] && echo v18.20.0; exit 1' },
      'WRONG Node.js v18.20.0 is too old.\n      This program needs ',
    ],
    ['npm is missing', { npm: undefined }, 'WRONG npm is not installed, though Node.js is.\n'],
  ])('says what to do when %s', async (_, replaced, sentence) => {
    const { code, err } = await verify({ PATH: pathWith(replaced) })
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(sentence) })
  })

  /** A path with the usual commands, some of them replaced by a script or missing. */
  function pathWith(replaced: Record<string, string | undefined>): string {
    const path = newFolder()
    const real = (name: string) => (process.env.PATH ?? '').split(delimiter).map((place) => join(place, name))
    for (const name of ['bash', 'cat', 'curl', 'dirname', 'mktemp', 'node', 'npm', 'rm', 'uname']) {
      if (!(name in replaced)) symlinkSync(real(name).find(existsSync) ?? '', join(path, name))
      const script = replaced[name]
      if (script === undefined) continue
      writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`)
      chmodSync(join(path, name), 0o755)
    }
    return path
  }
})

describe.runIf(hasBash)('test-race-condition.sh', () => {
  const lab = useLab('embedded', { token: 'secret', demoLogs: 0 })
  const race = (environment: Record<string, string>, ...args: string[]) =>
    runScript('bash', ['scripts/test-race-condition.sh', ...args], environment)
  const addressOf = ({ device, workflow }: TestLab) => ({ DEVICE_URL: device.url, WORKFLOW_URL: workflow.url, LAB_TOKEN: 'secret' })

  test('one of many wins, the booking is shown, and the lab is as it was', async () => {
    const authorized = { Authorization: 'Bearer secret' }
    const state = async () => [
      (await lab().device.get('/devices', authorized)).body,
      (await lab().workflow.get('/workflows', authorized)).body,
    ]
    const before = await state()
    const TMPDIR = newFolder()
    const { answer, events } = await withEvents(lab(), () => race({ ...addressOf(lab()), TMPDIR }, '20'))

    expect(answer).toMatchObject({ code: 0, err: '' })
    expect(answer.out.split('\n')).toEqual([
      'Creating 20 workflows for incubator-1 …',
      'Starting all of them at once …',
      'Won: 1. Refused because the device was taken (409): 19. Anything else: 0.',
      expect.stringMatching(/^Active booking: incubator-1 is held by workflow [0-9a-f-]{36} since \d{4}-.*Z\.$/),
      'Right: exactly one of 20 won.',
      'Cleaned up: the 20 workflows are deleted.',
      '',
    ])
    const [started, ...others] = events.filter(({ kind }) => kind === 'workflow.started')
    expect(others).toEqual([])
    expect(answer.out).toContain(started?.workflow_id)
    expect(events.filter(({ kind }) => kind === 'workflow.deleted')).toHaveLength(20)
    expect(await state()).toEqual(before)
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test('without a lab, without the token, or without a free device it says so', async () => {
    expect(await race({ DEVICE_URL: 'http://127.0.0.1:1' })).toEqual({
      code: 1,
      out: '',
      err: 'No lab answers at http://127.0.0.1:1. Start it with "npm start", or set DEVICE_URL.\n',
    })
    expect(await race({ ...addressOf(lab()), LAB_TOKEN: 'wrong' })).toMatchObject({ code: 1, err: expect.stringMatching(/valid token/) })

    const empty = await startTestLab('embedded', { demo: false })
    await empty.device.patch(`/devices/${await newDevice(empty)}`, { mode: 'maintenance' })
    const { code, err } = await race(addressOf(empty))
    expect({ code, err }).toEqual({
      code: 1,
      err: 'No device is free and in service, so there is nothing to race for. Release one and try again.\n',
    })
    await empty.close()
  })

  test.each([[['many']], [['1']], [['301']], [['20', '30']]])('%j is wrong usage', async (args) => {
    expect(await race(addressOf(lab()), ...args)).toMatchObject({ code: 2, out: '' })
  })

  test('a lab where two win is found out', async () => {
    let made = 0
    const wrong: RequestListener = (request, response) => {
      const id = `00000000-0000-0000-0000-${String(++made).padStart(12, '0')}`
      const answers: [string, number, unknown][] = [
        ['GET /devices/d1', 200, { id: 'd1', workflow_id: id, booked_at: '2026-01-01T00:00:00.000Z' }],
        ['GET /devices', 200, [{ id: 'd1', bookable: true }]],
        ['GET /health', 200, {}],
        ['DELETE ', 204, undefined],
        ['POST /workflows/', made % 2 ? 200 : 409, {}],
        ['POST /workflows', 201, { id }],
      ]
      const [, status, body] = answers.find(([asked]) => `${request.method} ${request.url}`.startsWith(asked)) ?? ['', 404, {}]
      response.writeHead(status).end(body && JSON.stringify(body))
    }
    const broken = await openHalfLab(wrong)
    const { code, err } = await race({ DEVICE_URL: broken.url, WORKFLOW_URL: broken.url }, '4')
    expect({ code, err }).toEqual({ code: 1, err: 'WRONG: 2 workflows hold d1 at the same time.\n' })
    await broken.close()
  })
})

describe('npm run reset', patience, () => {
  const reset = async (args: string[], environment?: Record<string, string>): Promise<ScriptEnd> =>
    withoutBuilding(await runScript(process.execPath, ['scripts/reset.mjs', ...args], environment))

  test('makes a new lab where the flags or the variables say, and says where', async () => {
    const dataDir = join(newFolder(), 'lab')
    expect(await reset(['--yes', '--data-dir', dataDir, '--demo-logs', '40'])).toEqual({
      code: 0,
      out: `${dataDir} has a new demo lab with 40 execution logs. Start it with "npm start".\n`,
      err: '',
    })
    const running = await startTestLab('embedded', { dataDir })
    expect((await running.device.get('/execution-logs')).body).toHaveLength(40)
    const { code, out, err } = await reset(['--yes', '--data-dir', dataDir])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      `The data folder ${dataDir} is in use by another Benchkeeper (process ${process.pid}). ` +
        `Stop it first: press Ctrl+C where it runs${hasBash ? `, or run "kill ${process.pid}"` : ''}.\n`,
    )
    expect((await running.device.get('/devices')).body).toHaveLength(5)
    await running.close()

    expect(await reset(['--yes'], { LAB_DATA_DIR: dataDir, LAB_DEMO: '0' })).toMatchObject({
      code: 0,
      out: `${dataDir} has an empty lab. Start it with "npm start".\n`,
    })
  })

  test('asks nobody who is not there, and deletes nothing then', async () => {
    const dataDir = join(newFolder(), 'lab')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'PG_VERSION'), '18')
    expect(await reset(['--data-dir', dataDir])).toEqual({
      code: 2,
      out: '',
      err: 'Nobody is there to be asked. To delete the lab without a question, add --yes.\n',
    })
    expect(readdirSync(dataDir)).toEqual(['PG_VERSION'])
  })

  test('refuses a shared database, a foreign folder and an unknown flag', async () => {
    expect(await reset(['--yes'], { DATABASE_URL: 'postgres://lab@db.example/lab' })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^npm run reset only deletes the embedded database, .* a server that others may be using/),
    })
    const foreign = newFolder()
    writeFileSync(join(foreign, 'thesis.docx'), 'years of work')
    expect(await reset(['--yes', '--data-dir', foreign])).toEqual({
      code: 1,
      out: '',
      err: `${foreign} is not a Benchkeeper data folder: "thesis.docx" is in it. Nothing was deleted.\n`,
    })
    expect(await reset(['--yes', '--all'])).toMatchObject({ code: 2, err: "unknown option '--all'\n" })
  })
})

describe('npm run status', patience, () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  test('is the client’s status', async () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { child, ended } = startScript(npm, ['run', '--silent', 'status', '--', '--json'], {
      LAB_DEVICE_URL: lab().device.url,
      LAB_WORKFLOW_URL: lab().workflow.url,
    })
    expect(child.pid).toBeGreaterThan(0)
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ services: [{ status: 'healthy' }, { status: 'healthy' }], devices: { length: 5 } })

    const away = await runScript(npm, ['run', '--silent', 'status'], {
      LAB_DEVICE_URL: 'http://127.0.0.1:1',
      LAB_WORKFLOW_URL: lab().workflow.url,
    })
    expect(away).toMatchObject({ code: 1, err: expect.stringMatching(/The device service does not answer at http:\/\/127\.0\.0\.1:1\./) })
  })
})
