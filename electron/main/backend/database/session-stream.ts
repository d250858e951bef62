/** A client's connection to the embedded database, as node-postgres wants it: a stream of wire messages, without a network. */

import { Duplex } from 'node:stream'
import type { SessionArbiter } from './session-arbiter.ts'
import type { SessionClient } from './session-client.ts'
import { asksForCopyData, copyInResponse, endOfMessage, fromClient, greeting, isStartup, withoutCopyInResponse } from './wire.ts'

/** Never asked for: there is no network and no password. Given, so that no environment variable (PGSSLMODE, PGUSER) has a say. */
export const credentials = { user: 'postgres', database: 'postgres', password: 'none', host: 'localhost', port: 5432, ssl: false }

type Done = (error?: Error | null) => void

/**
 * Hand it to `pg` as `stream: () => new SessionStream(…)`.
 * What is written in one go (node-postgres corks parse, bind, describe, execute and sync) is answered in one go, which is what makes it quick.
 */
export class SessionStream extends Duplex {
  readonly #client: SessionClient
  #copy: CopyData | undefined

  /**
   * @param name for the log
   * @param farewell SQL that undoes what this connection leaves in the session, which outlives it
   */
  constructor(arbiter: SessionArbiter, name: string, farewell?: string) {
    super()
    this.#client = arbiter.client(name, { ...(farewell && { farewell }), onEnd: (reason) => this.destroy(reason) })
  }

  // Called by node-postgres as on a socket.
  connect(): void {
    process.nextTick(() => this.emit('connect'))
  }
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#answer(chunk).then(() => done(), done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#answer(Buffer.concat(chunks.map(({ chunk }) => chunk))).then(() => done(), done)
  }

  override _read(): void {
    // Answers come when they come.
  }

  override _final(done: Done): void {
    this.#client.leave().then(() => {
      this.push(null)
      done()
    }, done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#client.leave().then(
      () => done(error),
      () => done(error),
    )
  }

  async #answer(message: Buffer): Promise<void> {
    if (isStartup(message)) this.push(greeting)
    else if (this.#copy) await this.#collect(this.#copy, message)
    else if (asksForCopyData(message)) {
      this.#copy = new CopyData(message)
      this.push(copyInResponse)
    } else if (message[0] === fromClient.terminate) await this.#client.leave()
    else this.push(await this.#client.send(message))
  }

  async #collect(copy: CopyData, data: Buffer): Promise<void> {
    if (!copy.add(data)) return
    this.#copy = undefined
    this.push(withoutCopyInResponse(await this.#client.send(copy.whole())))
  }
}

/**
 * The data of a `COPY … FROM STDIN`, held back until it is complete: PostgreSQL in PGlite cannot wait for more, it ends when there is none.
 * So a COPY takes as much memory as its data: a large load is to be cut into several.
 */
class CopyData {
  readonly #parts: Buffer[]
  /** From where on it is not known yet what it is. */
  #rest: Buffer = Buffer.alloc(0)

  constructor(query: Buffer) {
    this.#parts = [query]
  }

  /** @returns whether this was the end of the data, or the client's giving up */
  add(data: Buffer): boolean {
    this.#parts.push(data)
    this.#rest = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data])
    while (this.#rest.length >= 5) {
      const end = endOfMessage(this.#rest, 0)
      if (end > this.#rest.length) return false
      if (this.#rest[0] === fromClient.copyDone || this.#rest[0] === fromClient.copyFail) return true
      this.#rest = this.#rest.subarray(end)
    }
    return false
  }

  whole(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
