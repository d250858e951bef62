/** The lab's entry in a worker thread of the desktop app: starts it, serves the pages that connect, and ends it when told. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import { watchBench } from './bench-watch.ts'
import { keepLab } from './keep-lab.ts'
import { type Connection, serveConnection } from './rpc/connection.ts'
import type { OpenLab } from './services/open-lab.ts'
import type { RunningLab } from './start.ts'
import { startFailure } from './start-failure.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

const { options, version, folders, logFile } = workerData as WorkerStart // what shell/backend-thread.ts gives
// Written at once, so that the last line before a death is there.
const streams = [{ stream: pino.destination({ dest: 2, sync: true }) }, { stream: pino.destination({ dest: logFile, sync: true }) }]
const logger = pino({ level: process.env.LAB_LOG_LEVEL ?? 'info' }, pino.multistream(streams.map((each) => ({ level: 'trace', ...each }))))

process.on('uncaughtExceptionMonitor', (error) => logger.fatal({ err: error }, 'the lab ended by a fault'))
const connections = new Set<Connection>()
await run()

async function run(): Promise<void> {
  let lab: RunningLab | undefined
  let stopWatching = () => {}
  let ending = false
  /** Pages that connected before there was a lab to speak to. */
  const early: MessagePort[] = []
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') void end()
    else if (ending) message.port.close()
    else if (lab) servePage(lab, message.port)
    else early.push(message.port)
  })

  /** Anew after each restart. */
  function watch(open: OpenLab): void {
    stopWatching()
    if (ending) return
    stopWatching = watchBench(open.lab, {
      summary: (summary) => tell({ kind: 'bench', summary }),
      notice: (notice) => tell({ kind: 'notice', notice }),
    })
  }

  async function end(): Promise<void> {
    if (ending) return
    ending = true
    stopWatching()
    try {
      const closed = lab?.close()
      // They have heard that the lab stops; what they still follow would soon have no database.
      for (const connection of connections) connection.close()
      await closed
      process.exit(0)
    } catch (error) {
      logger.error({ err: error }, 'stopping in order failed')
      process.exit(1)
    }
  }

  try {
    const waiting = (reason: string) => tell({ kind: 'waiting', reason })
    lab = await keepLab({ ...options, version, logger, folders, waiting }, watch, (error) => void failed(error))
    lab.rpc.onGate((gate) => {
      if (gate === 'stopping') stopWatching()
    })
    for (const port of early.splice(0)) servePage(lab, port)
    const { device, workflow, ui } = lab.urls
    tell({ kind: 'listening', urls: { device, workflow, ui } })
    await lab.ready
    if (ending) return
    tell({ kind: 'ready' })
  } catch (error) {
    logger.error({ err: error }, 'the lab could not start')
    await failed(error)
  }

  /** There is no lab, at the start or after a restart, and so nothing for this thread to do. */
  async function failed(error: unknown): Promise<void> {
    if (ending) return
    tell({ kind: 'failed', failure: startFailure(error) })
    await end()
  }
}

/** What the page said meanwhile waits in its port. */
function servePage({ rpc }: RunningLab, port: MessagePort): void {
  const connection = serveConnection(rpc, (message) => port.postMessage(message))
  connections.add(connection)
  port.on('message', (message: unknown) => connection.receive(message))
  port.on('close', () => {
    connections.delete(connection)
    connection.close()
  })
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message)
}
