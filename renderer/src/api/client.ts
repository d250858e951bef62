/** The contract as a page uses it: calls as promises, pushes to listeners, a line that heals itself. */

import type { Input, MethodName, Output } from '../../../shared/contract/contract.ts'
import type { Answer, ClientMessage, ContractError, Push } from '../../../shared/contract/messages.ts'
import type { ShellInput, ShellMethod, ShellOutput, ShellPush } from '../../../shared/contract/shell.ts'
import type { Line, LineEvents } from './line.ts'

/** The lab refused, or could not be asked. `message` is a sentence for a person. */
export class LabError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor({ code, message, details }: ContractError) {
    super(message)
    this.name = 'LabError'
    this.code = code
    this.details = details
  }
}

/** `lost`: the line is down and is being opened again. The others are the lab's gate as it says. */
export type Connection = 'connecting' | 'lost' | 'starting' | 'open' | 'stopping' | 'no_database'

export type Client = {
  /** @throws LabError */
  call<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M>>
  /** Asks the app around the page, which is there where `isDesktop` is true. @throws LabError */
  callShell<M extends ShellMethod>(method: M, input: ShellInput<M>): Promise<ShellOutput<M>>
  /** @returns stops listening */
  onPush(listener: (push: Push) => void): () => void
  onShellPush(listener: (push: ShellPush) => void): () => void
  connection(): Connection
  /** Why the lab still starts, in a sentence, when that is known. */
  waitingFor(): string | undefined
  onConnection(listener: () => void): () => void
  /** Tries at once to open a lost line. */
  reconnect(): void
  close(): void
}

/** Between attempts to open a line again, the first and the longest. Milliseconds. */
const firstPause = 250
const longestPause = 5_000

/**
 * @param operator the person at the screen, for what a call changes
 */
export function createClient(open: (events: LineEvents) => Line, operator: () => string | null): Client {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: LabError) => void }>()
  const beforeOpen: ClientMessage[] = []
  const pushListeners = new Set<(push: Push) => void>()
  const shellListeners = new Set<(push: ShellPush) => void>()
  const connectionListeners = new Set<() => void>()
  let connection: Connection = 'connecting'
  let waitingFor: string | undefined
  let line: Line | undefined
  /** The attempt to open a line that counts: what an earlier one still says is not heard. */
  let attempt: Line | undefined
  let lastId = 0
  let lastSeq: number | null = null
  let pause = firstPause
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function become(changed: Connection, reason?: string): void {
    if (connection === changed && waitingFor === reason) return
    connection = changed
    waitingFor = reason
    for (const listener of connectionListeners) listener()
  }

  function connect(): void {
    clearTimeout(timer)
    const earlier = attempt
    attempt = undefined
    earlier?.close()
    const opened = open({
      onOpen() {
        if (attempt !== opened || closed) return
        line = opened
        pause = firstPause
        opened.send({ subscribe: { after: lastSeq } })
        for (const message of beforeOpen.splice(0)) opened.send(message)
      },
      onMessage(message) {
        if (attempt !== opened) return
        if ('push' in message) take(message.push)
        else settle(message.id, message.answer)
      },
      onClose() {
        if (attempt !== opened) return
        attempt = undefined
        line = undefined
        const cut = new LabError({ code: 'disconnected', message: 'The connection to the lab was lost before it answered' })
        for (const { reject } of waiting.values()) reject(cut)
        waiting.clear()
        beforeOpen.length = 0
        if (closed) return
        become('lost')
        timer = setTimeout(connect, pause)
        pause = Math.min(pause * 2, longestPause)
      },
    })
    attempt = opened
  }

  function take(push: Push | ShellPush): void {
    if (isShellPush(push)) {
      for (const listener of shellListeners) listener(push)
      return
    }
    if (push.topic === 'gate') become(push.gate, push.waitingFor)
    else if ('seq' in push) lastSeq = push.seq
    for (const listener of pushListeners) listener(push)
  }

  function settle(id: number, answer: Answer): void {
    const call = waiting.get(id)
    waiting.delete(id)
    if (answer.ok) call?.resolve(answer.value)
    else call?.reject(new LabError(answer.error))
  }

  function ask<Value>(method: string, input: unknown): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (!line && connection !== 'connecting')
        return reject(new LabError({ code: 'disconnected', message: 'There is no connection to the lab; try again in a moment' }))
      lastId += 1
      // What comes back has passed the answerer's own types; the contract tests hold them to the schemas.
      waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject })
      const message = { id: lastId, method, input, operator: operator() }
      // What the first screen asks for need not fail while the line is being opened.
      if (line) line.send(message)
      else beforeOpen.push(message)
    })
  }

  connect()
  return {
    call: (method, input) => ask(method, input),
    callShell: (method, input) => ask(method, input),
    onPush(listener) {
      pushListeners.add(listener)
      return () => pushListeners.delete(listener)
    },
    onShellPush(listener) {
      shellListeners.add(listener)
      return () => shellListeners.delete(listener)
    },
    connection: () => connection,
    waitingFor: () => waitingFor,
    onConnection(listener) {
      connectionListeners.add(listener)
      return () => connectionListeners.delete(listener)
    },
    reconnect() {
      if (line || closed) return
      pause = firstPause
      connect()
    },
    close() {
      closed = true
      clearTimeout(timer)
      attempt?.close()
    },
  }
}

function isShellPush(push: Push | ShellPush): push is ShellPush {
  return push.topic.startsWith('shell.')
}
