/** Flags and variables: what each means, which one wins, and what is refused. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isLoopback, parseOptions, TextWanted, WrongOption } from './options.ts'

const parse = (args: string[] = [], environment: Record<string, string> = {}) => parseOptions(args, environment, '1.2.3')

describe('without flags and variables', () => {
  it('everything has its default', () => {
    const { dataDir, ...others } = parse()
    expect(others).toMatchObject({
      databaseUrl: undefined,
      devicePort: 5001,
      workflowPort: 5002,
      uiPort: 5003,
      psqlPort: undefined,
      demo: undefined,
      demoLogs: 20_000,
      simSpeed: 10,
      corsOrigins: [],
      token: undefined,
      host: '127.0.0.1',
      allowedHosts: [],
    })
    expect(dataDir).toBe(resolve(dataDir))
    expect(dataDir.startsWith(homedir())).toBe(true)
  })

  it.runIf(process.platform === 'linux')('the data folder is where the system keeps applications’ data', () => {
    expect(parse([], { XDG_DATA_HOME: '/data' }).dataDir).toBe(join('/data', 'benchkeeper', 'lab'))
    expect(parse().dataDir).toBe(join(homedir(), '.local', 'share', 'benchkeeper', 'lab'))
  })
})

const url = 'postgres://lab:secret@db.example:5432/lab'

/** Each flag with its variable: a value, what it comes to, and another value that must win over it. */
const both: [flag: string, variable: string, value: string, option: string, meaning: unknown, winner: string, won: unknown][] = [
  ['--data-dir', 'LAB_DATA_DIR', '/somewhere', 'dataDir', resolve('/somewhere'), 'here', resolve('here')],
  ['--database-url', 'DATABASE_URL', url, 'databaseUrl', url, 'postgresql://x/y', 'postgresql://x/y'],
  ['--device-port', 'LAB_DEVICE_PORT', '6001', 'devicePort', 6001, '0', 0],
  ['--workflow-port', 'LAB_WORKFLOW_PORT', '6002', 'workflowPort', 6002, '65535', 65_535],
  ['--ui-port', 'LAB_UI_PORT', '6003', 'uiPort', 6003, '0', 0],
  ['--psql-port', 'LAB_PSQL_PORT', '5432', 'psqlPort', 5432, '0', 0],
  ['--demo-logs', 'LAB_DEMO_LOGS', '10000000', 'demoLogs', 10_000_000, '0', 0],
  ['--sim-speed', 'LAB_SIM_SPEED', '2.5', 'simSpeed', 2.5, '0', 0],
  ['--token', 'LAB_TOKEN', 'abc-._~+/==', 'token', 'abc-._~+/==', 'other', 'other'],
  ['--host', 'LAB_HOST', 'localhost', 'host', 'localhost', '127.0.0.2', '127.0.0.2'],
  ['--cors-origin', 'LAB_CORS_ORIGINS', 'https://a.example', 'corsOrigins', ['https://a.example'], 'http://b:8080', ['http://b:8080']],
  ['--allowed-host', 'LAB_ALLOWED_HOSTS', 'lab-pc', 'allowedHosts', ['lab-pc'], 'other-pc', ['other-pc']],
]

describe.each(both)('%s and %s', (flag, variable, value, option, meaning, winner, won) => {
  const read = (args: string[], environment: Record<string, string> = {}) =>
    parse(args, environment)[option as keyof ReturnType<typeof parse>]

  it('mean the same', () => {
    expect(read([flag, value])).toEqual(meaning)
    expect(read([`${flag}=${value}`])).toEqual(meaning)
    expect(read([], { [variable]: value })).toEqual(meaning)
  })

  it('the flag wins', () => {
    expect(read([flag, winner], { [variable]: value })).toEqual(won)
    expect(read([`${flag}=${winner}`], { [variable]: value })).toEqual(won)
  })

  it('an empty variable is none', () => {
    expect(read([], { [variable]: '' })).toEqual(parse()[option as keyof ReturnType<typeof parse>])
  })

  it('the flag needs a value', () => {
    expect(() => parse([flag])).toThrow(WrongOption)
    expect(() => parse([flag])).toThrow(flag)
  })
})

describe('a wrong value', () => {
  const wrong: [flag: string, variable: string, values: string[]][] = [
    ['--data-dir', 'LAB_DATA_DIR', [' ']],
    ['--database-url', 'DATABASE_URL', ['nonsense', 'mysql://x/y', 'http://x/y', ' ']],
    ['--device-port', 'LAB_DEVICE_PORT', ['-1', '65536', '5001.5', 'abc', '0x10', '1e3', ' 5001']],
    ['--workflow-port', 'LAB_WORKFLOW_PORT', ['-1', '65536', 'abc']],
    ['--ui-port', 'LAB_UI_PORT', ['-1', '65536', 'abc']],
    ['--psql-port', 'LAB_PSQL_PORT', ['-1', '65536', 'off']],
    ['--demo-logs', 'LAB_DEMO_LOGS', ['-1', '10000001', '1.5', 'many']],
    ['--sim-speed', 'LAB_SIM_SPEED', ['-1', 'fast', 'NaN', 'Infinity', '1e3', '1000001']],
    ['--cors-origin', 'LAB_CORS_ORIGINS', ['*', 'lab.example', 'https://lab.example/', 'https://lab.example/path', 'null']],
    ['--token', 'LAB_TOKEN', ['two words', 'ümlaut', 'a"b']],
    ['--host', 'LAB_HOST', [' ']],
  ]
  const cases = wrong.flatMap(([flag, variable, values]) => values.map((value) => [flag, variable, value] as const))

  it.each(cases)('%s or %s %j is refused, naming the flag', (flag, variable, value) => {
    for (const attempt of [() => parse([`${flag}=${value}`]), () => parse([], { [variable]: value })]) {
      expect(attempt).toThrow(WrongOption)
      expect(attempt).toThrow(flag)
    }
  })

  it('an empty value of a flag is refused', () => {
    for (const [flag] of wrong) expect(() => parse([`${flag}=`])).toThrow(WrongOption)
  })

  it('what was refused in a variable does not count when the flag is given', () => {
    expect(parse(['--device-port', '6001'], { LAB_DEVICE_PORT: 'nonsense' }).devicePort).toBe(6001)
  })

  it('the sentence is one line', () => {
    for (const args of [['--device-port=x'], ['--database-url=x'], ['--nonsense'], ['surplus'], ['--host', '0.0.0.0']]) {
      const error = caught(() => parse(args))
      expect(error).toBeInstanceOf(WrongOption)
      expect(error?.message).toMatch(/^\S.*\S$/)
    }
  })
})

describe('demo', () => {
  it.each([
    [['--demo'], undefined, true],
    [['--no-demo'], undefined, false],
    [[], '1', true],
    [[], '0', false],
    [[], '', undefined],
    [['--no-demo'], '1', false],
    [['--demo'], '0', true],
  ])('%j with LAB_DEMO=%s: %s', (args, LAB_DEMO, demo) => {
    expect(parse(args, LAB_DEMO === undefined ? {} : { LAB_DEMO }).demo).toBe(demo)
  })

  it.each(['yes', 'true', '2', ' '])('LAB_DEMO=%j is refused', (LAB_DEMO) => {
    expect(() => parse([], { LAB_DEMO })).toThrow(WrongOption)
    expect(() => parse([], { LAB_DEMO })).toThrow('LAB_DEMO')
  })

  it('a wrong LAB_DEMO does not count when the flag is given', () => {
    expect(parse(['--demo'], { LAB_DEMO: 'yes' }).demo).toBe(true)
  })
})

describe('lists', () => {
  it('a flag is repeated, a variable has commas', () => {
    const origins = ['https://a.example', 'http://localhost:3000']
    expect(parse(['--cors-origin', origins[0] ?? '', '--cors-origin', origins[1] ?? '']).corsOrigins).toEqual(origins)
    expect(parse([], { LAB_CORS_ORIGINS: ` ${origins.join(' , ')},` }).corsOrigins).toEqual(origins)
    expect(parse(['--allowed-host=a', '--allowed-host=b']).allowedHosts).toEqual(['a', 'b'])
    expect(parse([], { LAB_ALLOWED_HOSTS: 'a,b' }).allowedHosts).toEqual(['a', 'b'])
  })

  it('one wrong origin among several is refused', () => {
    expect(() => parse([], { LAB_CORS_ORIGINS: 'https://a.example,nonsense' })).toThrow('--cors-origin')
  })
})

describe('combinations', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'lab-pc', '127.0.0.1.example', 'localhost.example', '::ffff:1.2.3.4'])(
    '--host %s needs a token',
    (host) => {
      for (const attempt of [() => parse(['--host', host]), () => parse([], { LAB_HOST: host })]) {
        expect(attempt).toThrow(WrongOption)
        expect(attempt).toThrow(/--host.*--token/)
      }
      expect(parse(['--host', host, '--token', 't']).host).toBe(host)
      expect(parse(['--host', host], { LAB_TOKEN: 't' }).host).toBe(host)
    },
  )

  it.each(['127.0.0.1', '127.0.0.2', '127.255.255.254', 'localhost', '::1'])('--host %s needs none', (host) => {
    expect(parse(['--host', host]).host).toBe(host)
    expect(isLoopback(host)).toBe(true)
  })

  it('psql needs the embedded database', () => {
    expect(() => parse(['--psql-port', '5432', '--database-url', url])).toThrow(/--psql-port.*--database-url/)
    expect(() => parse([], { LAB_PSQL_PORT: '5432', DATABASE_URL: url })).toThrow(WrongOption)
  })

  it('each service needs a port of its own, but several may ask for any', () => {
    expect(() => parse(['--device-port', '5002'])).toThrow(WrongOption)
    expect(() => parse(['--psql-port', '5003'])).toThrow(WrongOption)
    expect(parse(['--device-port=0', '--workflow-port=0', '--ui-port=0', '--psql-port=0'])).toMatchObject({
      devicePort: 0,
      workflowPort: 0,
      uiPort: 0,
      psqlPort: 0,
    })
  })
})

describe('the command line', () => {
  it('may say --headless', () => expect(parse(['--headless']).devicePort).toBe(5001))

  it.each([[['--nonsense']], [['--device']], [['-x']], [['surplus']], [['--headless', 'surplus']]])('%j is refused', (args) => {
    expect(() => parse(args)).toThrow(WrongOption)
    expect(() => parse(args)).toThrow(args.at(-1) === 'surplus' ? /argument/ : args[0])
  })

  it('--help tells every flag with its variable', () => {
    const error = caught(() => parse(['--help']))
    expect(error).toBeInstanceOf(TextWanted)
    for (const [flag, variable] of both) expect(error?.message).toMatch(new RegExp(`${flag} .*${variable}`, 's'))
    for (const word of ['--demo', '--no-demo', 'LAB_DEMO', '--headless']) expect(error?.message).toContain(word)
  })

  it('--version tells the version', () => {
    const error = caught(() => parse(['--version']))
    expect(error).toBeInstanceOf(TextWanted)
    expect(error?.message).toBe('1.2.3')
  })
})

function caught(work: () => unknown): Error | undefined {
  try {
    work()
  } catch (error) {
    return error instanceof Error ? error : undefined
  }
  return undefined
}
