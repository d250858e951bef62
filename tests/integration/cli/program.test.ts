/** `benchkeeper` on the command line: what it says of the services, and the built program as a process. */

import { describe, expect, test } from 'vitest'
import { book, newDevice, newWorkflow, queueUp } from '../../support/bench.ts'
import { addressOf, type CliEnd, type RunningCli, runCliOn, startCli } from '../../support/cli.ts'
import { openHalfLab } from '../../support/half-lab.ts'
import { useLab } from '../../support/lab.ts'
import { startScript, withoutBuilding } from '../../support/script.ts'

const lab = useLab('embedded', { demoLogs: 300 })
const run = (...args: string[]): Promise<CliEnd> => runCliOn(addressOf(lab()), ...args)
const start = (...args: string[]): RunningCli => startCli(addressOf(lab()), ...args)

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

  test.runIf(process.platform !== 'win32')(
    'and does so after a while, when much of what was there at the start has been collected',
    async () => {
      const collectThenStop = `
      const { write } = process.stdout
      process.stdout.write = (...given) => {
        process.stdout.write = write
        let turns = 50
        const turn = () => {
          gc()
          if ((turns -= 1) > 0) setImmediate(turn)
          else process.kill(process.pid, 'SIGINT')
        }
        setImmediate(turn)
        return write.apply(process.stdout, given)
      }`
      const collecting = ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(collectThenStop)}`]
      const { ended } = startScript(process.execPath, [...collecting, 'scripts/lab.mjs', 'events', '--after', '0'], addressOf(lab()))
      expect(withoutBuilding(await ended)).toMatchObject({ code: 0, err: '' })
    },
  )
})
