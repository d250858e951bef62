/** Requests that no polite client sends: any host, any header, any bytes, in pieces. */

import { once } from 'node:events'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Answer } from './client.ts'

type RawRequest = {
  method?: string
  /** `host` replaces the one of the address; every character stands for one byte. */
  headers?: OutgoingHttpHeaders
  /** Sent in these pieces; without a Content-Length among the headers, chunked. */
  body?: (string | Buffer)[]
}

/** One request on a connection of its own. What the server answers before it has read everything counts. */
export async function rawRequest(url: string, { method = 'GET', headers = {}, body = [] }: RawRequest = {}): Promise<Answer> {
  const sent = request(url, { method, headers, agent: false })
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.once('response', async (response) => {
      // The rest of the body may not be wanted any more.
      sent.on('error', () => undefined)
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(pieces).toString()
        const received = new Headers(
          Object.entries(response.headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one] as [string, string])),
        )
        const isJson = response.headers['content-type']?.startsWith('application/json') && text !== ''
        resolve({ status: response.statusCode ?? 0, headers: received, body: isJson ? JSON.parse(text) : text })
        sent.destroy()
      })
    })
    sent.once('error', reject)
  })
  for (const piece of body) sent.write(piece)
  sent.end()
  return answered
}

/** A connection that is written to by hand. */
export async function openConnection(url: string): Promise<{ socket: Socket; write(text: string): void; answer(): Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  return {
    socket,
    write: (text) => void socket.write(text, 'latin1'),
    /** Everything that came until the server closed the connection. */
    async answer() {
      await closed
      return Buffer.concat(pieces).toString()
    },
  }
}

/** Bytes as they are, answered until the server closes the connection. */
export async function rawBytes(url: string, bytes: string): Promise<string> {
  const connection = await openConnection(url)
  connection.write(bytes)
  return connection.answer()
}

/** A header value that carries UTF-8, as `fetch` and Node want it: one character for each byte. */
export function utf8Header(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
