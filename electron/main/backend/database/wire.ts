/** The little of PostgreSQL's wire protocol that the embedded store reads and writes itself (docs: "Message Formats"). */

/** What the server answered with ReadyForQuery: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E'

export type Notification = { channel: string; payload: string }

export type AnswerSummary = {
  /** Undefined: the server has not finished, because nothing asked it to (no Sync yet). */
  status: TransactionStatus | undefined
  /** There is an error among the answers. */
  failed: boolean
  notifications: Notification[]
}

/** Message types by their first byte: those of a client and those of the server. */
export const fromClient = { query: 0x51, terminate: 0x58, copyData: 0x64, copyDone: 0x63, copyFail: 0x66, sync: 0x53 } as const
const fromServer = { ready: 0x5a, error: 0x45, notification: 0x41, copyInResponse: 0x47 } as const

/** AuthenticationOk and ReadyForQuery (idle): a session without a password greets like this. */
export const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, fromServer.ready, 0, 0, 0, 5, 0x49])

/** "Send the data": text format, number of columns not told. */
export const copyInResponse = Buffer.from([fromServer.copyInResponse, 0, 0, 0, 7, 0, 0, 0])

/** A startup packet is the only one without a type: it begins with its length. */
export function isStartup(message: Uint8Array): boolean {
  return message[0] === 0
}

/** A simple query, which may hold several statements. */
export function queryMessage(text: string): Buffer {
  const body = Buffer.from(`${text}\0`, 'utf8')
  const message = Buffer.alloc(5 + body.length)
  message[0] = fromClient.query
  message.writeInt32BE(4 + body.length, 1)
  body.copy(message, 5)
  return message
}

/** Asks for ReadyForQuery, and ends what an error began: without it, the extended protocol skips everything after one. */
export const syncMessage = Buffer.from([fromClient.sync, 0, 0, 0, 4])

/** Whether the message is a simple query after which the server waits for data. A list of columns hardly fills the part that is looked at. */
export function asksForCopyData(message: Buffer): boolean {
  return message[0] === fromClient.query && /^\s*copy\b.*\bfrom\s+stdin\b/is.test(message.toString('utf8', 5, 5005))
}

/** @param answer whole messages of the server */
export function summarize(answer: Buffer): AnswerSummary {
  let status: TransactionStatus | undefined
  let failed = false
  const notifications: Notification[] = []
  for (let at = 0; at < answer.length; at = endOfMessage(answer, at)) {
    if (answer[at] === fromServer.ready) status = String.fromCharCode(answer[at + 5] ?? 0) as TransactionStatus // the protocol has these three
    if (answer[at] === fromServer.error) failed = true
    if (answer[at] === fromServer.notification) notifications.push(readNotification(answer, at))
  }
  return { status, failed, notifications }
}

/** The answer without the server's own request for data. */
export function withoutCopyInResponse(answer: Buffer): Buffer {
  return answer[0] === fromServer.copyInResponse ? answer.subarray(endOfMessage(answer, 0)) : answer
}

/** Where the message that begins at `at` ends. Needs its first five bytes. */
export function endOfMessage(bytes: Buffer, at: number): number {
  return at + 1 + bytes.readInt32BE(at + 1)
}

/** After type and length: the sender's process (4 bytes), then two strings that end with a zero. */
function readNotification(answer: Buffer, at: number): Notification {
  const channelEnd = answer.indexOf(0, at + 9)
  return {
    channel: answer.toString('utf8', at + 9, channelEnd),
    payload: answer.toString('utf8', channelEnd + 1, endOfMessage(answer, at) - 1),
  }
}
