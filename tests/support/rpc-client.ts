/** A page as the lab sees it: the contract over a real WebSocket. */

import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import type { Input, MethodName, Output } from '../../shared/contract/contract.ts'
import type { Answer, ClientMessage, Push, ServerMessage } from '../../shared/contract/messages.ts'
import type { TestLab } from './lab.ts'

export type RpcClient = {
  call<M extends MethodName>(method: M, input: Input<M>, operator?: string): Promise<Answer<Output<M>>>
  /** As `call`, for what the contract does not know. */
  callAnything(method: string, input: unknown): Promise<Answer>
  /** The value of an answer that has to be no refusal. */
  ask<M extends MethodName>(method: M, input: Input<M>, operator?: string): Promise<Output<M>>
  sendRaw(text: string): void
  subscribe(after: number | null): void
  /** Everything that was pushed so far. */
  pushes: Push[]
  /** The first push that fits, past or to come. */
  push(fits: (push: Push) => boolean): Promise<Push>
  /** Resolves with the code it was closed with. */
  closed: Promise<number>
  close(): Promise<void>
}

/** Opens pages for the tests of a file, and closes them after each. */
export function usePages(): (lab: Pick<TestLab, 'running'>, headers?: Record<string, string>) => Promise<RpcClient> {
  const open: RpcClient[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((page) => page.close()))
  })
  return async ({ running }, headers) => {
    const page = await openRpc(running.urls.ui, headers)
    open.push(page)
    return page
  }
}

/** @param uiUrl the UI port's address */
export async function openRpc(uiUrl: string, headers: Record<string, string> = {}): Promise<RpcClient> {
  const socket = new WebSocket(`${uiUrl.replace('http', 'ws')}/rpc`, { headers })
  const waiting = new Map<number, (answer: Answer) => void>()
  const pushes: Push[] = []
  const listeners = new Set<(push: Push) => void>()
  let last = 0
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))

  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as ServerMessage
    if ('push' in message) {
      pushes.push(message.push)
      for (const listener of listeners) listener(message.push)
    } else {
      waiting.get(message.id)?.(message.answer)
      waiting.delete(message.id)
    }
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_, response) => {
      response.resume()
      reject(new Error(`refused with ${response.statusCode}`))
    })
  })

  const send = (message: ClientMessage) => socket.send(JSON.stringify(message))

  function callAnything(method: string, input: unknown, operator: string | null = null): Promise<Answer> {
    last += 1
    const id = last
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    send({ id, method, input, operator })
    return answer
  }

  // The contract's schemas hold for what comes back; the contract tests check that they do.
  const call = ((method: string, input: unknown, operator?: string) => callAnything(method, input, operator ?? null)) as RpcClient['call']

  return {
    call,
    callAnything,
    async ask(method, input, operator) {
      const answer = await call(method, input, operator)
      if (!answer.ok) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`)
      return answer.value
    },
    sendRaw: (text) => socket.send(text),
    subscribe: (after) => send({ subscribe: { after } }),
    pushes,
    push(fits) {
      const past = pushes.find(fits)
      if (past) return Promise.resolve(past)
      return new Promise((resolve) => {
        const listener = (push: Push) => {
          if (!fits(push)) return
          listeners.delete(listener)
          resolve(push)
        }
        listeners.add(listener)
      })
    },
    closed,
    async close() {
      socket.close()
      await closed
    },
  }
}
