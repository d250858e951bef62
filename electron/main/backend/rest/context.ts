/** What the REST services work with. */

import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Caller } from '../services/lab.ts'
import type { Gate, OpenLab } from '../services/open-lab.ts'

export type RestContext = {
  /** What the ports may do now; throws the fitting refusal by being absent. */
  gate(): Gate
  /** Only while the gate is open. */
  open(): OpenLab
  /** Aborted when the program stops: streams end. */
  stopping: AbortSignal
  logger: Logger
  version: string
  access: AccessRules
}

export type AccessRules = {
  /** Host names (without port) that requests may be addressed to. */
  hosts: readonly string[]
  /** Browser origins that may call. */
  origins: readonly string[]
  /** `Authorization: Bearer` must carry it. */
  token: string | undefined
}

/** Hono's environment: who asked stands in `caller`. */
export type RestEnv = { Bindings: HttpBindings; Variables: { requestId: string; caller: Caller } }
