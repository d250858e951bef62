/** The line between a page and the lab in the same process: messages copied as JSON both ways, and the line cut, held and mended by a test. */

import { type Connection, type RpcContext, serveConnection } from '../../electron/main/backend/rpc/connection.ts'
import type { Line, LineEvents, LineMessage } from '../../renderer/src/api/line.ts'

export type LabLine = {
  /** What `createClient` takes. */
  open(events: LineEvents): Line
  /** How often the page has tried to open it. */
  attempts(): number
  /** Closes the line; it cannot be opened until it is mended. */
  cut(): void
  mend(): void
  /** What the lab says stays under way until it is let through; what the page says arrives. */
  hold(): void
  letThrough(): void
}

export function layLabLine(context: RpcContext): LabLine {
  const ends = new Set<() => void>()
  const held: (() => void)[] = []
  let attempts = 0
  let isCut = false
  let isHeld = false

  /** As on a socket, nothing arrives while the sender is still speaking. */
  function deliver(arrive: () => void): void {
    if (isHeld) held.push(arrive)
    else queueMicrotask(arrive)
  }

  function open({ onOpen, onMessage, onClose }: LineEvents): Line {
    attempts += 1
    let connection: Connection | undefined
    /** What the page says while the line opens. */
    const early: unknown[] = []
    function end(): void {
      if (!ends.delete(end)) return
      connection?.close()
      connection = undefined
      queueMicrotask(onClose)
    }
    ends.add(end)
    queueMicrotask(() => {
      if (isCut) return end()
      if (!ends.has(end)) return
      onOpen()
      connection = serveConnection(context, (message) => {
        const copy = copied<LineMessage>(message)
        deliver(() => ends.has(end) && onMessage(copy))
      })
      for (const message of early.splice(0)) connection.receive(message)
    })
    return {
      send(message) {
        const copy = copied<unknown>(message)
        if (connection) connection.receive(copy)
        else early.push(copy)
      },
      close: end,
    }
  }

  return {
    open,
    attempts: () => attempts,
    cut() {
      isCut = true
      held.length = 0
      for (const end of [...ends]) end()
    },
    mend() {
      isCut = false
    },
    hold() {
      isHeld = true
    },
    letThrough() {
      isHeld = false
      for (const arrive of held.splice(0)) arrive()
    },
  }
}

function copied<T>(message: unknown): T {
  return JSON.parse(JSON.stringify(message)) as T // what was said, on the other end
}
