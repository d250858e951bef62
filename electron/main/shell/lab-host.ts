/** Whether the lab runs, and why not if not: starts it, hears of its end, and starts it again when a person wants that. */

import { mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { Options } from '../backend/options.ts'
import type { BenchSummary, FromWorker, Notice, StartFailure, Urls, WorkerStart } from '../backend/worker-messages.ts'
import { type Backend, startBackend } from './backend-thread.ts'

export type LabState =
  | { kind: 'starting' }
  /** It starts as soon as its database server answers. */
  | { kind: 'waiting'; reason: string }
  | { kind: 'running'; urls: Urls }
  /** It did not come up, or the program was started with a flag that it does not know. */
  | { kind: 'failed'; failure: StartFailure | { cause: 'option'; message: string } }
  /** It ran, and its thread is gone. */
  | { kind: 'died'; reason: string }

export type LabHost = {
  readonly state: LabState
  readonly bench: BenchSummary
  /** Of the lab that runs or last ran. */
  readonly options: Options | undefined
  /** Ends what is left of a lab before. What goes wrong is told by the state. */
  start(options: Options): Promise<void>
  refuse(message: string): void
  /** Undefined when no lab is there to speak to. */
  connect(): MessagePort | undefined
  close(): Promise<void>
}

export type LabHostOptions = Pick<WorkerStart, 'version' | 'folders' | 'logFile'> & { workerFile: string }
export type LabHostListener = { changed(state: LabState): void; bench(summary: BenchSummary): void; notice(notice: Notice): void }

/** For requests that are being answered and operations that are being stopped. Milliseconds. */
const closePatience = 15_000
const biggestLog = 5_000_000
const idle: BenchSummary = { active: 0, waiting: 0, attention: 0 }

export function createLabHost({ workerFile, ...common }: LabHostOptions, listener: LabHostListener): LabHost {
  let backend: Backend | undefined
  let state: LabState = { kind: 'starting' }
  let bench = idle
  let urls: Urls | undefined
  let options: Options | undefined
  let starts = 0

  function become(next: LabState): void {
    state = next
    if (next.kind !== 'running') rest()
    listener.changed(state)
  }

  function rest(): void {
    bench = idle
    listener.bench(bench)
  }

  function heard(message: FromWorker): void {
    if (message.kind === 'listening') urls = message.urls
    else if (message.kind === 'ready' && urls) become({ kind: 'running', urls })
    else if (message.kind === 'waiting') become({ kind: 'waiting', reason: message.reason })
    else if (message.kind === 'failed') become({ kind: 'failed', failure: message.failure })
    else if (message.kind === 'notice') listener.notice(message.notice)
    else if (message.kind === 'bench') {
      bench = message.summary
      listener.bench(bench)
    }
  }

  return {
    get state() {
      return state
    },
    get bench() {
      return bench
    },
    get options() {
      return options
    },
    async start(wanted) {
      options = wanted
      starts += 1
      const mine = starts
      await backend?.close(closePatience)
      // Whoever pressed twice wants one lab; and whoever quit meanwhile wants none.
      if (mine !== starts) return
      try {
        makeRoomForLog(common.logFile)
        backend = startBackend(workerFile, { ...common, options: wanted }, heard, (reason) => {
          backend = undefined
          // The thread of a lab that could not start ends too, and has said why.
          if (state.kind !== 'failed') become({ kind: 'died', reason })
        })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        return become({ kind: 'failed', failure: { cause: 'other', message: `The lab could not start: ${reason}` } })
      }
      become({ kind: 'starting' })
    },
    refuse: (message) => become({ kind: 'failed', failure: { cause: 'option', message } }),
    connect: () => backend?.connect(),
    async close() {
      starts += 1
      await backend?.close(closePatience)
    },
  }
}

/** One old log is kept. */
function makeRoomForLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > biggestLog) renameSync(path, `${path}.old`)
}
