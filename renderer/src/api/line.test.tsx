/** The line in a browser: what is said while its socket closes. */

import { afterEach, expect, it, vi } from 'vitest'
import { openLine } from './line.ts'

afterEach(() => vi.unstubAllGlobals())

it('says nothing more to a socket that is closing, of which a browser would complain', () => {
  const said: string[] = []
  class Socket {
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static last: Socket
    readyState = Socket.OPEN
    onclose: (() => void) | undefined
    send = (text: string) => said.push(text)
    constructor() {
      Socket.last = this
    }
  }
  vi.stubGlobal('WebSocket', Socket)
  const closed = vi.fn()
  const line = openLine({ onOpen: () => undefined, onMessage: () => undefined, onClose: closed })
  const question = (id: number) => ({ id, method: 'lab.status', input: {}, operator: null })
  line.send(question(1))
  Socket.last.readyState = Socket.CLOSING
  line.send(question(2))
  expect(said.map((text) => JSON.parse(text).id)).toEqual([1])
  // Its caller hears that the line is down.
  Socket.last.onclose?.()
  expect(closed).toHaveBeenCalledOnce()
})
