/** The composition root: ports → database → services → runner → REST. Knows neither Electron nor the command line. */

import { randomInt } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { type Database, DatabaseUnreachable, openDatabase } from './database/open.ts'
import { prepareLab } from './database/prepare-lab.ts'
import { createPsqlPort, type PsqlPort } from './database/psql-port.ts'
import { createDriverRegistry } from './drivers/registry.ts'
import type { Options } from './options.ts'
import { answerPage, pageHeaders } from './page-policy.ts'
import { createProgram, type Restart } from './program.ts'
import { sameSecret } from './rest/access.ts'
import type { RestContext } from './rest/context.ts'
import { createDeviceService } from './rest/device-service/device-service.ts'
import { bind, listen, type Port } from './rest/listen.ts'
import { admitSocket, createUiService } from './rest/ui-service.ts'
import { createWorkflowService } from './rest/workflow-service/workflow-service.ts'
import type { RpcContext } from './rpc/connection.ts'
import { createSocketUpgrade } from './rpc/websocket.ts'
import { createAutoRunner } from './runner/auto-runner.ts'
import { createConnections } from './runner/connections.ts'
import { createEngine } from './runner/engine.ts'
import { createOperations } from './runner/operation.ts'
import { type Clock, systemClock } from './services/clock.ts'
import { createDurations } from './services/durations.ts'
import { createEventFeed } from './services/events.ts'
import { createForecastFeed } from './services/forecast-feed.ts'
import { type BeforeCommit, createLab, type Lab } from './services/lab.ts'
import { createLateness } from './services/lateness.ts'
import type { Gate, OpenLab } from './services/open-lab.ts'
import { forgetOldEstimates, keepPredictions } from './services/predictions.ts'
import { createProgress } from './services/progress.ts'
import { interruptLost, moveStalledQueue, moveStalledQueues } from './services/recovery.ts'
import { isStationAlive, keepStationAlive } from './services/station.ts'

export type StartOptions = Options & {
  version: string
  logger: Logger
  /** Where the migrations, the migrated template of a new database, and the built pages are. */
  folders: {
    migrations: string
    template: string
    pages: string /** Built `check-data-thread.ts`; without it, data are checked in this thread. */
    checkThread?: string
  }
  /** Starts the lab again after `swap` has changed its data; only who keeps it running can (`keep-lab.ts`). */
  restart?: Restart
  /** Hears why the lab is not open yet, each time that is something else: a sentence, without a password. */
  waiting?: (reason: string) => void
  /** The computer's own unless a test or a simulation brings another. */
  clock?: Clock
  beforeCommit?: BeforeCommit
}

export type RunningLab = {
  /** Without `psql` when that port is off. */
  urls: { device: string; workflow: string; ui: string; psql: string | undefined }
  /** Resolves when requests are answered; rejects with what prevents it. */
  ready: Promise<OpenLab>
  /** What `serveConnection` takes, for a page that comes another way than the UI port. */
  rpc: RpcContext
  /** Ends everything in order: requests answered, running operations interrupted, database closed. May be called at any time, and again. */
  close(): Promise<void>
}

/** Requests that are being answered get this long when the program stops. Milliseconds. */
const answerPatience = 3_000
/** Between attempts to reach a server. Milliseconds. */
const reachAgainAfter = 1_000
/** Before events are read again after that failed. Milliseconds. */
const readAgainAfter = 1_000

/**
 * Opens the ports and starts the lab behind them. Until `ready` they answer 503.
 * @throws PortUnavailable; nothing stays open then
 */
export async function startLab(options: StartOptions): Promise<RunningLab> {
  const { logger, folders } = options
  const closing = new AbortController()
  const closers: (() => Promise<void>)[] = []
  const gateListeners = new Set<(gate: Gate) => void>()
  let gate: Gate = 'starting'
  let open: OpenLab | undefined
  let waitingFor: string | undefined

  function setGate(changed: Gate): void {
    if (gate === changed) return
    gate = changed
    waitingFor = undefined
    for (const listener of gateListeners) listener(changed)
  }

  function wait(reason: string): void {
    if (waitingFor === reason) return
    logger.warn({ reason }, 'the database server does not answer; waiting for it')
    waitingFor = reason
    for (const listener of gateListeners) listener(gate)
    options.waiting?.(reason)
  }

  function openedLab(): OpenLab {
    if (!open) throw new Error('the lab is not open')
    return open
  }

  const context: RestContext = {
    gate: () => gate,
    open: openedLab,
    stopping: closing.signal,
    logger,
    version: options.version,
    access: {
      hosts: ['127.0.0.1', 'localhost', '[::1]', options.host, ...options.allowedHosts].map(asInAddress),
      origins: options.corsOrigins,
      token: options.token,
    },
  }
  const rpc: RpcContext = {
    gate: () => gate,
    waitingFor: () => waitingFor,
    onGate: (listener) => {
      gateListeners.add(listener)
      return () => gateListeners.delete(listener)
    },
    open: openedLab,
    program: () => program,
    logger,
  }
  const ui = createUiService(context, folders.pages, { answerPage, pageHeaders })
  const ports = await openPorts(options, [
    ['device service', options.devicePort, createDeviceService(context).fetch],
    ['workflow service', options.workflowPort, createWorkflowService(context).fetch],
    ['UI', options.uiPort, ui.fetch, createSocketUpgrade(rpc, admitSocket(ui), closing.signal)],
  ])
  const psql = await openPsql(options).catch(async (error: unknown) => {
    await Promise.all(ports.map((port) => port.close(0)))
    throw error
  })

  const urls = { device: ports[0]?.url ?? '', workflow: ports[1]?.url ?? '', ui: ports[2]?.url ?? '', psql: psql?.url }
  const program = createProgram(options, { ...urls, psql: urls.psql ?? null }, () => open?.lab)

  async function openLab(): Promise<OpenLab> {
    const database = await openWhenReachable(options, closing.signal, wait)
    closers.push(() => database.close())
    let isThere = true
    const lab = await compose(database, options, closers, closing.signal, (answers) => {
      isThere = answers
      openGate()
    })
    if (database.admitGuest) psql?.open(database.admitGuest)
    open = lab
    openGate()
    return lab

    function openGate(): void {
      if (open && !closing.signal.aborted) setGate(isThere ? 'open' : 'no_database')
    }
  }

  const ready = openLab()
  // Whoever started the lab looks at `ready`; this keeps Node from calling a rejection unhandled before they do.
  ready.catch(() => undefined)

  let closed: Promise<void> | undefined
  return {
    urls,
    ready,
    rpc,
    close() {
      closed ??= (async () => {
        setGate('stopping')
        closing.abort()
        await ready.catch(() => undefined)
        setGate('stopping')
        const portsClosed = [psql?.close(), ...ports.map((port) => port.close(answerPatience))]
        // The last opened goes first: the runner before the database. A request that waits for an operation is answered by its end.
        const [closeDatabase, ...others] = closers
        for (const close of others.reverse()) await close()
        await Promise.all(portsClosed)
        await closeDatabase?.()
      })()
      return closed
    },
  }
}

async function openPorts(
  options: StartOptions,
  services: [name: string, port: number, fetch: Parameters<typeof listen>[3], onUpgrade?: Parameters<typeof listen>[4]][],
): Promise<Port[]> {
  const ports: Port[] = []
  try {
    for (const [name, port, fetch, onUpgrade] of services) ports.push(await listen(name, options.host, port, fetch, onUpgrade))
    return ports
  } catch (error) {
    await Promise.all(ports.map((port) => port.close(0)))
    throw error
  }
}

/** On loopback whatever the host is: nothing is encrypted on it. */
async function openPsql({ psqlPort, token, logger }: StartOptions): Promise<(PsqlPort & { url: string }) | undefined> {
  if (psqlPort === undefined) return undefined
  const psql = createPsqlPort({ isPassword: token === undefined ? undefined : (given) => sameSecret(given, token), logger })
  const url = `postgresql://lab_admin@127.0.0.1:${await bind('psql port', psql.server, '127.0.0.1', psqlPort)}/device_db`
  logger.info({ url }, 'psql may connect')
  return { ...psql, url }
}

/** A host as the Host header names it: an IPv6 address in its short form (RFC 5952), in brackets, without a zone. */
function asInAddress(host: string): string {
  return isIPv6(host) ? new URL(`http://[${host.replace(/%.*/, '')}]`).hostname : host.toLowerCase()
}

/** A server that does not answer yet is waited for; anything else that is wrong is the caller's to tell. */
async function openWhenReachable(options: StartOptions, signal: AbortSignal, wait: (reason: string) => void): Promise<Database> {
  const { logger, folders, databaseUrl, clock = systemClock } = options
  const where = databaseUrl === undefined ? { dataDir: options.dataDir, templateFolder: folders.template } : { databaseUrl }
  for (;;) {
    try {
      return await openDatabase({ ...where, migrationsFolder: folders.migrations, logger })
    } catch (error) {
      if (!(error instanceof DatabaseUnreachable)) throw error
      if (!signal.aborted) wait(error.message)
      await clock.wait(reachAgainAfter, signal)
    }
  }
}

/**
 * Everything behind the ports. What must be closed is put on `closers` as it is opened.
 * @param closing aborted meanwhile, nothing is set going any more
 * @param databaseAnswers hears when a server goes away, and when it is there again
 */
export async function compose(
  database: Database,
  options: StartOptions,
  closers: (() => Promise<void>)[],
  closing?: AbortSignal,
  databaseAnswers: (answers: boolean) => void = () => {},
): Promise<OpenLab> {
  const { logger, clock = systemClock, simSpeed, beforeCommit } = options
  await prepareLab(database, { demo: options.demo, demoLogs: options.demoLogs, logger })

  const over = new AbortController()
  closers.push(async () => over.abort())
  const feed = await createEventFeed(
    database,
    (error) => logger.error({ err: error }, 'telling events failed'),
    () => clock.wait(readAgainAfter, over.signal),
  )
  const durations = createDurations()
  const progress = createProgress(clock, (error) => logger.error({ err: error }, 'telling progress failed'))
  const station = randomInt(1, 2 ** 31)
  const lab = createLab({
    database,
    clock,
    logger,
    feed,
    durations,
    lateness: createLateness(),
    progress,
    station,
    simSpeed,
    follow: keepPredictions,
    beforeCommit,
  })
  closers.push(
    tellLater(
      feed.subscribe((event) => {
        if (event.kind === 'operation.completed') durations.forget(String(event.data.operation))
      }),
    ),
  )

  const held = await keepStationAlive(lab)
  closers.push(held.close)
  const interrupted = await interruptLost(lab, (station) => isStationAlive(lab, station, closing))
  if (interrupted > 0) logger.warn({ interrupted }, 'operations were cut off when the program ended; a person has to decide on them')

  await forgetOldEstimates(database.db, clock.now())

  const drivers = createDriverRegistry({
    clock,
    simSpeed,
    onStopFailed: (error, deviceId) => logger.warn({ err: error, device_id: deviceId }, 'a driver did not let go of its instrument'),
  })
  closers.push(() => drivers.close())
  const operations = createOperations(lab, drivers)
  const engine = createEngine(lab, operations, drivers)
  const connections = createConnections(lab, drivers, operations)
  const runner = createAutoRunner(lab, operations)
  closers.push(async () => {
    await Promise.all([runner.close(), operations.close(), connections.close()])
  })

  const forecasts = createForecastFeed(lab)
  closers.push(forecasts.close)
  closers.push(await listenToOthers(lab, engine.stopAsked, databaseAnswers))
  // A step that began now would only be cut off again, and then a person had to decide on it.
  if (!closing?.aborted) {
    await moveStalledQueues(lab)
    await connections.start()
    await runner.start()
  }
  return { lab, engine, forecasts }
}

/** Hears what others do in the database: other programs on the server, and people in psql. */
async function listenToOthers(
  lab: Lab,
  stopAsked: (logId: number) => void,
  databaseAnswers: (answers: boolean) => void,
): Promise<() => Promise<void>> {
  const heard: Record<string, (payload: string) => void> = {
    lab_events: () => lab.feed.wake(),
    lab_stop: (payload) => stopAsked(Number(payload)),
    lab_stalled: (payload) => {
      moveStalledQueue(lab, payload).catch((error: unknown) =>
        lab.logger.error({ err: error, device_id: payload }, 'a stalled queue could not be moved'),
      )
    },
  }
  const listen = (channel: string, payload: string) => heard[channel]?.(payload)
  return lab.database.listen(
    Object.keys(heard),
    listen,
    () => {
      databaseAnswers(true)
      catchUp(lab)
    },
    () => databaseAnswers(false),
  )
}

/** After notifications may have been missed. A stop that was asked for meanwhile is asked for again by a person. */
function catchUp(lab: Lab): void {
  lab.feed.wake()
  moveStalledQueues(lab).catch((error: unknown) => lab.logger.error({ err: error }, 'stalled queues could not be moved'))
}

function tellLater(undo: () => void): () => Promise<void> {
  return async () => undo()
}
