/** The embedded database on a port of this computer, for psql and every other client of PostgreSQL. */

import { createServer, type Server } from 'node:net'
import type { Logger } from 'pino'
import type { EmbeddedStore } from './embedded-store.ts'
import { Refused } from './psql/greeting.ts'
import { type GuestConnection, receiveGuest } from './psql/guest.ts'

export type PsqlPort = {
  /** To be opened by the caller, on loopback only. */
  server: Server
  /** Lets guests in; until then they are told that the database is starting up. */
  open(admitGuest: EmbeddedStore['admitGuest']): void
  /** Tells the guests and ends them, which takes no longer than what is being answered. May be called again. */
  close(): Promise<void>
}

export type PsqlOptions = {
  /** Undefined: none is asked for. */
  isPassword?: ((given: string) => boolean) | undefined
  logger?: Logger | undefined
}

/** At a bench there are few; each may hold a large answer in memory. */
export const mostGuests = 20
/** Connections that have not said yet who they are count as well. */
const mostConnections = 100

export function createPsqlPort({ isPassword, logger }: PsqlOptions = {}): PsqlPort {
  const connections = new Set<GuestConnection>()
  let admitGuest: EmbeddedStore['admitGuest'] | undefined
  let inside = 0
  let closing: Promise<void> | undefined

  function admit(onEnd: (reason: Error) => void) {
    if (closing !== undefined) throw new Refused('57P03', 'the database system is shutting down')
    if (!admitGuest) throw new Refused('57P03', 'the database system is starting up')
    if (inside >= mostGuests) throw new Refused('53300', `sorry, too many clients already: ${mostGuests} at most`)
    inside += 1
    return admitGuest(onEnd)
  }

  const server = createServer((socket) => {
    let admitted = false
    const door = {
      isPassword,
      admit(onEnd: (reason: Error) => void) {
        const guest = admit(onEnd)
        admitted = true
        return guest
      },
    }
    const connection = receiveGuest(socket, door)
    connections.add(connection)
    const forget = () => {
      connections.delete(connection)
      if (admitted) inside -= 1
    }
    connection.over.then(forget, (error: unknown) => {
      forget()
      logger?.error({ err: error }, 'a psql connection failed')
    })
  })
  server.maxConnections = mostConnections

  async function close(): Promise<void> {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined
    for (const connection of connections) connection.end('57P01', 'terminating connection due to administrator command')
    await Promise.all([...connections].map(({ over }) => over))
    await closed
  }

  return {
    server,
    open: (opened) => {
      admitGuest = opened
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
