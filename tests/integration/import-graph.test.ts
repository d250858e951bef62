/** Holds the house together: every arrow between its parts is one that architecture.md draws. */

import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

type Part = {
  /** A folder or one file; a file belongs to the longest path that fits it. Files of one part may import each other. */
  path: string
  /** The other parts it may import. */
  imports: string[]
  /** Other parts of which it may import types, which are gone when the program runs. */
  types?: string[]
  /** The only packages it may import; without this, all but `electron`. */
  packages?: string[]
}

const backend = 'electron/main/backend'
const services = `${backend}/services`
const drivers = `${backend}/drivers`
const database = `${backend}/database`
const runner = `${backend}/runner`
const rest = `${backend}/rest`
const rpc = `${backend}/rpc`
const simulation = `${backend}/simulation`
const ground = ['db/schema', 'shared/domain']

const house: Part[] = [
  { path: 'shared/domain', imports: [], packages: ['zod'] },
  { path: 'shared/contract', imports: ['shared/domain'], packages: ['zod'] },
  { path: 'db/schema', imports: ['shared/domain'], packages: ['drizzle-orm'] },
  { path: database, imports: ground },
  { path: services, imports: ground, types: [database] },
  { path: drivers, imports: ['shared/domain'] },
  { path: runner, imports: [services, drivers, database, ...ground] },
  { path: rest, imports: [services, ...ground] },
  { path: rpc, imports: [services, 'shared/contract', ...ground] },
  // start.ts and what lies beside it; its entries are parts of their own, so that nothing imports them.
  { path: backend, imports: [services, drivers, runner, rest, rpc, database, 'shared/contract', 'package.json', ...ground] },
  { path: `${backend}/headless.ts`, imports: [backend, 'shared/domain', 'package.json'] },
  { path: `${backend}/worker.ts`, imports: [backend, rpc, 'shared/domain'], types: [services] },
  // No lab runs while it is reset: of the backend it needs the database only.
  { path: `${backend}/reset.ts`, imports: [backend, database, 'package.json'] },
  // The whole lab on a clock of its own.
  { path: simulation, imports: [backend, services, database, ...ground] },
  { path: `${backend}/simulate.ts`, imports: [simulation] },
  { path: 'electron/main/shell', imports: [backend, 'shared/contract', 'shared/domain'] },
  { path: 'electron/main/index.ts', imports: ['electron/main/shell', 'package.json'] },
  { path: 'electron/preload', imports: ['shared/contract', 'package.json'], packages: ['electron'] },
  { path: 'renderer', imports: ['shared/contract', 'shared/domain'] },
  // A client like any script: all it knows of the lab is what REST says.
  { path: 'cli', imports: ['shared/domain', 'package.json'] },
  { path: 'package.json', imports: [] },
]
const mayImportElectron = ['electron/main/shell', 'electron/main/index.ts', 'electron/preload']

/** `to` is a file of the project, or the name of a package or of a Node module (without `node:`). */
type Import = { from: string; to: string; local: boolean; typeOnly: boolean }

const files = ['shared', 'db', 'electron', 'cli', 'renderer'].flatMap(sourcesIn)
const imports = files.flatMap(importsOf)
const local = imports.filter((each) => each.local)
const external = imports.filter((each) => !each.local)

test('every file belongs to a part of the house', () => {
  expect(files).not.toEqual([])
  expect(files.filter((file) => !partOf(file))).toEqual([])
})

test('parts import each other only along the arrows', () => {
  expect(local.filter((each) => !isAllowed(each)).map(inWords)).toEqual([])
})

test('parts with a closed list import no other package', () => {
  const strangers = external.filter(({ from, to }) => partOf(from)?.packages?.includes(to) === false)
  expect(strangers.map(inWords)).toEqual([])
})

test('only the shell, the first file and the preload import electron', () => {
  const strangers = external.filter(({ from, to }) => to === 'electron' && !mayImportElectron.includes(partOf(from)?.path ?? ''))
  expect(strangers.map(inWords)).toEqual([])
})

test('the renderer imports nothing of Node', () => {
  expect(external.filter(({ from, to }) => from.startsWith('renderer/') && isBuiltin(to)).map(inWords)).toEqual([])
})

test('no file imports itself by way of others', () => {
  expect(rings()).toEqual([])
})

test('what the main process imports is a dependency, what only the renderer imports is not', () => {
  const installed = Object.keys(packageJson.dependencies)
  const packages = external.filter(({ to, typeOnly }) => !typeOnly && to !== 'electron' && !isBuiltin(to))
  const ofMain = packages.filter(({ from }) => !from.startsWith('renderer/'))
  expect(ofMain.filter(({ to }) => !installed.includes(to)).map(inWords)).toEqual([])

  const onlyOfRenderer = packages.filter(({ to }) => !ofMain.some((each) => each.to === to))
  expect(onlyOfRenderer.filter(({ to }) => installed.includes(to)).map(inWords)).toEqual([])
})

/** Without the tests that stand beside the code: they may import whatever they test with. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => /\.(ts|tsx|js|mjs)$/.test(file) && !/\.test\.tsx?$/.test(file))
}

function partOf(file: string): Part | undefined {
  const fitting = house.filter(({ path }) => file === path || file.startsWith(`${path}/`))
  return fitting.sort((a, b) => b.path.length - a.path.length)[0]
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const [importer, imported] = [partOf(from), partOf(to)]
  if (!importer || !imported) return false
  if (importer === imported || importer.imports.includes(imported.path)) return true
  return typeOnly && importer.types?.includes(imported.path) === true
}

function inWords({ from, to }: Import): string {
  return `${from} → ${to}`
}

function importsOf(from: string): Import[] {
  const text = readFileSync(from, 'utf8')
  const { module, program, errors } = parseSync(from, text)
  if (errors[0]) throw new Error(`${from}: ${errors[0].message}`)

  const found: Import[] = []
  function add(request: string, typeOnly: boolean): void {
    const isFile = request.startsWith('.')
    found.push({ from, to: isFile ? posix.join(posix.dirname(from), request) : packageOf(request), local: isFile, typeOnly })
  }
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType))
  }
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest) add(moduleRequest.value, isType)
  }
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type !== 'Literal' || typeof source.value !== 'string') throw new Error(`${from} imports what only shows at run time`)
      add(source.value, false)
    },
    TSImportType: ({ source }) => add(source.value, true),
  }).visit(program)
  return found
}

function packageOf(request: string): string {
  const segments = request.replace(/^node:/, '').split('/')
  return segments.slice(0, request.startsWith('@') ? 2 : 1).join('/')
}

/** Each ring of files as `a → b → a`. Types may go round: nothing is left of them that could run too early. */
function rings(): string[] {
  const running = local.filter(({ typeOnly }) => !typeOnly)
  const seen = new Set<string>()
  const found: string[] = []

  function follow(file: string, path: string[]): void {
    const start = path.indexOf(file)
    if (start >= 0) found.push([...path.slice(start), file].join(' → '))
    if (start >= 0 || seen.has(file)) return
    seen.add(file)
    for (const { to } of running.filter(({ from }) => from === file)) follow(to, [...path, file])
  }
  for (const file of files) follow(file, [])
  return found
}
