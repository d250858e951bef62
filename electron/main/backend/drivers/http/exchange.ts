/** One request to an instrument and its whole answer, or the sentence that says why there is none. */

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type DriverClock, DriverError } from '../driver.ts'

export type Request = {
  method: string
  url: URL
  headers: Readonly<Record<string, string>>
  body?: string | undefined
  /** Seconds until it has to be `sent`, or the whole answer to be there. */
  patience: { seconds: number; until: 'sent' | 'answered' }
}

export type Reply = { status: number; text: string }

/** A read of a full plate in every well over a spectrum stays below. Bytes. */
const largestAnswer = 4 * 1024 * 1024
/** A peer that lost its power closes nothing: the system asks it this often whether it is there. Milliseconds. */
const keepAliveEvery = 30_000

/**
 * Not `fetch`: that gives up on an answer after five minutes, and an immediate operation may take hours. A connection is used once, so that
 * none that the instrument closes meanwhile is taken for a lost one.
 * @param signal ends it at once; it rejects with the signal's reason then
 * @throws DriverError `connectionLost` where no whole answer came, `bad_answer` or `answer_too_large` where it cannot be used
 */
export async function exchange(clock: DriverClock, asked: Request, signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted()
  const over = new AbortController()
  const inTime = new AbortController()
  const end = () => over.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  const { seconds, until } = asked.patience
  clock.wait(seconds * 1000, inTime.signal).then(
    () => over.abort(lost('no_answer', `The instrument gave no answer within ${seconds} s`)),
    () => undefined,
  )
  try {
    const request = open(asked, over.signal)
    if (until === 'sent') request.once('finish', () => inTime.abort())
    const response = await responseTo(request, asked.body)
    return { status: response.statusCode ?? 0, text: await textOf(response) }
  } catch (error) {
    if (over.signal.aborted) throw over.signal.reason
    throw error instanceof DriverError ? error : failureOf(error)
  } finally {
    inTime.abort()
    signal.removeEventListener('abort', end)
  }
}

function open({ method, url, headers, body }: Request, signal: AbortSignal): ClientRequest {
  const length = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest
  return make(url, { method, signal, agent: false, headers: { Accept: 'application/json', ...headers, ...length } })
}

function responseTo(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    // Stays on: a request that was answered may still fail.
    request.on('error', reject)
    request.on('socket', (socket) => socket.setKeepAlive(true, keepAliveEvery))
    request.end(body)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > largestAnswer) {
      response.destroy()
      throw new DriverError(`The instrument's answer is larger than ${largestAnswer / 1024 / 1024} MiB`, { code: 'answer_too_large' })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** By Node's error code: `HPE_…` come from its HTTP parser. */
function failureOf(error: unknown): DriverError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return new DriverError('The instrument did not answer in HTTP', { code: 'bad_answer' })
  if (code in unreachable) return lost('unreachable', `The instrument cannot be reached: ${unreachable[code]}`)
  if (/^(ERR_TLS|CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|ERR_SSL|EPROTO)/.test(code)) {
    return lost('unreachable', `The instrument cannot be reached: its TLS certificate or protocol was refused (${code})`)
  }
  return lost('connection_lost', `The connection to the instrument was cut before it had answered${code ? ` (${code})` : ''}`)
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'its host does not answer',
}

function lost(code: string, sentence: string): DriverError {
  return new DriverError(sentence, { code, connectionLost: true })
}
