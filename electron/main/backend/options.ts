/** What the program can be told on its command line or in its environment. A flag wins over a variable. */

import { isIPv4 } from 'node:net'
import { homedir, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

export type Options = {
  dataDir: string
  databaseUrl: string | undefined
  devicePort: number
  workflowPort: number
  uiPort: number
  /** Undefined: off. */
  psqlPort: number | undefined
  /** Undefined: when the database is new. */
  demo: boolean | undefined
  demoLogs: number
  simSpeed: number
  corsOrigins: string[]
  token: string | undefined
  host: string
  allowedHosts: string[]
}

/** A flag or variable is wrong; `message` says which and how. The program then ends with exit code 2. */
export class WrongOption extends Error {}

/** Asked for `--help` or `--version`: `message` is the text to print. */
export class TextWanted extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws WrongOption, TextWanted */
export function parseOptions(args: readonly string[], environment: Environment, version: string): Options {
  const output: string[] = []
  const command = createCommand(version).configureOutput({ writeOut: (text) => output.push(text), writeErr: (text) => output.push(text) })
  try {
    command.parse(withVariables(args, environment), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) throw new TextWanted(output.join('').trimEnd())
    throw new WrongOption(error.message.replace(/^error: /, ''))
  }
  const { corsOrigin, allowedHost, demo, ...rest } = command.opts()
  const options: Options = {
    ...rest,
    dataDir: resolve(rest.dataDir ?? defaultDataDir(environment)),
    databaseUrl: rest.databaseUrl,
    psqlPort: rest.psqlPort,
    token: rest.token,
    demo,
    corsOrigins: corsOrigin ?? [],
    allowedHosts: allowedHost ?? [],
  } as Options
  refuseCombinations(options)
  return options
}

function createCommand(version: string): Command {
  return new Command('benchkeeper')
    .description('Lab control: devices, bookings, queues, workflows and their history.')
    .version(version)
    .exitOverride()
    .allowExcessArguments(false)
    .addOption(new Option('--headless', 'run without a window'))
    .addOption(new Option('--data-dir <dir>', 'where the embedded database lives (LAB_DATA_DIR)').argParser(filled))
    .addOption(
      new Option('--database-url <url>', 'a shared PostgreSQL instead of the embedded database (DATABASE_URL)').argParser(postgresUrl),
    )
    .addOption(new Option('--device-port <n>', 'device service; 0 = any free port (LAB_DEVICE_PORT)').default(5001).argParser(port))
    .addOption(new Option('--workflow-port <n>', 'workflow service (LAB_WORKFLOW_PORT)').default(5002).argParser(port))
    .addOption(new Option('--ui-port <n>', 'the UI in a browser (LAB_UI_PORT)').default(5003).argParser(port))
    .addOption(new Option('--psql-port <n>', 'PostgreSQL wire protocol on loopback, for psql (LAB_PSQL_PORT)').argParser(port))
    .addOption(new Option('--demo', 'load the demo lab into a new database (LAB_DEMO=1)'))
    .addOption(new Option('--no-demo', 'leave a new database empty (LAB_DEMO=0)'))
    .addOption(new Option('--demo-logs <n>', 'past execution logs of the demo lab (LAB_DEMO_LOGS)').default(20_000).argParser(demoLogs))
    .addOption(
      new Option('--sim-speed <x>', 'how much faster than nominal simulated devices run; 0 = no waiting (LAB_SIM_SPEED)')
        .default(10)
        .argParser(speed),
    )
    .addOption(
      new Option('--cors-origin <url>', 'a browser origin that may call; repeatable (LAB_CORS_ORIGINS, commas)').argParser(collect(origin)),
    )
    .addOption(new Option('--token <t>', 'require "Authorization: Bearer T" on every port (LAB_TOKEN)').argParser(token))
    .addOption(
      new Option('--host <h>', 'bind address; anything but loopback needs a token (LAB_HOST)').default('127.0.0.1').argParser(filled),
    )
    .addOption(
      new Option('--allowed-host <name>', 'a further name that requests may use; repeatable (LAB_ALLOWED_HOSTS, commas)').argParser(
        collect(filled),
      ),
    )
}

const variables: readonly { name: string; flag: string; many?: boolean }[] = [
  { name: 'LAB_DATA_DIR', flag: '--data-dir' },
  { name: 'DATABASE_URL', flag: '--database-url' },
  { name: 'LAB_DEVICE_PORT', flag: '--device-port' },
  { name: 'LAB_WORKFLOW_PORT', flag: '--workflow-port' },
  { name: 'LAB_UI_PORT', flag: '--ui-port' },
  { name: 'LAB_PSQL_PORT', flag: '--psql-port' },
  { name: 'LAB_DEMO_LOGS', flag: '--demo-logs' },
  { name: 'LAB_SIM_SPEED', flag: '--sim-speed' },
  { name: 'LAB_CORS_ORIGINS', flag: '--cors-origin', many: true },
  { name: 'LAB_TOKEN', flag: '--token' },
  { name: 'LAB_HOST', flag: '--host' },
  { name: 'LAB_ALLOWED_HOSTS', flag: '--allowed-host', many: true },
]

/** Variables become flags before the given ones, so that one parser reads both and the given ones win. */
function withVariables(args: readonly string[], environment: Environment): string[] {
  const given = (flag: string) => args.some((argument) => argument === flag || argument.startsWith(`${flag}=`))
  const fromVariables = variables.flatMap(({ name, flag, many }) => {
    const value = environment[name]
    if (!value || given(flag)) return []
    return (many ? value.split(',').map((item) => item.trim()) : [value]).filter(Boolean).map((item) => `${flag}=${item}`)
  })
  const demo = given('--demo') || given('--no-demo') ? [] : demoFlag(environment.LAB_DEMO)
  return [...fromVariables, ...demo, ...args]
}

function demoFlag(value: string | undefined): string[] {
  if (!value) return []
  if (value !== '1' && value !== '0') throw new WrongOption(`LAB_DEMO must be 1 or 0, not "${value}"`)
  return [value === '1' ? '--demo' : '--no-demo']
}

function refuseCombinations({ host, token, psqlPort, databaseUrl, devicePort, workflowPort, uiPort }: Options): void {
  if (!isLoopback(host) && token === undefined) {
    throw new WrongOption(`--host ${host} would let other computers in: it needs a --token`)
  }
  if (psqlPort !== undefined && databaseUrl !== undefined) {
    throw new WrongOption('--psql-port is for the embedded database; with --database-url use psql on that server')
  }
  const ports = [devicePort, workflowPort, uiPort, psqlPort].filter((value) => value !== undefined && value !== 0)
  if (new Set(ports).size < ports.length) throw new WrongOption('each service needs a port of its own')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function filled(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return value
}

function port(value: string): number {
  return wholeNumber(value, 0, 65_535)
}

function demoLogs(value: string): number {
  return wholeNumber(value, 0, 10_000_000)
}

function wholeNumber(value: string, least: number, most: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  return number
}

function speed(value: string): number {
  const number = Number(value)
  if (!/^\d+(\.\d+)?$/.test(value) || number > 1_000_000) throw new InvalidArgumentError('It must be a number from 0 to 1000000.')
  return number
}

function postgresUrl(value: string): string {
  if (!URL.canParse(value) || !/^postgres(ql)?:$/.test(new URL(value).protocol)) {
    throw new InvalidArgumentError('It must look like postgres://user:password@host:5432/database.')
  }
  return value
}

function origin(value: string): string {
  if (!URL.canParse(value) || new URL(value).origin !== value)
    throw new InvalidArgumentError('It must be an origin such as https://lab.example.')
  return value
}

/** What an Authorization header can carry (RFC 6750, 2.1). */
function token(value: string): string {
  if (!/^[\w\-.~+/]+=*$/.test(value)) throw new InvalidArgumentError('It may have letters, digits and -._~+/ only.')
  return value
}

function collect<T>(parse: (value: string) => T) {
  return (value: string, before: T[] | undefined): T[] => [...(before ?? []), parse(value)]
}

/** Where the system wants applications to keep a user's data. */
function defaultDataDir(environment: Environment): string {
  const home = homedir()
  const base =
    platform() === 'win32'
      ? (environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : platform() === 'darwin'
        ? join(home, 'Library', 'Application Support')
        : (environment.XDG_DATA_HOME ?? join(home, '.local', 'share'))
  return join(base, 'benchkeeper', 'lab')
}
