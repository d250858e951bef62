/** What a guest is answered beside what PostgreSQL itself says, and what of that is not for guests. */

import { endOfMessage } from '../wire.ts'

/** The answer to a request for encryption: there is none, and no network that it would protect from. */
export const noEncryption = Buffer.from('N')
export const passwordWanted = message('R', int32(3))
export const welcome = message('R', int32(0))
export const idle = message('Z', Buffer.from('I'))

/** "Send the data", in the very words of the server. */
export function copyRequest(answer: Buffer): Buffer | undefined {
  return [...messagesOf(answer)].find((each) => typeIs(each, 'G'))
}

/** @param code an SQLSTATE (PostgreSQL docs, appendix A) */
export function fatal(code: string, text: string): Buffer {
  return report('E', 'FATAL', code, text)
}

/** A client's message: there will be no data for a COPY. */
export function copyFail(reason: string): Buffer {
  return message('f', Buffer.from(`${reason}\0`))
}

/** Server process and secret, with which a client could ask to cancel a statement. */
export function keyData(number: number): Buffer {
  return message('K', Buffer.concat([int32(number), int32(0)]))
}

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', Buffer.from(`${name}\0${value}\0`))
}

/** "Protocol 3.0 is the newest here", with the options that it does not have. */
export function negotiateVersion(unknownOptions: string[]): Buffer {
  return message('v', Buffer.concat([int32(0), int32(unknownOptions.length), ...unknownOptions.map((name) => Buffer.from(`${name}\0`))]))
}

/** The code and text of the first error among the answers. */
export function firstError(answer: Buffer): { code: string; text: string } | undefined {
  const error = [...messagesOf(answer)].find((each) => typeIs(each, 'E'))
  if (!error) return undefined
  const fields = new Map(
    error
      .toString('utf8', 5)
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  )
  return { code: fields.get('C') ?? 'XX000', text: fields.get('M') ?? 'internal error' }
}

/** The only column of the only row. */
export function onlyValue(answer: Buffer): string | undefined {
  const row = [...messagesOf(answer)].find((each) => typeIs(each, 'D'))
  return row?.toString('utf8', 11)
}

/**
 * Without what PostgreSQL tells the whole session: notifications, which are the program's, and requests for COPY data, which is sent along.
 * Says so when the guest would wait for notifications in vain, and why a statement was cancelled: there is but one reason for that.
 */
export function forGuest(answer: Buffer): Buffer {
  const kept: Buffer[] = []
  let from = 0
  for (let at = 0; at < answer.length; at = endOfMessage(answer, at)) {
    const type = answer[at]
    if (type === asByte('A') || type === asByte('G')) {
      kept.push(answer.subarray(from, at))
      from = endOfMessage(answer, at)
    } else if (type === asByte('C') && answer.toString('latin1', at + 5, at + 12) === 'LISTEN\0') {
      kept.push(answer.subarray(from, at), inVain)
      from = at
    } else if (type === asByte('E') && isCancellation(answer.toString('latin1', at + 5, endOfMessage(answer, at)))) {
      kept.push(answer.subarray(from, at), tookTooLong)
      from = endOfMessage(answer, at)
    }
  }
  if (from === 0 && kept.length === 0) return answer
  return Buffer.concat([...kept, answer.subarray(from)])
}

const inVain = report('N', 'WARNING', '01000', 'LISTEN hears nothing here; follow GET /events of the REST services instead')

const tookTooLong = report(
  'E',
  'ERROR',
  '57014',
  'canceling statement due to statement timeout: while it runs nobody else is served, so it gets 5 seconds',
)
const isCancellation = (fields: string) => fields.includes('\0C57014\0Mcanceling statement due to user request\0')

function* messagesOf(answer: Buffer): Generator<Buffer> {
  for (let at = 0; at < answer.length; at = endOfMessage(answer, at)) yield answer.subarray(at, endOfMessage(answer, at))
}

function report(type: 'E' | 'N', severity: string, code: string, text: string): Buffer {
  const fields = { S: severity, V: severity, C: code, M: text }
  return message(
    type,
    Buffer.from(
      `${Object.entries(fields)
        .map(([field, value]) => `${field}${value}\0`)
        .join('')}\0`,
    ),
  )
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(4 + body.length), body])
}

function typeIs(bytes: Buffer, type: string): boolean {
  return bytes[0] === asByte(type)
}

function asByte(type: string): number {
  return type.charCodeAt(0)
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
