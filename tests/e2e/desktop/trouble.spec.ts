/** When there is no lab, the window says why and what to do. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type DesktopApp, end, expect, type Place, test } from '../pages/desktop-app.ts'
import { ended } from '../pages/desktop-moves.ts'
import { troublePage } from '../pages/trouble-page.ts'
import { expectNoViolationsBySystem } from '../support/accessibility.ts'

test('a lab whose thread breaks is told with reason and log, and can be started again', async ({ launch }) => {
  const desktop = await launch()
  const { page, service, said } = desktop
  const devices = await (await fetch(`${await service('device')}/devices`)).json()
  const trouble = troublePage(page)
  await breakLab(desktop)

  await trouble.isShown('The lab has stopped')
  await expect(trouble.reason).toHaveText(/^TypeError: /)
  await page.getByText('What the lab’s log says at its end').click()
  await expectNoViolationsBySystem(page)
  await expect(trouble.log).toContainText('the lab ended by a fault')
  expect(said()).toContain('the lab has stopped: TypeError: ')
  await expect(fetch(`${await service('device')}/health`)).rejects.toThrow()

  await trouble.button('Restart the lab').click()
  await trouble.isGone()
  await expect.poll(() => said().match(/^ready /gm)?.length, { timeout: 30_000 }).toBe(2)
  expect(await (await fetch(`${await service('device')}/devices`)).json()).toEqual(devices)
})

test('a port that another program has is told, and another one can be chosen for good', async ({ launch, newPlace }) => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const place = newPlace()
  const { page, service } = await launch({ place, args: [`--device-port=${port}`] })
  const trouble = troublePage(page)
  await trouble.isShown('The lab could not start')
  const sentence = `The device service cannot use 127.0.0.1:${port}: another program is using this port. Stop it, or choose another port.`
  await expect(trouble.reason).toHaveText(sentence)
  // What standard error has too, also from before Playwright listens there.
  const timesTold = () => readFileSync(join(place.userData, 'logs', 'shell.log'), 'utf8').split(sentence).length - 1
  expect(timesTold()).toBe(1)

  // The same again tells the same again.
  await trouble.button('Try again').click()
  await expect.poll(timesTold, { timeout: 30_000 }).toBe(2)
  await trouble.isShown('The lab could not start')

  const free = await freePort()
  await trouble.otherPort.fill(String(free))
  await trouble.button('Use this port').click()
  await trouble.isGone()
  expect(await service('device')).toBe(`http://127.0.0.1:${free}`)
  expect(JSON.parse(readFileSync(join(place.userData, 'desktop.json'), 'utf8'))).toMatchObject({ ports: { device: free } })
  await new Promise((resolve) => other.close(resolve))
})

test('a port of another service of this lab is refused, and stored ports that are the same do not lock anybody out', async ({
  launch,
  newPlace,
}) => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const place = newPlace()
  const own = await freePort()
  const desktop = await launch({ place, args: [`--device-port=${port}`, `--workflow-port=${own}`] })
  const trouble = troublePage(desktop.page)
  await trouble.isShown('The lab could not start')
  await trouble.otherPort.fill(String(own))
  await trouble.button('Use this port').click()
  await expect(trouble.reason).toHaveText(`Port ${own} is for the workflow service of this lab: each service needs a port of its own.`)
  const file = join(place.userData, 'desktop.json')
  const stored = () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { ports?: unknown }) : {})
  expect(stored()).not.toHaveProperty('ports')
  await new Promise((resolve) => other.close(resolve))
  await end(desktop)

  // As an older Benchkeeper left them.
  writeFileSync(file, JSON.stringify({ dataDir: join(place.folder, 'chosen'), ports: { device: own, workflow: own } }))
  const again = await launch({ place, args: ['--sim-speed=quick'] })
  const shown = troublePage(again.page)
  await shown.isShown('A flag or variable is wrong')
  await shown.button('Start with the usual settings').click()
  // The usual ports may be another program's on this computer; the way out of that is offered then.
  await expect.poll(() => again.said(), { timeout: 30_000 }).toMatch(/^ready |cannot use 127\.0\.0\.1:500/m)
  expect(stored()).not.toHaveProperty('ports')
  expect(stored()).toHaveProperty('dataDir')
})

test('two quick presses start one lab', async ({ launch, newPlace }) => {
  const place = newPlace()
  const { page, said, service } = await launch({ place })
  await service('device')
  const trouble = troublePage(page)
  // The lab ends at leisure before the next one starts, which is when a second press comes.
  await page.evaluate(() => {
    for (const id of [1_000_000_001, 1_000_000_002])
      window.benchkeeper?.send({ id, method: 'shell.solve', input: { solution: 'restart_lab' }, operator: null })
  })
  await expect.poll(() => said().match(/^ready /gm)?.length, { timeout: 30_000 }).toBe(2)
  await trouble.isGone()
  expect((await fetch(`${await service('device')}/health`)).status).toBe(200)
  expect(said()).not.toContain('has the data folder')
})

test('when the log’s folder cannot be made, the window says so instead of starting for ever', async ({ launch, newPlace }) => {
  const place = newPlace()
  mkdirSync(place.userData)
  writeFileSync(join(place.userData, 'logs'), 'no folder')
  const { page, service } = await launch({ place })
  const trouble = troublePage(page)
  await trouble.isShown('The lab could not start')
  await expect(trouble.reason).toHaveText(/^The lab could not start: E(EXIST|NOTDIR)/)
  rmSync(join(place.userData, 'logs'))
  await trouble.button('Try again').click()
  await trouble.isGone()
  expect((await fetch(`${await service('device')}/health`)).status).toBe(200)
})

test('a data folder that another program holds, or that holds something else, is told, and another can be chosen', async ({
  launch,
  newPlace,
}) => {
  const holder = await launch()
  await holder.service('device')
  const place = newPlace()
  const { app, page, service } = await launch({ place: { ...place, dataDir: holder.dataDir } })
  const trouble = troublePage(page)
  await trouble.isShown('The lab could not start')
  await expect(trouble.reason).toHaveText(
    new RegExp(`^The data folder ${holder.dataDir} is in use by another Benchkeeper \\(process \\d+\\)\\.$`),
  )

  const choose = (folder: string | undefined) =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] })
    }, folder)
  await choose(undefined)
  await trouble.button('Choose another folder …').click()
  await trouble.isShown('The lab could not start')

  const foreign = join(place.folder, 'thesis')
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'thesis.docx'), 'years of work')
  await choose(foreign)
  await trouble.button('Choose another folder …').click()
  await expect(trouble.reason).toHaveText(/has other files in it and no Benchkeeper data: choose an empty one\.$/, { timeout: 30_000 })

  await choose(join(place.folder, 'fresh'))
  await trouble.button('Choose another folder …').click()
  await trouble.isGone()
  expect(await (await fetch(`${await service('device')}/health`)).json()).toMatchObject({ status: 'healthy' })
  expect((await fetch(`${await holder.service('device')}/health`)).status).toBe(200)
})

test('a wrong flag is told in the window and on standard error, and quitting gives the exit code for it', async ({ launch }) => {
  const { child, page, userData } = await launch({ args: ['--devce-port=1'] })
  const trouble = troublePage(page)
  await trouble.isShown('A flag or variable is wrong')
  await expect(trouble.reason).toHaveText(/^Unknown option '--devce-port=1'/)
  expect(readFileSync(join(userData, 'logs', 'shell.log'), 'utf8')).toContain("unknown option '--devce-port=1'")
  await expect(page.getByText('The log is in')).toContainText(join(userData, 'logs', 'shell.log'))
  await expect(trouble.button('Start with the usual settings')).toBeVisible()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await trouble.button('Quit').click()
  expect(await ended).toBe(2)
})

test('“Start with the usual settings” leaves wrong flags and variables aside, and keeps what was chosen for good', async ({
  launch,
  newPlace,
}) => {
  const place = newPlace()
  mkdirSync(place.userData)
  const chosen = { dataDir: join(place.folder, 'chosen'), ports: { device: 0, workflow: 0, ui: 0 } }
  writeFileSync(join(place.userData, 'desktop.json'), JSON.stringify(chosen))
  const { page, service } = await launch({ place, args: ['--sim-speed=quick'], env: { LAB_DEMO: 'perhaps' } })
  const trouble = troublePage(page)
  await trouble.isShown('A flag or variable is wrong')
  await trouble.button('Start with the usual settings').click()
  await trouble.isGone()
  expect(await (await fetch(`${await service('device')}/devices`)).json()).toHaveLength(5)
  expect(existsSync(join(chosen.dataDir, 'PG_VERSION'))).toBe(true)
  expect(existsSync(place.dataDir)).toBe(false)
})

test('“Restart Benchkeeper” ends the program and starts it again as it was started', async ({ launch, newPlace }) => {
  const place = newPlace()
  const port = await freePort()
  const desktop = await launch({ place, args: [`--device-port=${port}`] })
  await desktop.service('device')
  await breakLab(desktop)
  const trouble = troublePage(desktop.page)
  await trouble.isShown('The lab has stopped')
  const end = ended(desktop)
  await trouble.button('Restart Benchkeeper').click()
  expect(await end).toBe(1)

  await endRestarted(place, port, desktop)
})

// As one that ran out of memory does: none of its own code runs at its end.
test('a thread that ends without a word leaves its folder locked for this program; a new program is offered, and has it', async ({
  launch,
  newPlace,
}) => {
  const place = newPlace()
  const port = await freePort()
  const desktop = await launch({ place, args: [`--device-port=${port}`] })
  await desktop.service('device')
  const trouble = troublePage(desktop.page)

  await desktop.app.evaluate(() => {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function () {
      Worker.prototype.postMessage = postMessage
      void this.terminate()
    }
  })
  await desktop.page.reload()
  await trouble.isShown('The lab has stopped')

  await trouble.button('Restart the lab').click()
  await expect(trouble.title).toHaveText('The lab could not start')
  await expect(trouble.reason).toHaveText(`This program has the data folder ${place.dataDir} open already.`)
  expect(await desktop.page.locator('#solutions button').allTextContents()).toEqual(['Restart Benchkeeper', 'Show the log', 'Quit'])
  const end = ended(desktop)
  await trouble.button('Restart Benchkeeper').click()
  await end
  await endRestarted(place, port, desktop)
})

test('a start that failed ends with exit code 1', async ({ launch, newPlace }) => {
  const place = newPlace()
  writeFileSync(place.dataDir, 'no folder')
  const { child, page } = await launch({ place })
  const trouble = troublePage(page)
  await trouble.isShown('The lab could not start')
  await expect(trouble.reason).toHaveText(`${place.dataDir} is not a folder that can be opened.`)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await trouble.button('Quit').click()
  expect(await ended).toBe(1)
})

/** The new program is a stranger to Playwright: it is seen by what it serves and by who holds the data, and is ended here. */
async function endRestarted(place: Place, port: number, desktop: DesktopApp): Promise<void> {
  const health = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(health, { timeout: 40_000 }).toBe(200)
  const lock = `${place.dataDir}.lock`
  const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }
  expect(pid).not.toBe(desktop.child.pid)
  process.kill(pid, 'SIGTERM')
  await expect.poll(() => existsSync(lock)).toBe(false)
  await expect.poll(health).toBe(0)
}

/** A message that the thread cannot read breaks it as any fault in it would. */
async function breakLab({ app, page }: DesktopApp): Promise<void> {
  await app.evaluate(() => {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (...args: Parameters<typeof postMessage>) {
      Worker.prototype.postMessage = postMessage
      postMessage.call(this, { ...args[0], port: undefined }, [])
    }
  })
  await page.reload()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
