/** Requests to the two services: address, token and operator on every one, refusals as errors. */

import type { z } from 'zod'
import { Failed, Refused } from './failures.ts'
import { errorSchema } from './wire.ts'

export type Service = 'device' | 'workflow'

export type ClientOptions = {
  urls: Readonly<Record<Service, string>>
  token: string | undefined
  operator: string | undefined
  /** Ends requests that are under way. */
  stopped: AbortSignal
}

export type Request = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  query?: Readonly<Record<string, string | number | boolean | undefined>>
  body?: unknown
  headers?: Readonly<Record<string, string>>
}

export type Client = {
  url(service: Service): string
  /** @throws Failed when nobody answers; any answer of the lab comes back, refusals as well */
  fetch(service: Service, path: string, request?: Request): Promise<Response>
  /** The same, but a refusal is thrown. @throws Refused, Failed */
  open(service: Service, path: string, request?: Request): Promise<Response>
  /** The answer's JSON in the given shape. @throws Refused, Failed */
  ask<Schema extends z.ZodType>(schema: Schema, service: Service, path: string, request?: Request): Promise<z.infer<Schema>>
}

export function createClient({ urls, token, operator, stopped }: ClientOptions): Client {
  const common: Record<string, string> = {
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    // Headers carry bytes; the services read these as UTF-8.
    ...(operator === undefined ? {} : { 'X-Operator': Buffer.from(operator).toString('latin1') }),
  }

  async function ask(service: Service, path: string, { method = 'GET', query = {}, body, headers = {} }: Request = {}): Promise<Response> {
    const address = new URL(urls[service] + path)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, String(value))
    const sent = body === undefined ? undefined : JSON.stringify(body)
    const json: Record<string, string> = sent === undefined ? {} : { 'Content-Type': 'application/json' }
    try {
      const response = await fetch(address, {
        method,
        headers: { Accept: 'application/json', ...common, ...json, ...headers },
        ...(sent === undefined ? {} : { body: sent }),
        signal: stopped,
        redirect: 'error',
      })
      return endingWith(response, stopped)
    } catch (error) {
      if (stopped.aborted) throw error
      throw new Failed(`The ${service} service does not answer at ${urls[service]}${reasonOf(error)}. ${adviceFor(service)}`, 'unreachable')
    }
  }

  async function open(service: Service, path: string, request?: Request): Promise<Response> {
    const response = await ask(service, path, request)
    if (!response.ok) throw await refusalOf(response, urls[service])
    return response
  }

  return {
    url: (service) => urls[service],
    fetch: ask,
    open,
    async ask(schema, service, path, request) {
      const response = await open(service, path, request)
      const answer = schema.safeParse(response.status === 204 ? null : await response.json().catch(() => undefined))
      if (!answer.success) throw strange(urls[service])
      return answer.data
    },
  }
}

/**
 * The same answer, whose body ends when the person stops. Node's fetch alone does not always see to that: once its answer has begun, what ties
 * the signal to it is held weakly, and after a garbage collection an endless body goes on.
 */
function endingWith({ body, status, statusText, headers }: Response, stopped: AbortSignal): Response {
  return new Response(body?.pipeThrough(new TransformStream(), { signal: stopped }) ?? null, { status, statusText, headers })
}

/** For the parts of an address that a person gives. */
export const part = encodeURIComponent

async function refusalOf(response: Response, url: string): Promise<Refused | Failed> {
  const answer = errorSchema.safeParse(await response.json().catch(() => undefined))
  return answer.success ? new Refused(answer.data) : strange(url, response.status)
}

function strange(url: string, status?: number): Failed {
  return new Failed(`What answers at ${url} is not this lab's service${status ? ` (it says ${status})` : ''}.`, 'not_a_lab')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined // what fetch says of the network
  return typeof cause?.code === 'string' && cause.code !== 'ECONNREFUSED' ? ` (${cause.code})` : ''
}

function adviceFor(service: Service): string {
  return `Start the lab with "npm start", or say with --${service}-url where it is.`
}
