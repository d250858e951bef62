/** What the embedded database and a server have in common towards those who use them. */

import type { ClientBase, Pool } from 'pg'
import type { Logger } from 'pino'

export type OnNotification = (channel: string, payload: string) => void

export type Store = {
  pool: Pool
  /**
   * Hears PostgreSQL's NOTIFY on these channels, from whichever program.
   * @param onReconnected the connection was lost and is there again: notifications may have been missed
   * @param onGone the connection was lost and cannot be made again at once: the server does not answer
   * @returns what ends it
   */
  listen(
    channels: readonly string[],
    onNotification: OnNotification,
    onReconnected?: () => void,
    onGone?: () => void,
  ): Promise<() => Promise<void>>
  /** Makes the next start of the embedded database quick. A server does that by itself. */
  checkpoint(): Promise<void>
  /** Waits for connections that are in use. May be called again. */
  close(): Promise<void>
}

/** How long the end of a program waits for a connection that nobody gives back, which is a mistake in the program. Milliseconds. */
const closePatience = 5_000

/** Without listeners, a server that goes away would end the program: for idle connections, and for those in use. */
export function hearErrors(pool: Pool, logger: Logger | undefined): void {
  pool.on('error', (error) => logger?.warn({ err: error }, 'an idle database connection was lost'))
  pool.on('connect', (client: ClientBase) => client.on('error', (error) => logger?.debug({ err: error }, 'a database connection was lost')))
}

/** A listener that throws harms neither the connection nor the other listeners. */
export function guarded(listener: OnNotification, logger: Logger | undefined): OnNotification {
  return (channel, payload) => {
    try {
      listener(channel, payload)
    } catch (error) {
      logger?.error({ err: error, channel }, 'a listener of the database failed')
    }
  }
}

/** @param channels plain lower-case names, which need no quotes */
export function listenStatement(channels: readonly string[]): string {
  const wrong = channels.find((channel) => !/^[a-z_][a-z0-9_]*$/.test(channel))
  if (wrong !== undefined) throw new Error(`not a plain channel name: ${wrong}`)
  return channels.map((channel) => `listen ${channel}`).join(';')
}

/** @returns whether it came to its end in time */
export async function waitAWhile(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, closePatience, false)
  })
  return Promise.race([work.then(() => true), timeUp]).finally(() => clearTimeout(timer))
}
