/** Streaming over a real connection: what becomes of the reading when the client is slow, goes away, or the database does. */

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import type { LogText } from '../services/execution-logs.ts'
import type { RestEnv } from './context.ts'
import { listen, type Port } from './listen.ts'
import { answerLogs } from './log-answer.ts'

let port: Port | undefined
afterEach(() => port?.close(0))

/** Serves these chunks; `ended` resolves when nothing more will be read of them. */
async function serve(chunks: (read: () => void) => AsyncGenerator<LogText[]>) {
  let read = 0
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* watched(): AsyncGenerator<LogText[]> {
    try {
      yield* chunks(() => {
        read += 1
      })
    } finally {
      end()
    }
  }
  const app = new Hono<RestEnv>().get('/', (c) => answerLogs(c, watched(), 'ndjson'))
  port = await listen('test', '127.0.0.1', 0, app.fetch)
  return { url: port.url, ended, chunksRead: () => read }
}

function row(id: number, bytes = 0): LogText {
  return {
    id,
    deviceId: 'd',
    workflowId: 'w',
    operation: 'shake',
    status: 'completed',
    parameters: '{}',
    result: JSON.stringify('x'.repeat(bytes)),
    error: null,
    startedAt: '1970-01-01T00:00:00.000Z',
    completedAt: '1970-01-01T00:00:00.000Z',
    durationMs: 0,
  }
}

/** Chunks of a megabyte without end. */
async function* endless(read: () => void): AsyncGenerator<LogText[]> {
  for (let id = 1; ; id += 1) {
    read()
    yield [row(id, 1024 * 1024)]
  }
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return response.on('error', () => undefined)
}

describe('an answer that is streamed', () => {
  it('is read no further than the client takes it, and ends when the client goes away while it reads', async () => {
    const { url, ended, chunksRead } = await serve(endless)
    const response = await open(url)
    let taken = 0
    for await (const piece of response) {
      taken += piece.length
      if (taken > 64 * 1024 * 1024) break
    }
    await ended
    // What lies between the two: the sockets' buffers, and the chunk that is read ahead.
    expect(chunksRead()).toBeLessThan(64 + 32)
  })

  it('ends when a client that has stopped reading goes away', async () => {
    const { url, ended } = await serve(endless)
    const response = await open(url)
    await once(response, 'readable')
    response.destroy()
    await ended
  })

  it('is not read at all when the first chunk fails: the error has its status', async () => {
    const { url, ended } = await serve(async function* () {
      yield await Promise.reject<LogText[]>(new Error('no database'))
    })
    const response = await open(url)
    expect(response.statusCode).toBe(500)
    await ended
  })

  it('is cut off when a later chunk fails, so that nobody takes it for whole, and says nothing of why', async () => {
    const { url, ended } = await serve(async function* () {
      yield [row(1)]
      yield [row(2)]
      throw new Error('secret reason')
    })
    const response = await open(url)
    const pieces: Buffer[] = []
    const reading = (async () => {
      for await (const piece of response) pieces.push(piece)
    })()
    await expect(reading).rejects.toThrow('aborted')
    expect(response.complete).toBe(false)
    expect(Buffer.concat(pieces).toString()).not.toContain('secret')
    await ended
  })
})
