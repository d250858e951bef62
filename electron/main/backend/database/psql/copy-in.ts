/**
 * `COPY … FROM STDIN` of a guest. PostgreSQL in PGlite cannot wait for the data, it ends when there is none: so the data is held back until it
 * is complete, and everything else goes with a refusal of data behind it, which PostgreSQL ignores unless it asked for some.
 */

import { queryMessage, type TransactionStatus } from '../wire.ts'
import { copyFail, copyRequest } from './answers.ts'
import { type MessageReader, NotTheProtocol, type, typeOf } from './messages.ts'

/** To be put behind whatever might ask for data. */
export const noCopyData = copyFail('send COPY … FROM STDIN as a query of its own')

/** What one COPY may hold in memory. Bytes. */
const mostData = 256 * 2 ** 20

/** Whether it looks like it; `askForData` finds out. */
export function asksForCopyData(query: Buffer): boolean {
  const comments = String.raw`(?:\s|--[^\n]*\n|/\*.*?\*/)*`
  return new RegExp(`^${comments}copy\\b[^;]*\\bfrom\\s+stdin\\b`, 'is').test(query.toString('utf8', 5, 5005))
}

/**
 * Runs the COPY without data and undoes it, to have the server's own request for data, or its error.
 * @returns `request` when it wants data; else `answer`, when the query is answered by that; else it has to be sent as any other
 */
export async function askForData(
  query: Buffer,
  { status, send }: { status: TransactionStatus | undefined; send: (message: Buffer) => Promise<Buffer> },
): Promise<{ request?: Buffer | undefined; answer?: Buffer }> {
  const attempt = Buffer.concat([query, noCopyData])
  if (status === 'I') {
    const answer = await send(attempt)
    const request = copyRequest(answer)
    return request ? { request } : { answer }
  }
  if (status !== 'T') return {}
  const name = 'benchkeeper_copy'
  const undo = queryMessage(`rollback to savepoint ${name}; release savepoint ${name}`)
  return { request: copyRequest(await send(Buffer.concat([queryMessage(`savepoint ${name}`), attempt, undo]))) }
}

/**
 * @returns the query with its data, ready to be sent; undefined when the client is gone
 * @throws NotTheProtocol
 */
export async function collectData(query: Buffer, reader: MessageReader): Promise<Buffer | undefined> {
  const parts = [query]
  let length = 0
  for (let message = await reader.message(); message; message = await reader.message()) {
    const kind = typeOf(message)
    if (kind === type.sync || kind === type.flush) continue
    if (kind !== type.copyData && kind !== type.copyDone && kind !== type.copyFail) {
      throw new NotTheProtocol(`unexpected message type ${message[0]} during COPY from stdin`)
    }
    length += message.length
    if (length <= mostData) parts.push(message)
    if (kind === type.copyData) continue
    const tooMuch = copyFail(`more than ${mostData / 2 ** 20} MB at once; load it in several parts`)
    return Buffer.concat(length > mostData ? [query, tooMuch] : [...parts, noCopyData])
  }
  return undefined
}
