/** Answers to what never becomes a request: bytes that are no HTTP, headers without end, an address that is none. */

import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { RequestError } from '@hono/node-server'

type Refusal = { status: number; code: string; error: string }

/** For the request listener: the address or the Host header cannot be read. */
export function answerUnreadable(error: unknown): Response {
  const requestId = randomUUID()
  const { status, ...body } = error instanceof RequestError ? unreadableAddress : { ...fault, request_id: requestId }
  return Response.json(body, { status, headers: { 'X-Request-Id': requestId } })
}

/** For Node's `clientError`, which leaves the answer to the listener. The connection cannot be used again. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const { status, ...body } = refusals[error.code ?? ''] ?? unreadable
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${randomUUID()}`,
    'Connection: close',
  ]
  // An answer that has begun must not be followed by another. Node itself looks here; it has no public word for it.
  const begun = (socket as Duplex & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent
  if (socket.writable && !begun) socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
  else socket.destroy(error)
}

const unreadable: Refusal = { status: 400, code: 'unreadable_request', error: 'The request is not readable HTTP' }
const unreadableAddress: Refusal = { ...unreadable, error: 'The address or the Host header of the request is not readable' }
const fault: Refusal = { status: 500, code: 'internal', error: 'Something went wrong inside the program' }

/** By Node's error code. */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', error: 'The headers of the request are larger than 16 KiB' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request_timeout', error: 'The request did not arrive in time' },
}
