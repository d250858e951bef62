/** The thread that the lab lives in: PGlite blocks its thread for the whole of a query, so it never runs on the main one. */

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerStart } from '../backend/worker-messages.ts'

export type Backend = {
  /** A line to the lab for one page. What is sent before the lab is open waits there. */
  connect(): MessagePort
  /** Ends the lab in order; after `patience` milliseconds by force. Resolves when the thread is gone, and may be called again. */
  close(patience: number): Promise<void>
}

/**
 * @param heard gets what the lab says
 * @param died is called once when the thread ends without having been told to; the reason is for a person
 */
export function startBackend(
  file: string,
  start: WorkerStart,
  heard: (message: FromWorker) => void,
  died: (reason: string) => void,
): Backend {
  const worker = new Worker(file, { workerData: start, name: 'lab' })
  let fault: unknown
  let closing = false
  worker.on('message', heard)
  worker.on('error', (error) => {
    fault = error
  })
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      if (!closing) died(reasonOf(fault, code))
      resolve()
    })
  })

  return {
    connect() {
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ kind: 'connect', port: port2 } satisfies ToWorker, [port2])
      return port1
    },
    async close(patience) {
      if (!closing) {
        closing = true
        worker.postMessage({ kind: 'close' } satisfies ToWorker)
      }
      const impatience = setTimeout(() => void worker.terminate(), patience)
      await ended
      clearTimeout(impatience)
    },
  }
}

function reasonOf(fault: unknown, code: number): string {
  if (fault === undefined) return `The thread ended with code ${code}.`
  const outOfMemory = fault instanceof Error && 'code' in fault && fault.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (outOfMemory) return 'It needed more memory than it may have.'
  return fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
}
