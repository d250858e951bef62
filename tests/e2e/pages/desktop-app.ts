/** The desktop app under test: started on folders and ports of its own, ended with the test. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test'

export { expect }

export const root = join(import.meta.dirname, '..', '..', '..')

/** As root (CI) Chromium's own sandbox does not start; the pages' rules are the same. */
export const needed = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export type Place = { folder: string; dataDir: string; userData: string }

export type DesktopApp = Place & {
  app: ElectronApplication
  page: Page
  /** Everything it wrote to standard output and standard error. */
  said(): string
  /** The address of a REST service, once the lab runs. */
  service(name: 'device' | 'workflow' | 'ui'): Promise<string>
}

export type LaunchOptions = { place?: Place; args?: string[]; env?: Record<string, string> }

type Fixtures = {
  /** A folder that is removed when the test has ended. */
  newPlace(): Place
  launch(options?: LaunchOptions): Promise<DesktopApp>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of the braces
  newPlace: async ({}, use) => {
    const folders: string[] = []
    await use(() => {
      const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-desktop-'))
      folders.push(folder)
      return { folder, dataDir: join(folder, 'lab'), userData: join(folder, 'user') }
    })
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  },
  launch: async ({ newPlace }, use) => {
    const running: DesktopApp[] = []
    await use(async ({ place = newPlace(), args = [], env = {} } = {}) => {
      const started = await start(place, args, env)
      running.push(started)
      return started
    })
    for (const { app } of running) await end(app)
  },
})

/** Ports that are free, a small demo lab, simulated devices that do not wait: unless the test says otherwise. */
export const usualArgs = ['--device-port=0', '--workflow-port=0', '--ui-port=0', '--demo-logs=200', '--sim-speed=0']

export function environment(env: Record<string, string> = {}): Record<string, string> {
  const ours = Object.entries(process.env).filter(([name]) => !/^(LAB_|DATABASE_URL|npm_|ELECTRON_RUN)/.test(name))
  return { ...(Object.fromEntries(ours) as Record<string, string>), ...env }
}

async function start(place: Place, args: string[], env: Record<string, string>): Promise<DesktopApp> {
  const flags = [...usualArgs, `--data-dir=${place.dataDir}`].filter(
    (flag) => !args.some((arg) => arg.split('=')[0] === flag.split('=')[0]),
  )
  const app = await _electron.launch({
    cwd: root,
    args: ['.', ...needed, `--user-data-dir=${place.userData}`, ...flags, ...args],
    env: environment(env),
  })
  let text = ''
  const child = app.process()
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  const page = await app.firstWindow()
  return {
    ...place,
    app,
    page,
    said: () => text,
    async service(name) {
      await expect.poll(() => text, { timeout: 30_000 }).toMatch(/^ready /m)
      return new RegExp(` ${name}=(\\S+)`).exec(text.slice(text.lastIndexOf('ready ')))?.[1] ?? ''
    },
  }
}

/** In order, as the system would; what does not end then is a fault that the test shows. */
async function end(app: ElectronApplication): Promise<void> {
  const child = app.process()
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
