/** A lab for pictures: the demo lab in this process, on a clock that stands still until a scene moves it. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { pino } from 'pino'
import { startLab } from '../../../electron/main/backend/start.ts'
import { type Client, createClient } from '../../support/client.ts'
import { createManualClock, type ManualClock } from '../../support/clock.ts'
import { defaults } from '../../support/lab-defaults.ts'
import { framePage } from '../pages/frame.ts'

export { expect }

export type Stage = {
  device: Client
  workflow: Client
  clock: ManualClock
  ui: string
  /** What the page is told, as a lab at its usual place would tell it. */
  atHome(message: string): string
  close(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..', '..')
/** The demo lab's month is over, and the bench goes on. */
const opening = new Date('2025-02-03T07:00:00Z')

async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'benchkeeper-stage-'))
  const clock = createManualClock(opening)
  const lab = await startLab({
    ...defaults,
    dataDir: join(folder, 'lab'),
    demoLogs: 20_000,
    simSpeed: 1,
    version: '0.1.0',
    logger: pino({ level: 'silent' }),
    folders: { migrations: join(root, 'db', 'migrations'), template: join(root, 'out', 'template'), pages: join(root, 'out', 'renderer') },
    clock,
  })
  await lab.ready
  return {
    device: createClient(lab.urls.device),
    workflow: createClient(lab.urls.workflow),
    clock,
    ui: lab.urls.ui,
    atHome: (message) =>
      message
        .replaceAll(lab.urls.device, 'http://127.0.0.1:5001')
        .replaceAll(lab.urls.workflow, 'http://127.0.0.1:5002')
        .replaceAll(join(folder, 'lab'), '~/.local/share/benchkeeper/lab'),
    async close() {
      await lab.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type OfTest = {
  /** Takes the picture docs/screenshots/NAME-light.png and NAME-dark.png of the screen at an address, once it is as `ready` waits for. */
  shoot(name: string, address: string, ready: (page: Page) => Promise<unknown>): Promise<void>
}

export const test = base.extend<OfTest, { stage: Stage }>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of the braces
    async ({}, use) => {
      const stage = await openStage()
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  shoot: ({ page, stage }, use) =>
    use(async (name, address, ready) => {
      await page.clock.setFixedTime(stage.clock.now())
      await page.addInitScript(() => {
        // The empty page between two pictures keeps nothing.
        if (location.origin === 'null') return
        localStorage.clear()
        sessionStorage.clear()
        localStorage.setItem(
          'benchkeeper-preferences',
          JSON.stringify({ state: { operator: 'Ada Byron', density: 'desk', keys: true }, version: 0 }),
        )
      })
      await page.routeWebSocket(/./, (socket) => {
        const lab = socket.connectToServer()
        lab.onMessage((message) => socket.send(typeof message === 'string' ? stage.atHome(message) : message))
      })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        // Or what the other picture had open would still be there.
        await page.goto('about:blank')
        await page.goto(`${stage.ui}/#${address}`)
        await framePage(page).title.waitFor()
        await ready(page)
        await page.screenshot({ path: join(root, 'docs', 'screenshots', `${name}-${colorScheme}.png`), animations: 'disabled' })
      }
    }),
})
