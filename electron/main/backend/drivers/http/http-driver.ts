/** Drives an instrument or gateway that speaks JSON over HTTP. What it expects of the instrument stands in docs/drivers.md. */

import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../../../shared/domain/execution-log.ts'
import type { HttpConfig } from '../../../../../shared/domain/http-config.ts'
import { secretsIn } from '../../../../../shared/domain/secrets.ts'
import { type Driver, type DriverClock, DriverError, type ExecuteOptions } from '../driver.ts'
import { type Job, jobIdOf, jobOf, jsonOf } from './answers.ts'
import { exchange, type Reply, type Request } from './exchange.ts'
import { describeOperations, filled, type Plan, planOf } from './plan.ts'

type Options = {
  /** As it stands when it is asked. */
  device: () => { capabilities: readonly string[] }
  config: HttpConfig
  clock: DriverClock
}

/** An idempotent operation is asked for this often before its answer counts as lost, and a job for how it stands. */
const attempts = 3
/** Between them. Milliseconds; twice as long the second time. */
const againAfter = 500
/** How often a job is looked at that shall end: nobody waits long for it. Seconds. */
const endingPoll = 0.5
/** Shorter ones are no secrets, and would be found in anything. */
const shortestSecret = 6

export function createHttpDriver({ device, config, clock }: Options): Driver {
  const base = config.base_url.replace(/\/+$/, '')
  const requestSeconds = config.request_timeout_seconds ?? 10
  const secrets = secretsIn(config).filter((secret) => secret.length >= shortestSecret)
  const headers = {
    'User-Agent': 'Benchkeeper',
    ...config.headers,
    ...(config.token === undefined ? {} : { Authorization: `Bearer ${config.token}` }),
  }
  const stopped = new AbortController()

  return {
    describe: async () => ({ operations: describeOperations(config, device().capabilities) }),
    connect: askForLife,
    heartbeatSeconds: config.heartbeat_seconds === undefined ? 10 : config.heartbeat_seconds,
    heartbeat: askForLife,
    async execute(operation, parameters, options) {
      const plan = planOf(config, operation)
      const leave = leaveWith(options)
      try {
        return await (plan.mode === 'immediate' ? runImmediate : runJob)({ operation, parameters, plan, options, leave: leave.signal })
      } catch (error) {
        // An instrument that was told to end may say so in any words.
        if (options.signal.aborted && !(error instanceof DriverError && error.connectionLost)) throw options.signal.reason
        throw error
      } finally {
        leave.forget()
      }
    },
    async stop() {
      stopped.abort(new DriverError('The driver was stopped', { connectionLost: true }))
    },
  }

  async function askForLife(signal: AbortSignal): Promise<void> {
    const leave = anyOf(signal, stopped.signal)
    try {
      const path = config.health_path ?? '/health'
      const { status } = await send('GET', path, undefined, 'answered', {}, leave.signal)
      if (status >= 200 && status <= 299) return
      throw new DriverError(`The instrument answered ${status} at ${path}`, { code: 'unhealthy', connectionLost: true })
    } finally {
      leave.forget()
    }
  }

  /** The answer is the result, whenever it comes. Told to end, the instrument answers early, if it knows how. */
  async function runImmediate(run: Run): Promise<unknown> {
    const { operation, plan, options } = run
    const tellToEnd = () => {
      // Whoever waits sees from the answer that does not come whether it was heard.
      if (plan.abortPath !== undefined)
        send('POST', filled(plan.abortPath, { operation }), {}, 'answered', {}, run.leave).catch(() => undefined)
    }
    options.signal.addEventListener('abort', tellToEnd, { once: true })
    try {
      if (options.signal.aborted) throw options.signal.reason
      return jsonOf(await start(run, 'sent'), operation)
    } finally {
      options.signal.removeEventListener('abort', tellToEnd)
    }
  }

  async function runJob(run: Run): Promise<unknown> {
    const { operation, plan, options, leave } = run
    options.signal.throwIfAborted()
    const answer = jsonOf(await start(run, 'answered'), operation)
    const id = jobIdOf(answer)
    if (id === undefined && plan.statusPath.includes('{id}')) {
      if (saysHowItStands(answer)) return endOf(jobOf(answer, operation), run)
      throw new DriverError(`The instrument's answer to "${operation}" names no job`, { code: 'bad_answer' })
    }
    const names = { operation, ...(id === undefined ? {} : { id }) }
    let told = false
    let job: Job = saysHowItStands(answer) ? jobOf(answer, operation) : { state: 'running', progress: undefined }
    while (job.state === 'running') {
      if (job.progress !== undefined) options.onProgress?.(job.progress)
      if (options.signal.aborted && !told) {
        told = true
        if (plan.abortPath !== undefined) await send('POST', filled(plan.abortPath, names), {}, 'answered', {}, leave)
      }
      await pause(told ? Math.min(endingPoll, plan.pollSeconds) : plan.pollSeconds, told ? leave : options.signal, leave)
      job = await lookAt(filled(plan.statusPath, names), run)
    }
    return endOf(job, run)
  }

  function endOf(job: Job, { operation }: Run): unknown {
    if (job.state === 'completed') return job.result
    if (job.state === 'failed') throw job.error
    throw new DriverError(`"${operation}" was aborted at the instrument`, { code: 'aborted' })
  }

  async function lookAt(path: string, { operation, leave }: Run): Promise<Job> {
    const reply = await repeat(leave, () => send('GET', path, undefined, 'answered', {}, leave))
    return jobOf(jsonOf(reply, operation), operation)
  }

  /** Asks for the operation; again only where twice is the same as once, and under the same key. */
  function start({ operation, parameters, plan, leave, options }: Run, until: Request['patience']['until']): Promise<Reply> {
    const key = { 'Idempotency-Key': randomUUID() }
    const path = filled(plan.path, { operation })
    const ask = () =>
      plan.method === 'GET'
        ? send('GET', withQuery(path, parameters), undefined, until, key, leave)
        : send(plan.method, path, { operation, parameters }, until, key, leave)
    return plan.idempotent ? repeat(leave, ask, options.signal) : ask()
  }

  async function repeat(leave: AbortSignal, ask: () => Promise<Reply>, end?: AbortSignal): Promise<Reply> {
    for (let tried = 1; ; tried += 1) {
      const last = tried === attempts || end?.aborted
      try {
        const reply = await ask()
        if (last || !busyStatuses.has(reply.status)) return reply
      } catch (error) {
        if (last || leave.aborted || !(error instanceof DriverError && error.connectionLost)) throw error
      }
      await clock.wait(againAfter * tried, leave)
    }
  }

  async function send(
    method: string,
    path: string,
    body: unknown,
    until: Request['patience']['until'],
    more: Readonly<Record<string, string>>,
    leave: AbortSignal,
  ): Promise<Reply> {
    const { status, text } = await exchange(
      clock,
      {
        method,
        url: new URL(base + path),
        headers: { ...headers, ...more },
        body: body === undefined ? undefined : JSON.stringify(body),
        patience: { seconds: requestSeconds, until },
      },
      leave,
    )
    // An instrument that repeats what it was sent must not put secrets into logs and events.
    return { status, text: secrets.reduce((clean, secret) => clean.replaceAll(secret, '•••'), text) }
  }

  /** Until the time has passed, or the operation shall end; rejects when the instrument is left. */
  async function pause(seconds: number, wake: AbortSignal, leave: AbortSignal): Promise<void> {
    await clock.wait(seconds * 1000, wake).catch(() => leave.throwIfAborted())
  }

  /**
   * Aborted when nothing more shall be asked of the instrument: contact is lost, it did not end in time when it was told to, or the program
   * stops, which leaves a long operation to the instrument and the decision on it to a person. Any other end is for the instrument to be told.
   */
  function leaveWith({ signal, givenUp }: ExecuteOptions) {
    const leaving = new AbortController()
    const look = () => {
      const { reason } = signal
      const cause = reason instanceof Error ? reason.cause : reason
      if (cause === 'stopping' || cause === 'contact_lost') leaving.abort(reason)
    }
    signal.addEventListener('abort', look, { once: true })
    if (signal.aborted) look()
    const joint = anyOf(leaving.signal, stopped.signal, ...(givenUp ? [givenUp] : []))
    return {
      signal: joint.signal,
      forget() {
        signal.removeEventListener('abort', look)
        joint.forget()
      },
    }
  }
}

type Run = { operation: string; parameters: JsonObject; plan: Plan; options: ExecuteOptions; leave: AbortSignal }

/** The instrument, or a gateway before it, cannot take the call now. */
const busyStatuses = new Set([429, 502, 503, 504])

function saysHowItStands(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'status' in answer
}

function withQuery(path: string, parameters: JsonObject): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) query.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  return query.size === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** Aborted with any of them; unlike `AbortSignal.any` it keeps no hold on a signal that outlives it. */
function anyOf(...signals: readonly AbortSignal[]) {
  const joint = new AbortController()
  const leaves = signals.map((signal) => {
    const listener = () => joint.abort(signal.reason)
    signal.addEventListener('abort', listener, { once: true })
    if (signal.aborted) listener()
    return () => signal.removeEventListener('abort', listener)
  })
  return {
    signal: joint.signal,
    forget() {
      for (const leave of leaves) leave()
    },
  }
}
