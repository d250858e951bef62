/** The contract over WebSockets, for the UI in a browser. */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type RpcContext, serveConnection } from './connection.ts'

/** A page that does not read is cut off beyond this; it comes back and resumes. Bytes. */
const mostWaiting = 16 * 1024 * 1024
/** Between two pings that find a line that is dead without having been closed. Milliseconds. */
const pingEvery = 30_000
/** As a page may send: a table of samples to import is the longest. Bytes. */
const longestMessage = 64 * 1024 * 1024

/** Takes over a connection that asked to become a WebSocket, after `admit` has looked at the request as at any other. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * @param admit gives the answer that refuses the request, or undefined to let it in
 * @param stopping aborted when the program stops: every socket is closed
 */
export function createSocketUpgrade(
  context: RpcContext,
  admit: (request: IncomingMessage) => Promise<Response | undefined>,
  stopping: AbortSignal,
): Upgrade {
  const server = new WebSocketServer({ noServer: true, maxPayload: longestMessage })
  stopping.addEventListener('abort', () => {
    // 1001: the server goes away (RFC 6455, 7.4.1).
    for (const socket of server.clients) socket.close(1001)
  })
  return (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    admit(request).then(
      async (refusal) => {
        if (refusal) socket.end(await asText(refusal))
        else if (stopping.aborted) socket.destroy()
        else server.handleUpgrade(request, socket, head, (opened) => serveSocket(context, opened))
      },
      (error: unknown) => {
        context.logger.error({ err: error }, 'a WebSocket could not be opened')
        socket.destroy()
      },
    )
  }
}

async function asText(response: Response): Promise<string> {
  const body = await response.text()
  return `HTTP/1.1 ${response.status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
}

/** Serves the contract on an open socket until it closes. */
function serveSocket(context: RpcContext, socket: WebSocket): void {
  const connection = serveConnection(context, (message) => {
    if (socket.bufferedAmount > mostWaiting) socket.terminate()
    else socket.send(JSON.stringify(message))
  })
  let alive = true
  const pings = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, pingEvery)

  socket.on('pong', () => {
    alive = true
  })
  socket.on('message', (data) => connection.receive(parsed(String(data))))
  // `close` follows.
  socket.on('error', (error) => context.logger.debug({ err: error }, 'a page left without a word'))
  socket.on('close', () => {
    clearInterval(pings)
    connection.close()
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
