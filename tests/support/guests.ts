/** Clients that come in by the psql port: an embedded store with that port open, drivers, and bare sockets. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { type EmbeddedStore, type EmbeddedStoreOptions, openEmbeddedStore } from '../../electron/main/backend/database/embedded-store.ts'
import { createPsqlPort, type PsqlOptions, type PsqlPort } from '../../electron/main/backend/database/psql-port.ts'

export type Guests = {
  store(): EmbeddedStore
  psql(): PsqlPort
  /** A driver's connection, which ends with the test. */
  guest(config?: ClientConfig): Promise<Client>
  /** A connection that says nothing by itself; ends with the test. */
  bare(): Bare
}

/** For the tests of the describe block it is called in: a copy of the migrated template. */
export function useGuests({ guestLimits, ...options }: PsqlOptions & Pick<EmbeddedStoreOptions, 'guestLimits'> = {}): Guests {
  let folder: string
  let store: EmbeddedStore
  let psql: PsqlPort
  const clients: Client[] = []
  const sockets: Bare[] = []
  const port = () => (psql.server.address() as AddressInfo).port

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchkeeper-guests-'))
    cpSync(inject('templateFolder'), folder, { recursive: true })
    store = await openEmbeddedStore(folder, { guestLimits })
    psql = createPsqlPort(options)
    await new Promise<void>((resolve) => psql.server.listen(0, '127.0.0.1', resolve))
    psql.open(store.admitGuest)
  })
  afterEach(async () => {
    for (const bare of sockets.splice(0)) bare.socket.destroy()
    await Promise.all(clients.splice(0).map((client) => client.end()))
  })
  afterAll(async () => {
    await psql.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    store: () => store,
    psql: () => psql,
    async guest(config) {
      const client = await connectGuest(port(), config)
      clients.push(client)
      return client
    },
    bare() {
      const bare = openBare(port())
      sockets.push(bare)
      return bare
    },
  }
}

/** A driver's connection; the caller ends it. */
export async function connectGuest(port: number, config: ClientConfig = {}): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port, user: 'lab_admin', database: 'device_db', ssl: false, ...config })
  // What ends a connection is told to who waits for an answer, or looked for by the test.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export type Bare = {
  socket: Socket
  /** Message types of all that came so far, in order. */
  heard(): string
  /** All that came so far. */
  bytes(): Buffer
  /** Waits for a message of that type. */
  hear(type: string): Promise<Buffer>
  closed: Promise<void>
}

function openBare(port: number): Bare {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  let chunks: Buffer[] = []
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    socket.emit('heard')
  })
  // Put together when looked at: a large answer comes in thousands of chunks.
  const bytes = () => {
    const whole = Buffer.concat(chunks)
    chunks = [whole]
    return whole
  }
  const messages = () => split(bytes())
  return {
    socket,
    heard: () =>
      messages()
        .map((message) => String.fromCharCode(message[0] ?? 0))
        .join(''),
    bytes,
    async hear(type) {
      for (;;) {
        const found = messages().find((message) => message[0] === type.charCodeAt(0))
        if (found) return found
        await new Promise((resolve, reject) => {
          socket.once('heard', resolve)
          void closed.then(() => reject(new Error(`closed without ${type}; heard ${bytes().toString('latin1')}`)))
        })
      }
    },
    closed,
  }
}

/** The whole messages of a server. */
export function split(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1)
    if (end > bytes.length) break
    messages.push(bytes.subarray(at, end))
    at = end
  }
  return messages
}

/** A client's message. */
export function message(type: string, body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body as string, 'latin1')
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(4 + bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** The packet that opens a session, or asks for something before one. */
export function startupPacket(code = 196_608, parameters = 'user\0lab_admin\0\0'): Buffer {
  const packet = Buffer.alloc(8 + parameters.length)
  packet.writeInt32BE(packet.length)
  packet.writeInt32BE(code, 4)
  packet.write(parameters, 8, 'latin1')
  return packet
}
