/** A database server that is not there (yet): the window says what it waits for, and goes on by itself. */

import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { startServer } from '../../setup/postgres-server.ts'
import { type Line, layLine } from '../../support/line.ts'
import { test as base, expect } from '../pages/desktop-app.ts'
import { ended } from '../pages/desktop-moves.ts'
import { troublePage } from '../pages/trouble-page.ts'
import { expectNoViolationsBySystem } from '../support/accessibility.ts'

/** A line to a real server, cut at first. */
const test = base.extend<{ line: Line }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of the braces
  line: async ({}, use) => {
    const server = await startServer()
    const line = await layLine(server.url)
    await use(line)
    await line.close()
    await server.stop()
  },
})

test('the window tells what it waits for, and the lab opens when the server is there', async ({ launch, line }) => {
  const { page, service, userData, said } = await launch({ env: { DATABASE_URL: line.url } })
  const trouble = troublePage(page)
  await trouble.isShown('Waiting for the database server')
  const { host, password } = new URL(line.url)
  await expect(trouble.reason).toContainText(`The database postgres on ${host} does not answer: connect ECONNREFUSED ${host}.`)
  await expectNoViolationsBySystem(page)
  for (const told of [await page.content(), readFileSync(join(userData, 'logs', 'lab.log'), 'utf8')]) {
    expect(told).toContain(`postgres on ${host} does not answer`)
    expect(told).not.toContain(password)
  }
  // Standard error said its first lines before anybody listened.
  expect(said()).not.toContain(password)

  await line.mend()
  await trouble.isGone()
  expect(await (await fetch(`${await service('device')}/devices`)).json()).toHaveLength(5)
  await expect(page.getByRole('article')).toHaveCount(5)
})

test('a server that goes away while the lab runs is told on the page and to scripts, and all goes on when it is there again', async ({
  launch,
  line,
}) => {
  await line.mend()
  const { page, service } = await launch({ env: { DATABASE_URL: line.url } })
  const devices = `${await service('device')}/devices`
  await expect(page.getByText('Database on a server: open')).toBeVisible()

  await line.cut()
  await expect(page.getByText('Database on a server: does not answer')).toBeVisible()
  await expect(page.getByText('The database does not answer. The lab goes on as soon as it does.')).toBeVisible()
  const refused = await fetch(devices)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({ code: 'no_database' })

  await line.mend()
  await expect(page.getByText('Database on a server: open')).toBeVisible()
  await expect(page.getByText('The database does not answer.')).toBeHidden()
  const made = await fetch(devices, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: 'back-again', name: 'Back again', type: 'other' }),
  })
  expect(made.status).toBe(201)
  await expect(page.getByRole('article', { name: 'Back again' })).toBeVisible()
})

test('when something else is in the way, that is told, and the keyboard stays where it was', async ({ launch }) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const { page } = await launch({ env: { DATABASE_URL: `postgres://lab:secret@127.0.0.1:${port}/lab` } })
  const trouble = troublePage(page)
  await trouble.isShown('Waiting for the database server')
  await expect(trouble.reason).toContainText('ECONNREFUSED')
  await trouble.button('Quit').focus()

  // It takes calls now, and hangs up.
  server.listen(port, '127.0.0.1')
  await expect(trouble.reason).toContainText(/does not answer: (Connection terminated unexpectedly|read ECONNRESET)\./)
  await expect(trouble.button('Quit')).toBeFocused()
  server.close()
})

test('instead of waiting, the lab on this computer can be opened', async ({ launch, newPlace, line }) => {
  const place = newPlace()
  mkdirSync(place.userData)
  const chosen = { dataDir: join(place.folder, 'chosen'), ports: { device: 0, workflow: 0, ui: 0 } }
  writeFileSync(join(place.userData, 'desktop.json'), JSON.stringify(chosen))
  const { page, service } = await launch({ place, args: [`--database-url=${line.url}`] })
  const trouble = troublePage(page)
  await trouble.isShown('Waiting for the database server')
  await trouble.button('Start with the usual settings').click()
  await trouble.isGone()
  expect(await (await fetch(`${await service('device')}/devices`)).json()).toHaveLength(5)
  expect(existsSync(join(chosen.dataDir, 'PG_VERSION'))).toBe(true)
})

test('who quits meanwhile is not kept waiting', async ({ launch, line }) => {
  const desktop = await launch({ env: { DATABASE_URL: line.url } })
  const trouble = troublePage(desktop.page)
  await trouble.isShown('Waiting for the database server')
  const end = ended(desktop)
  await trouble.button('Quit').click()
  expect(await end).toBe(0)
})

test('a server that says no is not waited for: the window says why, and what to do', async ({ launch, line }) => {
  await line.mend()
  const wrong = new URL(line.url)
  wrong.password = 'wrong'
  const { page } = await launch({ env: { DATABASE_URL: wrong.toString() } })
  const trouble = troublePage(page)
  await trouble.isShown('The lab could not start')
  await expect(trouble.reason).toHaveText(
    /^The database postgres on \S+ cannot be used: password authentication failed for user "postgres"\.$/,
  )
  const offered = await page.locator('#solutions button').allTextContents()
  expect(offered).toEqual(['Try again', 'Start with the usual settings', 'Show the log', 'Quit'])
})
