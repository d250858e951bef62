/** The embedded database on a folder that exists: node-postgres on top, PGlite below, and what keeps it fit in between. */

import { Pool } from 'pg'
import { createMaintenance } from './maintenance.ts'
import { openSession, type Session, type SessionOptions } from './pglite-session.ts'
import { createGuestStates, type GuestVisit } from './psql/guest-states.ts'
import { SessionArbiter } from './session-arbiter.ts'
import type { SessionClient } from './session-client.ts'
import { credentials, SessionStream } from './session-stream.ts'
import { guarded, hearErrors, listenStatement, type OnNotification, type Store, waitAWhile } from './store.ts'
import { type Notification, queryMessage } from './wire.ts'

export type EmbeddedStore = Store & {
  /** Lets a client in that is not the program: what it does is isolated, and it holds nobody up for long. */
  admitGuest(onEnd: (reason: Error) => void): Guest
  /** Does the work while the files of the folder say all there is and nobody writes. Everybody waits for it: it must be short. */
  holdStill(work: () => Promise<void>): Promise<void>
  /** Gathers statistics and frees the room of dead rows, which otherwise happens by itself every minute. */
  tidy(): Promise<void>
}

export type Guest = { client: SessionClient; visit: GuestVisit }

export type EmbeddedStoreOptions = SessionOptions & { guestLimits?: typeof guestLimits | undefined }

/** How long a guest's statement may take, how long its transaction may idle, and how long others wait for its end. Milliseconds. */
const guestLimits = { statementLimit: 5_000, idleInTransactionLimit: 5_000, othersWaitAtMost: 5_000 }

/** A hundred racing requests stand in the pool's queue, on a slow computer for some time. Milliseconds. */
const connectionTimeoutMillis = 30_000

/** What a connection of the pool leaves in the session; a new one would stumble over statements of the same names. */
const leaveNothing = 'deallocate all; reset all; select pg_advisory_unlock_all()'

/** @throws DataFolderUnusable */
export async function openEmbeddedStore(folder: string, options: EmbeddedStoreOptions = {}): Promise<EmbeddedStore> {
  const { logger } = options
  const listeners = new Map<string, Set<OnNotification>>()
  const onReopened = new Set<() => void>()

  let session = await openSession(folder, options)
  const arbiter = new SessionArbiter(session, { reopen, onNotification, onFree: ({ wal }) => maintenance.look(wal), logger })
  const stream = () => new SessionStream(arbiter, 'program', leaveNothing)
  const pool = new Pool({ ...credentials, stream, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis })
  hearErrors(pool, logger)
  const maintenance = createMaintenance(arbiter, () => session.wal, logger)
  const guestStates = createGuestStates({ channels: () => [...listeners.keys()], onMissed: tellReopened })

  async function reopen(): Promise<Session> {
    session = await openSession(folder, options)
    await session.execute(queryMessage(listenStatement([...listeners.keys()])))
    guestStates.forget()
    tellReopened()
    return session
  }

  function tellReopened(): void {
    for (const tell of onReopened) tell()
  }

  function onNotification({ channel, payload }: Notification): void {
    for (const listener of listeners.get(channel) ?? []) listener(channel, payload)
  }

  async function listen(channels: readonly string[], onNotification: OnNotification, onReconnected: () => void = () => {}) {
    const listener = guarded(onNotification, logger)
    const added = channels.filter((channel) => !listeners.has(channel))
    for (const channel of channels) listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
    onReopened.add(onReconnected)

    await arbiter.once('listener', listenStatement(added))
    return async () => {
      for (const channel of channels) listeners.get(channel)?.delete(listener)
      onReopened.delete(onReconnected)
    }
  }

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await maintenance.close()
    if (!(await waitAWhile(pool.end()))) logger?.error('a database connection was never given back')
    await arbiter.close()
  }

  return {
    admitGuest(onEnd) {
      const visit = guestStates.visit()
      return { visit, client: arbiter.client('guest', { ...guestLimits, ...options.guestLimits, visit, onEnd }) }
    },
    pool,
    listen,
    checkpoint: () => maintenance.checkpoint(),
    holdStill: (work) => arbiter.still('backup', 'checkpoint', work),
    tidy: () => maintenance.tidy(),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
