/** One psql, or any other client of PostgreSQL, from its first byte to its last. */

import type { Socket } from 'node:net'
import type { Guest } from '../embedded-store.ts'
import { summarize, type TransactionStatus } from '../wire.ts'
import * as answers from './answers.ts'
import { askForData, asksForCopyData, collectData, noCopyData } from './copy-in.ts'
import { askForPassword, Refused, readParameters, settle } from './greeting.ts'
import { firstString, MessageReader, NotTheProtocol, type, typeOf } from './messages.ts'

export type Door = {
  /** @throws Refused while nobody can be let in */
  admit(onEnd: (reason: Error) => void): Guest
  /** Undefined: none is asked for. */
  isPassword: ((given: string) => boolean) | undefined
}

export type GuestConnection = {
  /** Over: nothing of it is left in the session, and the socket is closed or about to be. */
  over: Promise<void>
  /** Tells it why, and ends it. */
  end(code: string, reason: string): void
}

/** To say who it is; and, once it is told that it must go, to take note. Milliseconds. */
const startupPatience = 60_000
const endPatience = 1_000
/** Message types after which a client waits for an answer. */
const endsGroup = new Set<string>([type.sync, type.flush, type.functionCall])
/** Of messages without a Sync: more are not collected but sent on. Bytes. */
const enough = 2 ** 20

export function receiveGuest(socket: Socket, door: Door): GuestConnection {
  const guest = new GuestSession(socket, door)
  return { over: guest.run(), end: (code, reason) => guest.end(code, reason) }
}

class GuestSession {
  readonly #socket: Socket
  readonly #door: Door
  readonly #reader: MessageReader
  #guest: Guest | undefined
  #status: TransactionStatus | undefined = 'I'

  constructor(socket: Socket, door: Door) {
    this.#socket = socket.setNoDelay(true).setTimeout(startupPatience, () => socket.destroy())
    // A reader or writer that fails is told by its own promise.
    socket.on('error', () => undefined)
    this.#door = door
    this.#reader = new MessageReader(socket)
  }

  async run(): Promise<void> {
    try {
      if (await this.#letIn()) await this.#converse()
      this.#hangUp()
    } catch (error) {
      if (error instanceof NotTheProtocol || error instanceof Refused) this.end(error.code, error.message)
      // Told by `onEnd`, or the client is gone.
      else this.#hangUp()
    }
    await this.#guest?.client.leave()
  }

  end(code: string, reason: string): void {
    if (this.#socket.writable) this.#socket.write(answers.fatal(code, reason))
    this.#hangUp()
  }

  #hangUp(): void {
    this.#socket.setTimeout(endPatience, () => this.#socket.destroy())
    this.#socket.destroySoon()
  }

  async #letIn(): Promise<boolean> {
    const parameters = await readParameters(this.#reader, this.#socket)
    if (!parameters) return false
    const { isPassword } = this.#door
    const user = parameters.get('user') ?? ''
    if (isPassword && !(await askForPassword(this.#reader, this.#socket, { user, isPassword }))) return false
    this.#socket.setTimeout(0)

    const guest = this.#door.admit((reason) => this.end('code' in reason ? String(reason.code) : 'XX000', reason.message))
    this.#guest = guest
    const settings = await settle(guest.client, parameters)
    await this.#write(Buffer.concat([answers.welcome, settings, answers.keyData(0), answers.idle]))
    return true
  }

  async #converse(): Promise<void> {
    let group: Buffer[] = []
    for (let message = await this.#reader.message(); message; message = await this.#reader.message()) {
      const kind = typeOf(message)
      if (kind === type.terminate) return
      if (kind === type.password) throw new NotTheProtocol(`invalid frontend message type ${message[0]}`)
      // Data of a COPY that has failed meanwhile.
      if (kind === type.copyData || kind === type.copyDone || kind === type.copyFail) continue

      // What belongs together is sent as one, up to where the client waits for an answer.
      if (kind === type.sync || kind === type.flush) group.push(noCopyData)
      group.push(message)
      if (kind === type.query) {
        await this.#query(group)
        group = []
      } else if (endsGroup.has(kind) || length(group) > enough) {
        await this.#answer(group)
        group = []
      }
    }
  }

  async #query(group: Buffer[]): Promise<void> {
    const [query] = group
    if (!query || group.length > 1 || !asksForCopyData(query)) return this.#answer([...group, noCopyData])
    const { request, answer } = await askForData(query, { status: this.#status, send: (message) => this.#send([message]) })
    if (answer) return this.#write(answers.forGuest(answer))
    if (!request) return this.#answer([query, noCopyData])
    await this.#write(request)
    const whole = await collectData(query, this.#reader)
    if (whole) await this.#answer([whole])
  }

  async #answer(group: Buffer[]): Promise<void> {
    await this.#write(answers.forGuest(await this.#send(group)))
  }

  async #send(group: Buffer[]): Promise<Buffer> {
    if (!this.#guest) throw new Error('the guest is not in yet')
    const { client, visit } = this.#guest
    const answer = await client.send(Buffer.concat(group))
    for (const message of group) {
      if (typeOf(message) === type.query) visit.unnamed = undefined
      if (typeOf(message) === type.parse && firstString(message) === '') visit.unnamed = message
    }
    this.#status = summarize(answer).status
    return answer
  }

  /** Waits until the client has taken it. */
  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return
    await new Promise<void>((resolve, reject) => this.#socket.write(bytes, (error) => (error ? reject(error) : resolve())))
  }
}

function length(group: Buffer[]): number {
  return group.reduce((bytes, message) => bytes + message.length, 0)
}
