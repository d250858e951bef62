/** `npm run simulate` as a person runs it: what it prints, what it refuses, and that it leaves nothing behind. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScript } from '../support/script.ts'

// Whatever starts the built program builds it first when something is stale.
describe('npm run simulate', { timeout: 180_000 }, () => {
  let TMPDIR = ''
  beforeAll(() => {
    TMPDIR = mkdtempSync(join(tmpdir(), 'benchkeeper-simulate-'))
  })
  afterAll(() => rmSync(TMPDIR, { recursive: true, force: true }))

  const simulate = (...args: string[]) => runScript(process.execPath, ['scripts/simulate.mjs', ...args], { TMPDIR })
  const small = ['--devices', '3', '--workflows', '8', '--seed', '4']

  test('prints the day for a person, and the same day as JSON', async () => {
    const { code, out } = await simulate(...small)
    expect(code).toBe(0)
    expect(out).toMatch(/^3 devices, 8 workflows, seed 4, 1 day; /)
    expect(out).toMatch(/^incubator-02 +\d+\.\d % +\d+\.\d % +\d+$/m)
    expect(out).toMatch(/^left +0 workflows, 0 waiting, 0 held$/m)

    const json = await simulate(...small, '--json')
    expect(json.code).toBe(0)
    const day = JSON.parse(json.out)
    expect(day).toMatchObject({ options: { devices: 3, workflows: 8, seed: 4, days: 1, elsewhere: 0.1 }, complaints: [] })
    expect(out).toContain(`Digest ${day.digest.slice(0, 16)}.`)
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test.each([
    [['--devices', 'many'], "error: option '--devices <n>' argument 'many' is invalid. It must be a whole number from 1 to 1000."],
    [['--days', '0'], 'It must be a whole number from 1 to 365.'],
    [['--elsewhere', '2'], 'It must be a number from 0 to 1.'],
    [['--speed', '5'], "error: unknown option '--speed'"],
  ])('refuses %j', async (args, sentence) => {
    expect(await simulate(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(sentence) })
  })

  test('explains itself', async () => {
    const { code, out } = await simulate('--help')
    expect(code).toBe(0)
    for (const flag of ['--devices', '--workflows', '--seed', '--days', '--elsewhere', '--json']) expect(out).toContain(flag)
  })
})
