/** A port that answers: opening it, and closing it without cutting off an answer that is on its way. */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { answerUnreadable, refuseUnreadable } from './unreadable.ts'

export type Fetch = (request: Request, env: never) => Response | Promise<Response>

export type Port = {
  /** `http://127.0.0.1:5001` */
  url: string
  /** Takes no new request, lets running ones be answered for `patience` milliseconds, then cuts the rest. */
  close(patience: number): Promise<void>
}

/** The port cannot be opened; `message` says why, for a person. */
export class PortUnavailable extends Error {
  /** `device service` */
  readonly service: string
  readonly port: number

  constructor(message: string, service: string, port: number) {
    super(message)
    this.service = service
    this.port = port
  }
}

/**
 * @param port 0 for any free one
 * @param onUpgrade takes over connections that ask for another protocol; without it they are answered like any request
 * @throws PortUnavailable
 */
export async function listen(
  name: string,
  host: string,
  port: number,
  fetch: Fetch,
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Port> {
  const listener = getRequestListener(fetch as Parameters<typeof getRequestListener>[0], { errorHandler: answerUnreadable })
  // Node would refuse a request without a Host by itself, and not in our form.
  const server = createServer({ requireHostHeader: false }, listener).on('clientError', refuseUnreadable)
  // Node's five seconds are short enough for a client to send on a connection that is just being closed.
  server.keepAliveTimeout = keepAlive
  if (onUpgrade) server.on('upgrade', onUpgrade)
  const opened = await bind(name, server, host, port)
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${opened}`, close: (patience) => close(server, patience) }
}

/**
 * Makes any server listen.
 * @returns the port that it got
 * @throws PortUnavailable
 */
export async function bind(name: string, server: NetServer, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new PortUnavailable(whyNot(name, host, port, error), name, port)))
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** Milliseconds. */
const keepAlive = 60_000
const sweepEvery = 20

async function close(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept-alive connection is idle again once its answer is out; nobody tells, so it is looked for.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepEvery)
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(sweep)
  clearTimeout(impatience)
}

function whyNot(name: string, host: string, port: number, error: NodeJS.ErrnoException): string {
  const where = `${host}:${port}`
  if (error.code === 'EADDRINUSE')
    return `The ${name} cannot use ${where}: another program is using this port. Stop it, or choose another port.`
  if (error.code === 'EACCES') return `The ${name} cannot use ${where}: ports below 1024 need special rights. Choose another port.`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `The ${name} cannot use ${where}: this computer has no such address.`
  return `The ${name} cannot use ${where}: ${error.message}`
}
