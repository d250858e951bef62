/**
 * Gives the embedded database's one session to one client at a time: from its first message until the server is idle again.
 * Without that, a statement of one client would run inside the open transaction of another.
 */

import type { Logger } from 'pino'
import type { Session } from './pglite-session.ts'
import { type ClientOptions, IdleInTransaction, type SessionClient, SessionLost, TransactionTooLong } from './session-client.ts'
import { type AnswerSummary, type Notification, queryMessage, summarize, syncMessage } from './wire.ts'

/** After an error in the extended protocol PostgreSQL hears nothing before a Sync. */
const rollback = Buffer.concat([syncMessage, queryMessage('rollback')])

/** Serving queries without a pause. Milliseconds. */
const longestTurn = 10
/** A guest that says nothing for so long is expected to go on thinking, and the session becomes the program's again. Milliseconds. */
const guestThinks = 50

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
  ClientOptions & {
    name: string
    /** As a guest it has been in the session. */
    entered: boolean
    ended: Error | undefined
    leaving: Promise<void> | undefined
    /** Runs while it says nothing in the middle of something. */
    timer: NodeJS.Timeout | undefined
  }
type Work = (session: Session) => Promise<Buffer>
type Job = { member: Member; work: Work; resolve: (answer: Buffer) => void; reject: (error: unknown) => void }

export class SessionArbiter {
  readonly #options: ArbiterOptions
  readonly #members = new Set<Member>()
  readonly #queue: Job[] = []
  #session: Session | undefined
  /** Who is in the middle of something. */
  #holder: Member | undefined
  /** The guest whose settings the session has; undefined: the program's. */
  #inside: Member | undefined
  /** Runs while a guest in the middle of something keeps others waiting. */
  #impatience: NodeJS.Timeout | undefined
  #homeward: NodeJS.Timeout | undefined
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
      entered: false,
      ended: undefined,
      leaving: undefined,
      timer: undefined,
      send: (message) =>
        this.#enqueue(member, async (session) => {
          await this.#letIn(member.visit && member, session)
          return session.execute(message, member.statementLimit)
        }),
      leave() {
        member.leaving ??= leave()
        return member.leaving
      },
    }
    this.#members.add(member)
    return member
  }

  /** One simple query of somebody who comes for nothing else. */
  async once(name: string, sql: string): Promise<AnswerSummary> {
    const client = this.client(name)
    return summarize(await client.send(queryMessage(sql)).finally(() => client.leave()))
  }

  /** Does the work while nobody is in the middle of anything and nobody is served; `sql` goes first. */
  async still(name: string, sql: string, work: () => Promise<void>): Promise<void> {
    const client = this.client(name)
    const member = [...this.#members].find(({ name: known }) => known === name)
    if (!member) throw new Error(`the client ${name} is gone`)
    let failure: unknown
    const quiet = async (session: Session) => {
      await this.#letIn(undefined, session)
      const answer = await session.execute(queryMessage(sql))
      // What goes wrong with the work is no fault of the session's.
      await work().catch((error: unknown) => {
        failure = error
      })
      return answer
    }
    const { failed } = summarize(await this.#enqueue(member, quiet).finally(() => client.leave()))
    if (failed) throw new Error(`"${sql}" failed; the log of the embedded database says why`)
    if (failure !== undefined) throw failure
  }

  /** Answers what is being answered, refuses the rest, closes the session. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(closed())
    await this.#done
    for (const timer of [this.#holder?.timer, this.#impatience, this.#homeward]) clearTimeout(timer)
    if (this.#holder) await this.#session?.execute(rollback)
    await this.#session?.close()
  }

  #enqueue(member: Member, work: Work): Promise<Buffer> {
    if (this.#closed !== undefined) return Promise.reject(closed())
    if (member.ended) return Promise.reject(member.ended)
    return new Promise((resolve, reject) => {
      this.#queue.push({ member, work, resolve, reject })
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
    if (this.#holder) this.#limitHolding(this.#holder)
    else if (this.#inside) this.#goHomeSoon(this.#inside)
  }

  /** While somebody is in the middle of something, only that one. Else the program before guests, and first come, first served. */
  #next(): Job | undefined {
    const index = this.#queue.findIndex(({ member }) => (this.#holder ? member === this.#holder : !member.visit))
    if (index >= 0) return this.#queue.splice(index, 1)[0]
    return this.#holder ? undefined : this.#queue.shift()
  }

  async #run({ member, work, resolve, reject }: Job): Promise<void> {
    clearTimeout(member.timer)
    member.timer = undefined
    if (member.ended) return reject(member.ended)

    let session: Session
    try {
      session = this.#session ??= await this.#options.reopen()
    } catch (error) {
      return reject(error)
    }
    let answer: Buffer
    try {
      answer = await work(session)
    } catch (error) {
      this.#options.logger?.error({ err: error, client: member.name }, 'the embedded database ended unexpectedly; it will be started again')
      return reject(await this.#lose(session, error))
    }
    const { status, notifications } = summarize(answer)
    this.#hold(status === 'I' ? undefined : member)
    resolve(answer)
    for (const notification of notifications) this.#options.onNotification(notification)
    if (!this.#holder) this.#options.onFree(session)
  }

  /** @param guest undefined: the program comes */
  async #letIn(guest: Member | undefined, session: Session): Promise<void> {
    clearTimeout(this.#homeward)
    if (guest === this.#inside) return
    await this.#inside?.visit?.exit(session)
    this.#inside = guest
    if (guest) guest.entered = true
    await guest?.visit?.enter(session)
  }

  #hold(member: Member | undefined): void {
    if (member === this.#holder) return
    this.#holder = member
    clearTimeout(this.#impatience)
    this.#impatience = undefined
  }

  /** Everyone has lost what they had in the session: prepared statements, settings, the open transaction. */
  async #lose(session: Session, cause: unknown): Promise<SessionLost> {
    const lost = new SessionLost('The embedded database ended unexpectedly.', { cause })
    this.#session = undefined
    this.#inside = undefined
    this.#hold(undefined)
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
    if (member.ended || this.#closed !== undefined) return
    const leavesSomething = this.#holder === member || member.farewell || member.entered
    // What is not said because the session died or closes needs no saying.
    if (leavesSomething) await this.#enqueue(member, (session) => this.#clearUp(member, session)).catch(() => undefined)
    this.#members.delete(member)
    member.ended ??= new Error(`the client ${member.name} has left`)
  }

  async #clearUp(member: Member, session: Session): Promise<Buffer> {
    if (this.#holder === member) await session.execute(rollback)
    await this.#letIn(undefined, session)
    if (member.farewell) await session.execute(queryMessage(member.farewell))
    if (member.entered) await member.visit?.end(session)
    return session.execute(syncMessage)
  }

  #limitHolding(holder: Member): void {
    const { idleInTransactionLimit, othersWaitAtMost } = holder
    if (idleInTransactionLimit !== undefined && !holder.timer) {
      const idle = new IdleInTransaction('terminating connection due to idle-in-transaction timeout')
      holder.timer = setTimeout(() => void this.#cutOff(holder, idle), idleInTransactionLimit)
    }
    if (othersWaitAtMost !== undefined && !this.#impatience && this.#queue.length > 0) {
      const tooLong = new TransactionTooLong('terminating connection due to transaction timeout')
      this.#impatience = setTimeout(() => void this.#cutOff(holder, tooLong), othersWaitAtMost)
    }
  }

  async #cutOff(member: Member, reason: Error): Promise<void> {
    const work = async (session: Session) => {
      // It may have come to its end by itself while this stood in the queue.
      if (this.#holder !== member) return session.execute(syncMessage)
      const answer = await this.#clearUp(member, session)
      this.#end(member, reason)
      return answer
    }
    await this.#enqueue(member, work).catch(() => undefined)
  }

  /** What a guest changed is put away while nobody waits for that; not at once, because most say more. */
  #goHomeSoon(guest: Member): void {
    const work = async (session: Session) => {
      await this.#letIn(undefined, session)
      return session.execute(syncMessage)
    }
    this.#homeward = setTimeout(() => void this.#enqueue(guest, work).catch(() => undefined), guestThinks)
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
