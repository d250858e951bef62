/** Hears a server's NOTIFY on a connection of its own, which comes back by itself. */

import type { Client } from 'pg'
import type { Logger } from 'pino'
import { guarded, listenStatement, type OnNotification } from './store.ts'

export type ListenOptions = {
  channels: readonly string[]
  onNotification: OnNotification
  onReconnected?: (() => void) | undefined
  onGone?: (() => void) | undefined
  logger?: Logger | undefined
}

/** Between attempts, doubled each time: nothing is answered from when the first fails until one succeeds. Milliseconds. */
const firstPause = 100
const longestPause = 1_000
/** A connection that a network forgot says nothing, so it is asked; and has so long to answer. Milliseconds. */
const askEvery = 30_000
const answerWithin = 10_000

/** @returns what ends it; rejects when the first connection cannot be made */
export async function listenOnServer(connect: () => Promise<Client>, options: ListenOptions): Promise<() => Promise<void>> {
  const { channels, onReconnected, onGone, logger } = options
  const onNotification = guarded(options.onNotification, logger)
  const statement = listenStatement(channels)
  let client: Client | undefined
  let closed = false
  let timer: NodeJS.Timeout | undefined

  async function start(): Promise<void> {
    const fresh = await connect()
    fresh.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''))
    fresh.once('end', () => lost(fresh))
    await fresh.query(statement)
    if (closed) return fresh.end()
    client = fresh
    askLater(fresh)
  }

  function lost(which: Client): void {
    if (closed || client !== which) return
    client = undefined
    clearTimeout(timer)
    logger?.warn('the connection that hears of other programs was lost')
    startAgain(firstPause)
  }

  function startAgain(pause: number): void {
    timer = setTimeout(() => {
      start().then(
        () => closed || onReconnected?.(),
        () => {
          if (closed) return
          // A server that only drops connections is there for the next one.
          if (pause === firstPause) onGone?.()
          startAgain(Math.min(2 * pause, longestPause))
        },
      )
    }, pause)
  }

  function askLater(which: Client): void {
    timer = setTimeout(() => {
      which.query({ text: 'select', query_timeout: answerWithin } as { text: string }).then(
        () => closed || client !== which || askLater(which),
        () => which.end(),
      )
    }, askEvery)
    timer.unref()
  }

  await start()
  return async () => {
    closed = true
    clearTimeout(timer)
    await client?.end()
  }
}
