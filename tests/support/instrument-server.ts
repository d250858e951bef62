/** An instrument that speaks JSON over HTTP, and misbehaves in every way a test asks for. */

import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of one call. */
export type Behaviour = (answer: ServerResponse, call: Call) => void

/** A call as it arrived. `what` is `POST /operations/shake`. */
export type Call = { what: string; query: string; headers: IncomingMessage['headers']; body: unknown }

export type InstrumentServer = {
  url: string
  /** All calls so far, in order. */
  calls: Call[]
  /** The calls of one kind. */
  callsOf(what: string): Call[]
  /** What it does with calls of a kind from now on: one behaviour after another, the last one again and again. */
  on(what: string, ...behaviours: Behaviour[]): void
  /** The next call of a kind. Ask before what brings it about. */
  nextCall(what: string): Promise<Call>
  close(): Promise<void>
}

/** Unless it is told otherwise it is healthy and knows nothing else. */
export async function openInstrument(): Promise<InstrumentServer> {
  const calls: Call[] = []
  const arrivals = new EventEmitter()
  const plans = new Map<string, Behaviour[]>([['GET /health', [answers({ status: 'ready' })]]])

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const call = { what: `${request.method} ${path}`, query, headers: request.headers, body: text === '' ? undefined : JSON.parse(text) }
    calls.push(call)
    const plan = plans.get(call.what) ?? []
    const behave = (plan.length > 1 ? plan.shift() : plan[0]) ?? answers({ error: 'There is no such thing here' }, 404)
    behave(response, call)
    arrivals.emit(call.what, call)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    callsOf: (what) => calls.filter((call) => call.what === what),
    on: (what, ...behaviours) => void plans.set(what, behaviours),
    nextCall: async (what) => (await once(arrivals, what))[0],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function answers(value: unknown, status = 200): Behaviour {
  return (response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

/** Those bytes, whatever they are. */
export function says(body: string | Buffer, status = 200): Behaviour {
  return (response) => response.writeHead(status).end(body)
}

/** Nothing comes, and the connection stays. */
export const stalls: Behaviour = () => undefined

/** The connection is cut without a word. */
export const drops: Behaviour = (response) => response.destroy()

/** The head and half of the body, then the connection is cut. */
export const answersHalf: Behaviour = (response) => {
  const body = JSON.stringify({ result: 'the whole of it' })
  response.writeHead(200, { 'Content-Length': body.length })
  response.write(body.slice(0, body.length / 2), () => response.destroy())
}

/** Something, but not HTTP. */
export const speaksOtherwise: Behaviour = (response) => response.socket?.end('*IDN?\r\nACME,SHAKER,0,1.0\r\n')

/** More than anybody can want, without an end. */
export const floods: Behaviour = (response) => {
  const piece = Buffer.alloc(256 * 1024, ' ')
  const pour = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.writeHead(200)
  response.on('drain', pour)
  pour()
}

/** Answers when the test says so: `hold.behaviour` is for `on`, `hold.answer` ends the wait. */
export function holds(): { behaviour: Behaviour; answer(value: unknown, status?: number): void } {
  let waiting: ServerResponse | undefined
  return {
    behaviour: (response) => {
      waiting = response
    },
    answer: (value, status = 200) => waiting?.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value)),
  }
}
