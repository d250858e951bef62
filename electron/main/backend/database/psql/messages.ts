/** A guest's bytes as whole messages of PostgreSQL's wire protocol (docs: "Message Formats"). */

/** The bytes are not the protocol's: there is no telling where the next message begins. */
export class NotTheProtocol extends Error {
  override name = 'NotTheProtocol'
  readonly code = '08P01'
}

/** What a client may send once it is in, by the first byte. */
export const type = {
  query: 'Q',
  parse: 'P',
  bind: 'B',
  describe: 'D',
  execute: 'E',
  close: 'C',
  flush: 'H',
  sync: 'S',
  functionCall: 'F',
  copyData: 'd',
  copyDone: 'c',
  copyFail: 'f',
  password: 'p',
  terminate: 'X',
} as const
const known = new Set<string>(Object.values(type))

/** As PostgreSQL's own limit for a startup packet. Bytes. */
const longestStartup = 10_000
/** A statement or a row is hardly ever longer; PostgreSQL itself, which runs in 32 bits here, has no room for much more. Bytes. */
const longestMessage = 256 * 2 ** 20

export class MessageReader {
  readonly #chunks: AsyncIterator<Buffer>
  #parts: Buffer[] = []
  #length = 0

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /**
   * The packet that opens a connection, without its length; undefined when the client is gone.
   * @throws NotTheProtocol
   */
  async startup(): Promise<Buffer | undefined> {
    const length = (await this.#peek(4))?.readInt32BE(0)
    if (length === undefined) return undefined
    if (length < 8 || length > longestStartup) throw new NotTheProtocol('invalid length of startup packet')
    return (await this.#take(length))?.subarray(4)
  }

  /**
   * The next message, with its type and length; undefined when the client is gone.
   * @throws NotTheProtocol
   */
  async message(): Promise<Buffer | undefined> {
    const head = await this.#peek(5)
    if (!head) return undefined
    if (!known.has(typeOf(head))) throw new NotTheProtocol(`invalid frontend message type ${head[0]}`)
    const length = head.readInt32BE(1)
    if (length < 4 || length > longestMessage) throw new NotTheProtocol('invalid message length')
    return this.#take(1 + length)
  }

  async #peek(length: number): Promise<Buffer | undefined> {
    while (this.#length < length) {
      const { value, done } = await this.#chunks.next()
      if (done) return undefined
      this.#parts.push(value)
      this.#length += value.length
    }
    // Put together only when all is there: a large message comes in thousands of chunks.
    const whole = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = [whole]
    return whole.subarray(0, length)
  }

  async #take(length: number): Promise<Buffer | undefined> {
    const taken = await this.#peek(length)
    if (!taken) return undefined
    const rest = this.#parts[0]?.subarray(length) ?? Buffer.alloc(0)
    this.#parts = rest.length > 0 ? [rest] : []
    this.#length -= length
    return taken
  }
}

export function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0] ?? 0)
}

/** The name of the statement or portal that the message makes. */
export function firstString(message: Buffer): string {
  return message.toString('latin1', 5, message.indexOf(0, 5))
}

export type Startup =
  | { kind: 'encryption' }
  | { kind: 'cancel' }
  | { kind: 'session'; version: { major: number; minor: number }; parameters: Map<string, string> }

/** SSLRequest, GSSENCRequest, CancelRequest. */
const requests = new Map<number, Startup>([
  [80877103, { kind: 'encryption' }],
  [80877104, { kind: 'encryption' }],
  [80877102, { kind: 'cancel' }],
])

/** @param packet without its length */
export function readStartup(packet: Buffer): Startup {
  const code = packet.readInt32BE(0)
  const request = requests.get(code)
  if (request) return request
  const strings = packet.toString('utf8', 4).split('\0')
  const parameters = new Map<string, string>()
  for (let at = 0; strings[at]; at += 2) parameters.set(strings[at] ?? '', strings[at + 1] ?? '')
  return { kind: 'session', version: { major: code >>> 16, minor: code & 0xffff }, parameters }
}
