/** What the desktop's main thread and the thread of the lab say to each other. */

import type { MessagePort } from 'node:worker_threads'
import type { Options } from './options.ts'

/** What the thread is started with. */
export type WorkerStart = {
  options: Options
  version: string
  folders: { migrations: string; template: string; pages: string; checkThread: string }
  /** Where its log goes, besides standard error; the screen that tells of its death shows the end of it. */
  logFile: string
}

export type ToWorker =
  /** A page is there; from now on it speaks over this port. */
  | { kind: 'connect'; port: MessagePort }
  /** Ends the lab in order; then the thread ends by itself. */
  | { kind: 'close' }

export type Urls = { device: string; workflow: string; ui: string }

/** Why the lab cannot start: `message` is a sentence, `cause` decides which ways out a person is offered. */
export type StartFailure = {
  /** `server`: the database server says no. */
  cause: 'port' | 'folder' | 'server' | 'other'
  message: string
  /** Which port, for `port`. */
  port?: { name: PortName; number: number } | undefined
  /** For a folder that another program holds. */
  holder?: { pid: number | undefined } | undefined
}
export type PortName = 'device' | 'workflow' | 'ui' | 'psql'

/** What the tray, the power-save blocker and the question before quitting need to know. */
export type BenchSummary = {
  /** Workflows that are running, and operations of scripts. */
  active: number
  waiting: number
  /** Workflows that wait for a person's decision. */
  attention: number
}

/** Something that a person should hear of also when the window is hidden. */
export type Notice = { title: string; body: string; workflowId: string }

export type FromWorker =
  | { kind: 'listening'; urls: Urls }
  /** The database server does not answer yet; it is tried again until it does. */
  | { kind: 'waiting'; reason: string }
  | { kind: 'ready' }
  | { kind: 'failed'; failure: StartFailure }
  | { kind: 'bench'; summary: BenchSummary }
  | { kind: 'notice'; notice: Notice }
