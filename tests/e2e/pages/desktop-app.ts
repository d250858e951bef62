/** The desktop app under test: started on folders and ports of its own, ended with the test. */

import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test'

export { expect }

declare global {
  interface Window {
    // As renderer/src/api/line.ts has it, whose code belongs to a page.
    benchkeeper?: import('../../../renderer/src/api/line.ts').DesktopBridge
  }
}

export const root = join(import.meta.dirname, '..', '..', '..')

/**
 * As root (CI) Chromium's own sandbox does not start; the pages' rules are the same. There is no graphics card there either: told so, Chromium
 * draws by itself from the start, instead of losing a process for it while the first page loads.
 */
export const needed = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : []

export type Place = { folder: string; dataDir: string; userData: string }

export type DesktopApp = Place & {
  app: ElectronApplication
  child: ChildProcess
  page: Page
  /** Everything it wrote to standard output and standard error. */
  said(): string
  /** What the page asks of the shell or the lab, past its screens. */
  ask(method: string, input: unknown): Promise<unknown>
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
      const place = makePlace()
      folders.push(place.folder)
      return place
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
    for (const desktop of running) await end(desktop)
  },
})

/** One app for all tests of a file, for those that leave it as it was. */
export const shared = base.extend<object, { desktop: DesktopApp }>({
  desktop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of the braces
    async ({}, use) => {
      const place = makePlace()
      const desktop = await start(place, [], {})
      await desktop.service('device')
      await use(desktop)
      await end(desktop)
      rmSync(place.folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-desktop-'))
  return { folder, dataDir: join(folder, 'lab'), userData: join(folder, 'user') }
}

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
    child,
    page,
    said: () => text,
    ask: (method, input) => ask(page, method, input),
    async service(name) {
      await expect.poll(() => text, { timeout: 30_000 }).toMatch(/^ready /m)
      return new RegExp(` ${name}=(\\S+)`).exec(text.slice(text.lastIndexOf('ready ')))?.[1] ?? ''
    },
  }
}

/** Over the page's own line, with an id that no client of the page uses. */
function ask(page: Page, method: string, input: unknown): Promise<unknown> {
  return page.evaluate(
    ([name, given]) =>
      new Promise((resolve) => {
        const id = 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000)
        const { benchkeeper } = window
        const end = benchkeeper?.onMessage((message) => {
          if (!message || !('id' in message) || message.id !== id) return
          end?.()
          resolve(message.answer)
        })
        benchkeeper?.send({ id, method: name, input: given, operator: null })
      }),
    [method, input] as const,
  )
}

/** In order, as the system would; what does not end then is a fault that the test shows. */
export async function end({ child }: DesktopApp): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
