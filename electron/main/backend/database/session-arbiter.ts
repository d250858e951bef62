/**
 * Gives the embedded database's one session to one client at a time: from its first message until the server is idle again.
 * Without that, a statement of one client would run inside the open transaction of another.
 */

import type { Logger } from 'pino'
import type { Session } from './pglite-session.ts'
import { type Notification, queryMessage, summarize } from './wire.ts'

export type SessionClient = {
  /**
   * Waits for its turn, and keeps the session until the answer ends idle.
   * @param message one or more whole messages
   * @throws SessionLost, IdleInTransaction
   */
  send(message: Uint8Array): Promise<Buffer>
  /** Rolls back what is open and lets the next client in. Sends nothing after that; may be called again. */
  leave(): Promise<void>
}

export type ClientOptions = {
  /** SQL that undoes what this client may have left in the session; runs when it leaves. */
  farewell?: string
  /** A transaction in which the client says nothing for so long is rolled back, and the client cut off. Milliseconds. */
  idleInTransactionLimit?: number
  /** The session died, or the client was cut off: whatever it had there is gone, and it has to connect anew. */
  onEnd?: (reason: Error) => void
}

/** PostgreSQL died, as a server does that crashes; `code` is its `crash_shutdown`. The next message starts it again. */
export class SessionLost extends Error {
  override name = 'SessionLost'
  readonly code = '57P02'
}

/** `code` is PostgreSQL's `idle_in_transaction_session_timeout`. */
export class IdleInTransaction extends Error {
  override name = 'IdleInTransaction'
  readonly code = '25P03'
}

/** Serving queries without a pause. Milliseconds. */
const longestTurn = 10

export type ArbiterOptions = {
  /** Starts PostgreSQL again after it died. */
  reopen: () => Promise<Session>
  /** Every NOTIFY that reaches the session, whoever sent it. */
  onNotification: (notification: Notification) => void
  /** Somebody came to an end, and nobody is in the middle of anything. */
  onFree: (session: Session) => void
  logger?: Logger | undefined
}

type Member = SessionClient &
  ClientOptions & { name: string; ended: Error | undefined; leaving: Promise<void> | undefined; timer: NodeJS.Timeout | undefined }
type Job = { member: Member; message: () => Uint8Array; resolve: (answer: Buffer) => void; reject: (error: unknown) => void }

export class SessionArbiter {
  readonly #options: ArbiterOptions
  readonly #members = new Set<Member>()
  readonly #queue: Job[] = []
  #session: Session | undefined
  /** Who is in the middle of something. */
  #holder: Member | undefined
  #busy = false
  #done: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined
  #lastPause = performance.now()

  constructor(session: Session, options: ArbiterOptions) {
    this.#session = session
    this.#options = options
  }

  /** @param name for the log */
  client(name: string, options: ClientOptions = {}): SessionClient {
    const leave = () => this.#leave(member)
    const member: Member = {
      ...options,
      name,
      ended: undefined,
      leaving: undefined,
      timer: undefined,
      send: (message) => this.#enqueue(member, () => message),
      leave() {
        member.leaving ??= leave()
        return member.leaving
      },
    }
    this.#members.add(member)
    return member
  }

  /** Answers what is being answered, refuses the rest, closes the session. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(closed())
    await this.#done
    clearTimeout(this.#holder?.timer)
    if (this.#holder) await this.#session?.execute(queryMessage('rollback'))
    await this.#session?.close()
  }

  #enqueue(member: Member, message: () => Uint8Array): Promise<Buffer> {
    if (this.#closed) return Promise.reject(closed())
    if (member.ended) return Promise.reject(member.ended)
    return new Promise((resolve, reject) => {
      this.#queue.push({ member, message, resolve, reject })
      if (!this.#busy) this.#done = this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let job = this.#next(); job; job = this.#next()) {
      await this.#run(job)
      if (performance.now() - this.#lastPause > longestTurn) await this.#pause()
    }
    this.#busy = false
    this.#limitIdling()
  }

  /** First come, first served; while somebody is in the middle of something, only that one. */
  #next(): Job | undefined {
    if (!this.#holder) return this.#queue.shift()
    const index = this.#queue.findIndex(({ member }) => member === this.#holder)
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0]
  }

  async #run({ member, message, resolve, reject }: Job): Promise<void> {
    clearTimeout(member.timer)
    member.timer = undefined
    if (member.ended) return reject(member.ended)

    let session: Session
    try {
      session = this.#session ??= await this.#options.reopen()
    } catch (error) {
      return reject(error)
    }
    try {
      const answer = await session.execute(message())
      const { status, notifications } = summarize(answer)
      this.#holder = status === 'I' ? undefined : member
      resolve(answer)
      for (const notification of notifications) this.#options.onNotification(notification)
      if (!this.#holder) this.#options.onFree(session)
    } catch (error) {
      this.#options.logger?.error({ err: error, client: member.name }, 'the embedded database ended unexpectedly; it will be started again')
      reject(await this.#lose(session, error))
    }
  }

  /** Everyone has lost what they had in the session: prepared statements, settings, the open transaction. */
  async #lose(session: Session, cause: unknown): Promise<SessionLost> {
    const lost = new SessionLost('The embedded database ended unexpectedly.', { cause })
    this.#session = undefined
    this.#holder = undefined
    for (const member of [...this.#members]) this.#end(member, lost)
    await session
      .close()
      .catch((error: unknown) => this.#options.logger?.warn({ err: error }, 'files of the embedded database stayed open'))
    return lost
  }

  #end(member: Member, reason: Error): void {
    this.#members.delete(member)
    member.ended = reason
    member.onEnd?.(reason)
  }

  async #leave(member: Member): Promise<void> {
    if (member.ended || this.#closed) return
    const farewell = () => queryMessage([this.#holder === member ? 'rollback' : '', member.farewell ?? ''].filter(Boolean).join(';'))
    // What is not said because the session died or closes needs no saying.
    await this.#enqueue(member, farewell).catch(() => undefined)
    this.#members.delete(member)
    member.ended ??= new Error(`the client ${member.name} has left`)
  }

  #limitIdling(): void {
    const holder = this.#holder
    if (!holder || holder.timer || holder.idleInTransactionLimit === undefined) return
    holder.timer = setTimeout(() => void this.#cutOff(holder), holder.idleInTransactionLimit)
  }

  async #cutOff(member: Member): Promise<void> {
    const answer = await this.#enqueue(member, () => queryMessage('rollback')).catch(() => undefined)
    if (answer) this.#end(member, new IdleInTransaction('terminating connection due to idle-in-transaction timeout'))
  }

  /** PGlite never waits for anything, so a row of queries would keep the program from its sockets and timers. */
  async #pause(): Promise<void> {
    await new Promise(setImmediate)
    this.#lastPause = performance.now()
  }
}

function closed(): SessionLost {
  return new SessionLost('The database is closed.')
}
