/** `benchkeeper` on the command line: workflows, and watching one until it ends. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { newDevice, newWorkflow, statusOf } from '../../support/bench.ts'
import { addressOf, type CliEnd, type RunningCli, runCliOn, startCli } from '../../support/cli.ts'
import { withEvents } from '../../support/events.ts'
import { useLab } from '../../support/lab.ts'

const lab = useLab('embedded', { demoLogs: 300 })
const run = (...args: string[]): Promise<CliEnd> => runCliOn(addressOf(lab()), ...args)
const start = (...args: string[]): RunningCli => startCli(addressOf(lab()), ...args)
const anything = () => true

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
    const listening = vi.spyOn(lab().lab.feed, 'subscribe')
    onTestFinished(() => listening.mockRestore())
    const watch = start('workflows', 'watch', id, '--json')
    const other = start('workflows', 'watch', id)
    await other.line(anything)
    // With --json nothing is said before the first event.
    await expect.poll(() => listening.mock.calls.length).toBe(2)
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
