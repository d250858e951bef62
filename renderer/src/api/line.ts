/** The line to the lab: the one file that knows which transport carries it. */

import type { ClientMessage, ServerMessage } from '../../../shared/contract/messages.ts'
import type { ShellPush } from '../../../shared/contract/shell.ts'

/** In the desktop app the app around the page speaks over the same line. */
export type LineMessage = ServerMessage | { push: ShellPush }
export type Line = { send(message: ClientMessage): void; close(): void }

export type LineEvents = {
  onOpen(): void
  onMessage(message: LineMessage): void
  /** Also when it could not be opened. Once. */
  onClose(): void
}

/** What the preload of the desktop app offers (electron/preload). */
export type DesktopBridge = {
  version: string
  send(message: ClientMessage): void
  /** `null`: the lab's thread has ended; whoever restarts it opens a new line. @returns stops listening */
  onMessage(listener: (message: LineMessage | null) => void): () => void
}

declare global {
  interface Window {
    benchkeeper?: DesktopBridge
  }
}

export const isDesktop = window.benchkeeper !== undefined

/** Opens a line: through the preload in the desktop app, a WebSocket to our own address in a browser. */
export function openLine(events: LineEvents): Line {
  return window.benchkeeper ? openDesktopLine(window.benchkeeper, events) : openSocket(events)
}

function openDesktopLine(bridge: DesktopBridge, events: LineEvents): Line {
  const stop = bridge.onMessage((message) => {
    if (message) return events.onMessage(message)
    stop()
    events.onClose()
  })
  // As a socket does, it opens after the caller has the line.
  queueMicrotask(events.onOpen)
  return { send: bridge.send, close: stop }
}

function openSocket(events: LineEvents): Line {
  const address = new URL('rpc', location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  address.hash = ''
  const socket = new WebSocket(address)
  socket.onopen = events.onOpen
  socket.onmessage = ({ data }) => events.onMessage(JSON.parse(String(data)) as ServerMessage) // the lab's own words
  socket.onclose = events.onClose
  return {
    send(message) {
      // What is said while it closes is lost; whoever asked hears so from `onClose`.
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    close: () => socket.close(),
  }
}
