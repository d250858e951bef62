/** The packaged program: what is in it, how its fuses are set, and that it starts on its own. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { environment, expect, needed, root, test, usualArgs } from '../pages/desktop-app.ts'

/** Away from the repository: below it Node would find there what was forgotten to be packed. */
const away = mkdtempSync(join(tmpdir(), 'benchkeeper-packed-'))
const packed = join(away, 'Benchkeeper')
const program = join(packed, 'benchkeeper')
const archive = join(packed, 'resources', 'app.asar')

test.skip(process.platform !== 'linux', 'the folder is laid out differently on other systems')

test.beforeAll(() => {
  test.setTimeout(300_000)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/pack.mjs', '--linux', 'dir'], {
    cwd: root,
    encoding: 'utf8',
    env: environment(),
  })
  expect(status, stdout + stderr).toBe(0)
  cpSync(join(root, 'dist', 'linux-unpacked'), packed, { recursive: true })
})
test.afterAll(() => rmSync(away, { recursive: true, force: true }))

test('it starts from its folder without Node, shows the bench, serves REST and the same pages, and ends in order', async ({
  newPlace,
  playwright,
}) => {
  const { folder, dataDir, userData } = newPlace()
  // No Node on the path, and another folder to be in.
  const child = spawn(
    program,
    [...needed, '--remote-debugging-port=0', `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs],
    {
      cwd: folder,
      env: { ...environment(), PATH: '/nowhere' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready /m)
  const [, device, ui] = /^ready device=(\S+) .*ui=(\S+)$/m.exec(said) ?? []

  expect(await (await fetch(`${device}/devices`)).json()).toHaveLength(5)
  expect(await (await fetch(`${device}/docs`)).text()).toContain('swagger-ui')
  expect((await fetch(`${device}/docs/swagger-ui-bundle.js`)).status).toBe(200)
  expect(await (await fetch(`${ui}/`)).text()).toContain('<title>Benchkeeper</title>')
  expect(readFileSync(join(userData, 'logs', 'lab.log'), 'utf8')).toContain('a new database was made')

  // Its main process lets nobody in; its pages can be looked at as any Chromium's.
  const chromium = await playwright.chromium.connectOverCDP(/^DevTools listening on (\S+)$/m.exec(said)?.[1] ?? '')
  const page = chromium.contexts()[0]?.pages()[0]
  expect(page?.url()).toMatch(/^app:\/\/benchkeeper\/index\.html/)
  if (!page) throw new Error('it has no page')
  await expect(page.getByRole('article')).toHaveCount(5)
  await chromium.close()

  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0], said).toBe(0)
})

test.describe('from a terminal', () => {
  /** No display: whatever opens a window fails. */
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...noDisplay } = environment()
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, [...needed, ...args], { env: noDisplay, encoding: 'utf8', timeout: 40_000 })
    return { status, stdout, stderr }
  }

  test('--help and --version print and end, without a display too', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n` })
    const { status, stdout } = run('--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Usage: benchkeeper \[options\]\n/)
    expect(stdout).toContain('--headless')
  })

  test('--headless runs the lab without a window, and needs no display', async ({ newPlace }) => {
    const { dataDir, userData } = newPlace()
    const args = [...needed, '--headless', `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs]
    const child = spawn(program, args, { env: noDisplay, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stderr.resume()
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready /m)
    const [, device, ui] = /^ready device=(\S+) .*ui=(\S+)$/m.exec(said) ?? []
    expect(await (await fetch(`${device}/devices`)).json()).toHaveLength(5)
    expect(await (await fetch(`${ui}/`)).text()).toContain('<title>Benchkeeper</title>')
    // A page of its own would be a process that draws.
    expect(processesBelow(child.pid).filter((line) => line.includes('--type=renderer'))).toEqual([])

    // A second one on the same data is refused as without Electron.
    const second = run('--headless', `--user-data-dir=${userData}`, `--data-dir=${dataDir}`, ...usualArgs)
    expect(second).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`benchkeeper: The data folder ${dataDir} is in use by another Benchkeeper (process ${child.pid}).\n`),
    })

    child.kill('SIGTERM')
    expect((await once(child, 'exit'))[0], said).toBe(0)
    expect(existsSync(`${dataDir}.lock`)).toBe(false)
  })

  test('--headless with a wrong flag says which in one line and ends with exit code 2', ({ newPlace }) => {
    const { status, stdout, stderr } = run('--headless', `--user-data-dir=${newPlace().userData}`, '--devce-port=1')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^benchkeeper: unknown option '--devce-port=1'/m)
  })
})

test('its fuses are set: nothing turns it into a plain Node, and it runs only what is in its archive', async () => {
  const {
    version: _version,
    resetAdHocDarwinSignature: _reset,
    strictlyRequireAllFuses: _strict,
    ...fuses
  } = await getCurrentFuseWire(program)
  const read = (fuse: FuseV1Options) => (fuses as Partial<Record<FuseV1Options, FuseState>>)[fuse]
  expect({
    runAsNode: read(FuseV1Options.RunAsNode),
    cookieEncryption: read(FuseV1Options.EnableCookieEncryption),
    nodeOptions: read(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: read(FuseV1Options.EnableNodeCliInspectArguments),
    asarIntegrity: read(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: read(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocol: read(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: FuseState.DISABLE,
    cookieEncryption: FuseState.ENABLE,
    nodeOptions: FuseState.DISABLE,
    inspect: FuseState.DISABLE,
    asarIntegrity: FuseState.ENABLE,
    onlyAsar: FuseState.ENABLE,
    fileProtocol: FuseState.DISABLE,
  })
})

test('the fuses hold: it does not run a script given to it, as an Electron without them does', () => {
  const runScript = (path: string) =>
    spawnSync(path, ['-e', 'console.log("ran as " + "node")'], {
      env: { ...environment(), ELECTRON_RUN_AS_NODE: '1' },
      encoding: 'utf8',
      timeout: 20_000,
    }).stdout
  expect(runScript(createRequire(import.meta.url)('electron') as unknown as string)).toContain('ran as node')
  expect(runScript(program)).not.toContain('ran as node')
})

test('only what runs is inside, and it stays in its budget', () => {
  const inside = filesOf(readHeader(archive))
  const files = [...inside.keys()]
  const outside = files.filter(
    (file) =>
      !/^(package\.json|out\/(main|preload|renderer)\/.+|node_modules\/@electric-sql\/pglite\/(package\.json|dist\/.+)|node_modules\/swagger-ui-dist\/.+)$/.test(
        file,
      ),
  )
  expect(outside).toEqual([])
  expect(files.filter((file) => /\.(map|ts|tsx|mts|cts|cjs)$/.test(file) && file !== 'out/preload/index.cjs')).toEqual([])
  expect(files.filter((file) => file.startsWith('node_modules/swagger-ui-dist/')).sort()).toEqual([
    'node_modules/swagger-ui-dist/package.json',
    'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
    'node_modules/swagger-ui-dist/swagger-ui.css',
  ])
  // PostgreSQL lies beside the archive, where it is read as plain files.
  expect(files.filter((file) => file.endsWith('.wasm') && !inside.get(file)?.unpacked)).toEqual([])
  const needs = ['package.json', 'out/main/index.js', 'out/main/worker.js', 'out/preload/index.cjs', 'out/renderer/trouble.html']
  expect(files).toEqual(expect.arrayContaining(needs))

  const resources = readdirSync(join(packed, 'resources'))
  expect(resources).toEqual(expect.arrayContaining(['app.asar', 'app.asar.unpacked', 'icons', 'migrations', 'template', 'LICENSE']))
  expect(readdirSync(join(packed, 'resources', 'icons')).sort()).toEqual(['icon.png', 'tray-active.png', 'tray-attention.png', 'tray.png'])
  expect(readFileSync(join(packed, 'resources', 'migrations', 'meta', '_journal.json'), 'utf8')).toBe(
    readFileSync(join(root, 'db/migrations/meta/_journal.json'), 'utf8'),
  )

  const megabytes = { archive: lstatSync(archive).size / 1e6, installed: sizeOf(packed) / 1e6 }
  console.log(`archive ${megabytes.archive.toFixed(1)} MB, installed ${megabytes.installed.toFixed(0)} MB`)
  expect(megabytes.archive).toBeLessThan(12)
  expect(megabytes.installed).toBeLessThan(360)
})

/** Command lines of a process's children and theirs, as Linux keeps them. */
function processesBelow(parent: number | undefined): string[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [readFileSync(`/proc/${child}/cmdline`, 'utf8').replaceAll('\0', ' '), ...processesBelow(child)])
}

type Entry = { files?: Record<string, Entry>; unpacked?: boolean }

/** Chromium's Pickle around a JSON text: its length stands at byte 12, itself from byte 16 on (electron/asar, Format). */
function readHeader(path: string): Entry {
  const bytes = readFileSync(path)
  return JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Entry
}

function filesOf({ files = {} }: Entry, below = ''): Map<string, Entry> {
  const found = new Map<string, Entry>()
  for (const [name, entry] of Object.entries(files)) {
    if (entry.files) for (const [path, file] of filesOf(entry, `${below}${name}/`)) found.set(path, file)
    else found.set(below + name, entry)
  }
  return found
}

function sizeOf(path: string): number {
  const stats = lstatSync(path)
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
