/** The wire protocol, as drivers and as the wrong program speak it. */

import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { connectGuest, message, split, startupPacket, useGuests } from '../../../../../tests/support/guests.ts'
import { mostGuests } from '../psql-port.ts'

const { store, psql, guest, bare } = useGuests()
const port = () => (psql().server.address() as AddressInfo).port
const died = vi.fn()
beforeAll(() => store().listen([], () => undefined, died))

describe('coming in', () => {
  test('whatever user and database are named, it is the one database', async () => {
    await store().pool.query(`insert into devices (id, name, type) values ('reader', 'Reader', 'plate_reader')`)
    for (const database of ['device_db', 'workflow_db', 'anything']) {
      const client = await guest({ user: 'lab_admin', database })
      expect((await client.query('select id from devices')).rows).toEqual([{ id: 'reader' }])
    }
  })

  test('encryption is declined, as often as it is asked for', async () => {
    const client = bare()
    client.socket.write(Buffer.concat([startupPacket(80_877_103, ''), startupPacket(80_877_104, '')]))
    client.socket.write(startupPacket())
    await expect.poll(() => client.bytes().at(-6)).toBe('Z'.charCodeAt(0))
    expect(client.bytes().toString('latin1', 0, 3)).toBe('NNR')
    await expect(new Client({ host: '127.0.0.1', port: port(), user: 'u', ssl: true }).connect()).rejects.toThrow('does not support SSL')
  })

  test('it is told what the server is like, and gets the settings it wishes for', async () => {
    const told = new Map<string, string>()
    const client = new Client({
      host: '127.0.0.1',
      port: port(),
      user: 'u',
      application_name: 'test',
      options: '-c work_mem=1234kB --search-path=x,\\ y',
    })
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
    connection.on('parameterStatus', ({ parameterName, parameterValue }) => told.set(parameterName, parameterValue))
    await client.connect()
    expect(told.get('server_version')).toMatch(/^18/)
    expect(Object.fromEntries(told)).toMatchObject({
      TimeZone: 'UTC',
      application_name: 'test',
      client_encoding: 'UTF8',
      search_path: 'x, y',
    })
    await store().pool.query('select 1')
    expect((await client.query('show work_mem')).rows).toEqual([{ work_mem: '1234kB' }])
    await client.end()
  })

  test('a setting that does not exist is refused', async () => {
    await expect(connectGuest(port(), { options: '-c no_such_setting=1' })).rejects.toMatchObject({ severity: 'FATAL', code: '42704' })
  })

  test('a newer protocol is talked down, an older one refused', async () => {
    const newer = bare()
    newer.socket.write(startupPacket(196_610, 'user\0u\0_pq_.wish\x001\0\0'))
    expect((await newer.hear('v')).toString('latin1')).toContain('_pq_.wish')
    await newer.hear('Z')

    const older = bare()
    older.socket.write(startupPacket(131_072))
    expect((await older.hear('E')).toString()).toContain('unsupported frontend protocol 2.0')
    await older.closed
  })

  test('a request to cancel is taken and does nothing', async () => {
    const client = await guest()
    const slow = client.query('select count(*)::int as count from generate_series(1, 1000)')
    const cancel = bare()
    cancel.socket.write(startupPacket(80_877_102, '\0'.repeat(8)))
    await cancel.closed
    expect(cancel.bytes()).toHaveLength(0)
    expect((await slow).rows).toEqual([{ count: 1000 }])
  })

  test('there is room for a limited number, and again when one has left', async () => {
    const clients = await Promise.all(Array.from({ length: mostGuests }, () => guest()))
    await expect(connectGuest(port())).rejects.toMatchObject({ severity: 'FATAL', code: '53300' })
    const left = new Promise((resolve) => clients[0]?.once('end', resolve))
    await clients[0]?.end()
    await left
    await expect.poll(() => connectGuest(port()).then((client) => client.end().then(() => 'in'))).toBe('in')
  })
})

describe('what is no protocol', () => {
  test.each([
    ['a browser', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['TLS without asking', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['nothing but zeros', '\0'.repeat(64)],
  ])('%s is sent away', async (_name, bytes) => {
    const client = bare()
    client.socket.write(bytes, 'latin1')
    await client.closed
    await expectServed()
  })

  test.each([
    ['an unknown message', Buffer.from('?\0\0\0\x04', 'latin1')],
    ['a length below the least', Buffer.from('Q\0\0\0\x03', 'latin1')],
    ['a length beyond all memory', Buffer.from('Q\x7f\xff\xff\xff', 'latin1')],
    ['a password that nobody asked for', message('p', 'secret\0')],
  ])('%s ends that connection, and says so', async (_name, bytes) => {
    const client = bare()
    client.socket.write(Buffer.concat([startupPacket(), bytes]))
    expect((await client.hear('E')).toString()).toContain('08P01')
    await client.closed
    await expectServed()
  })

  test('messages with nonsense inside are answered with errors, and PostgreSQL lives on', async () => {
    const client = bare()
    client.socket.write(startupPacket())
    await client.hear('Z')
    // Repeatable nonsense: every type of message, with bytes of a simple generator.
    let seed = 1
    const nextByte = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff
      return seed >>> 16
    }
    const noise = (length: number) => Buffer.from(Array.from({ length }, nextByte))
    for (let round = 0; round < 300; round += 1) {
      const type = 'QPBDECFHS'[round % 9] ?? 'S'
      client.socket.write(Buffer.concat([message(type, noise(round % 23)), message('S')]))
    }
    client.socket.write(message('Q', `select 'still here'\0`))
    await expect.poll(() => client.bytes().includes('still here')).toBe(true)
    await expectServed()
  })
})

describe('messages', () => {
  test('what is sent in pieces and what is sent at once are understood alike', async () => {
    const client = bare()
    const all = Buffer.concat([startupPacket(), message('Q', 'select 1\0'), message('Q', 'select 2\0')])
    for (const byte of all) client.socket.write(Buffer.from([byte]))
    await expect.poll(() => client.heard().replaceAll(/[^ZDC]/g, '')).toBe('ZDCZDCZ')
  })

  test('a statement parsed in one go may be run in the next, whoever came between', async () => {
    const client = bare()
    client.socket.write(Buffer.concat([startupPacket(), message('P', '\0select 42\0\0\0'), message('S')]))
    await expect.poll(() => client.heard()).toMatch(/Z1Z$/)
    await store().pool.query('select $1::int', [1])
    await (await guest()).query('select $1::int', [2])
    client.socket.write(Buffer.concat([message('B', '\0\0\0\0\0\0\0\0'), message('E', '\0\0\0\0\0'), message('S')]))
    await expect.poll(() => client.heard()).toMatch(/Z1Z2DCZ$/)
  })

  test('an error in the extended protocol skips what was sent with it, and nothing else', async () => {
    const client = await guest()
    await expect(client.query('select $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' })
    await expect(client.query('select nonsense')).rejects.toMatchObject({ code: '42703', position: '8' })
    expect((await client.query('select $1::int as one', [1])).rows).toEqual([{ one: 1 }])
  })

  test('several statements in one string are one transaction', async () => {
    const client = await guest()
    await client.query('create table once (id int)')
    await expect(client.query('insert into once values (1); select 1/0')).rejects.toMatchObject({ code: '22012' })
    expect((await client.query('select * from once')).rows).toEqual([])
    const results = (await client.query('insert into once values (2); select * from once')) as unknown as { rows: unknown[] }[]
    expect(results.map(({ rows }) => rows)).toEqual([[], [{ id: 2 }]])
  })

  test('a portal may be read row by row', async () => {
    const client = bare()
    const [parse, bind] = [message('P', '\0select generate_series(1,3)\0\0\0'), message('B', 'p\0\0\0\0\0\0\0\0')]
    const twoRows = message('E', 'p\0\0\0\0\x02')
    client.socket.write(Buffer.concat([startupPacket(), message('Q', 'begin\0'), parse, bind, twoRows, message('H')]))
    await expect.poll(() => client.heard()).toMatch(/12DDs$/)
    client.socket.write(Buffer.concat([twoRows, message('S'), message('Q', 'commit\0')]))
    await expect.poll(() => client.heard()).toMatch(/12DDsDCZCZ$/)
  })

  test('notices come', async () => {
    const client = await guest()
    const notices: unknown[] = []
    client.on('notice', (notice) => notices.push(notice.message))
    await client.query(`do $$ begin raise notice 'hello'; end $$`)
    expect(notices).toEqual(['hello'])
  })

  test('large answers come whole, to a reader who is slow as well', async () => {
    const client = bare()
    client.socket.write(Buffer.concat([startupPacket(), message('Q', `select repeat('x', 100) from generate_series(1, 200000)\0`)]))
    client.socket.pause()
    await store().pool.query('select 1')
    client.socket.resume()
    await expect.poll(() => client.bytes().length > 22_000_000 && client.bytes().at(-6) === 0x5a).toBe(true)
    expect(split(client.bytes()).filter(([type]) => type === 0x44)).toHaveLength(200_000)
  })
})

describe('COPY', () => {
  const copy = (query: string, ...rest: Buffer[]) => Buffer.concat([startupPacket(), message('Q', `${query}\0`), ...rest])

  test('takes its data in as many pieces as it comes', async () => {
    await store().pool.query('create table loaded (id int, text text)')
    const client = bare()
    client.socket.write(copy('-- all of it\ncopy loaded from stdin'))
    await client.hear('G')
    for (const piece of ['1\to', 'ne\n2', '\ttwo\n', '']) client.socket.write(message('d', piece))
    client.socket.write(message('c'))
    await expect.poll(() => client.heard()).toMatch(/ZGCZ$/)
    expect((await store().pool.query('select * from loaded')).rows).toEqual([
      { id: 1, text: 'one' },
      { id: 2, text: 'two' },
    ])
  })

  test('says what is wrong before any data is sent', async () => {
    const client = bare()
    client.socket.write(copy('copy nowhere from stdin'))
    expect((await client.hear('E')).toString()).toContain('42P01')
    await expect.poll(() => client.heard()).toMatch(/ZEZ$/)
  })

  test('works inside a transaction, which a failure spoils', async () => {
    await store().pool.query('create table inside (id int primary key)')
    const client = bare()
    client.socket.write(copy('begin', message('Q', 'copy inside from stdin\0')))
    await client.hear('G')
    client.socket.write(
      Buffer.concat([message('d', '1\n'), message('c'), message('Q', 'copy inside from stdin\0'), message('d', '1\n'), message('c')]),
    )
    await expect.poll(() => client.heard()).toMatch(/GCZGEZ$/)
    expect(client.bytes().at(-1)).toBe('E'.charCodeAt(0))
    client.socket.write(message('Q', 'rollback\0'))
    await expect.poll(() => client.heard()).toMatch(/EZCZ$/)
    expect((await store().pool.query('select * from inside')).rows).toEqual([])
  })

  test('the client may give up, and may vanish', async () => {
    await store().pool.query('create table empty (id int)')
    const one = bare()
    one.socket.write(copy('copy empty from stdin', message('d', '1\n'), message('f', 'changed my mind\0')))
    expect((await one.hear('E')).toString()).toContain('changed my mind')
    const other = bare()
    other.socket.write(copy('copy empty from stdin', message('d', '1\n')))
    await other.hear('G')
    other.socket.destroy()
    await expectServed()
    expect((await store().pool.query('select * from empty')).rows).toEqual([])
  })

  test.each([
    ['in a string of several statements', message('Q', 'select 1; copy devices from stdin\0')],
    [
      'in the extended protocol',
      Buffer.concat([
        message('P', '\0copy devices from stdin\0\0\0'),
        message('B', '\0\0\0\0\0\0\0\0'),
        message('E', '\0\0\0\0\0'),
        message('S'),
      ]),
    ],
  ])('%s is refused, and PostgreSQL lives on', async (_name, bytes) => {
    const client = bare()
    client.socket.write(Buffer.concat([startupPacket(), bytes, message('Q', 'select 1\0')]))
    expect((await client.hear('E')).toString()).toContain('send COPY … FROM STDIN as a query of its own')
    await expect.poll(() => client.heard()).toMatch(/EZTDCZ$/)
    expect(client.heard()).not.toContain('G')
    await expectServed()
  })

  test('to STDOUT gives megabytes', async () => {
    const client = bare()
    client.socket.write(copy(`copy (select repeat('x', 99) from generate_series(1, 20000)) to stdout`))
    await expect.poll(() => client.heard().endsWith('cCZ')).toBe(true)
    const data = split(client.bytes()).filter(([type]) => type === 'd'.charCodeAt(0))
    expect(Buffer.concat(data.map((each) => each.subarray(5)))).toHaveLength(2_000_000)
  })
})

/** Others are answered, by the same PostgreSQL as before. */
async function expectServed(): Promise<void> {
  const client = await connectGuest(port())
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await client.end()
  expect((await store().pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(died).not.toHaveBeenCalled()
}
