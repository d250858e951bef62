/** One page's line to the lab, whichever transport carries it: calls answered, events pushed without a gap. */

import type { Logger } from 'pino'
import { z } from 'zod'
import type { Push, ServerMessage } from '../../../../shared/contract/messages.ts'
import { lastEventId } from '../services/events.ts'
import { followEvents } from '../services/follow-events.ts'
import { closed, type Gate, type OpenLab } from '../services/open-lab.ts'
import type { Program } from '../services/program.ts'
import { dispatch, refuse } from './dispatch.ts'
import { presentEvent } from './present.ts'

/** What connections are served with; the lab may not be open yet. */
export type RpcContext = {
  gate(): Gate
  /** Why the gate still says `starting`, in a sentence, when that is known. */
  waitingFor(): string | undefined
  /** Hears of every change of the gate, and of what is waited for. */
  onGate(listener: (gate: Gate) => void): () => void
  /** Only while the gate is open. */
  open(): OpenLab
  program(): Program
  logger: Logger
}

export type Connection = {
  /** A message from the page. One that is not of the contract's form is left unanswered and logged. */
  receive(message: unknown): void
  /** The page is gone. What it asked for goes on. */
  close(): void
}

const clientMessage = z.union([
  z.object({ id: z.number().int(), method: z.string(), input: z.unknown(), operator: z.string().max(80).nullable() }),
  z.object({ subscribe: z.object({ after: z.number().int().min(0).nullable() }) }),
])

/**
 * @param send takes a JSON message to the page; never called after `close`
 */
export function serveConnection(context: RpcContext, send: (message: ServerMessage) => void): Connection {
  const { logger } = context
  let over = false
  let following: (() => void)[] = []
  /** What the page has asked for, and how far it is: a lab that starts again goes on from there. */
  let position: { after: number | null } | undefined

  const offGate = context.onGate((gate) => {
    tellGate(gate)
    if (gate === 'open') follow()
    // What is read without a database fails, and would end the following for good.
    if (gate === 'stopping' || gate === 'no_database') unfollow()
  })
  tellGate(context.gate())

  function tellGate(gate: Gate): void {
    const waitingFor = context.waitingFor()
    push({ topic: 'gate', gate, ...(waitingFor === undefined ? {} : { waitingFor }) })
  }

  function push(message: Push): void {
    if (!over) send({ push: message })
  }

  async function call(id: number, method: string, input: unknown, operator: string | null): Promise<void> {
    const gate = context.gate()
    const answer =
      gate === 'open'
        ? await dispatch(method, input, { ...context.open(), program: context.program(), caller: { actor: 'ui', operator } }, logger)
        : refuse(gate === 'no_database' ? 'database_unavailable' : gate, closed[gate])
    if (!over) send({ id, answer })
  }

  /** Begins to push as the page asked, once the lab is open. */
  function follow(): void {
    if (!position || following.length > 0 || context.gate() !== 'open') return
    begin(position).catch((error: unknown) => logger.error({ err: error }, 'events could not be followed'))
  }

  async function begin(place: { after: number | null }): Promise<void> {
    const { lab } = context.open()
    const last = await lastEventId(lab.database.db)
    // It may have begun to stop meanwhile, and another one have opened, which began anew with this page.
    if (over || following.length > 0 || context.gate() !== 'open' || context.open().lab !== lab) return
    // A page that knows more than there is has seen another database: it starts anew.
    const from = place.after === null || place.after > last ? last : place.after
    place.after = from
    push({ topic: 'subscribed', seq: from })
    const stop = followEvents(
      lab,
      from,
      (events) => {
        for (const event of events) push({ topic: 'event', seq: event.id, event: presentEvent(event) })
        place.after = events.at(-1)?.id ?? place.after
      },
      (error) => logger.error({ err: error }, 'events could not be followed'),
    )
    following.push(stop, ...followMoment(context.open(), push))
  }

  function unfollow(): void {
    for (const stop of following) stop()
    following = []
  }

  return {
    receive(raw) {
      const message = clientMessage.safeParse(raw)
      if (!message.success)
        return logger.warn({ problem: z.prettifyError(message.error) }, 'a page sent what is no message of the contract')
      if ('subscribe' in message.data) {
        if (position) return
        position = message.data.subscribe
        follow()
      } else {
        const { id, method, input, operator } = message.data
        void call(id, method, input, operator?.trim() || null)
      }
    },
    close() {
      over = true
      offGate()
      unfollow()
    },
  }
}

/** States of the moment: how far the running operations are, and whose forecast has changed. */
function followMoment({ lab, forecasts }: OpenLab, push: (message: Push) => void): (() => void)[] {
  return [
    lab.progress.subscribe((report) => push({ topic: 'progress', ...report })),
    forecasts.subscribe(({ deviceId }) => push({ topic: 'forecast', deviceId })),
  ]
}
