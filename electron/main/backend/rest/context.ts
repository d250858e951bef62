/** What the REST services work with. */

import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Engine } from '../services/engine.ts'
import type { Caller, Lab } from '../services/lab.ts'

/** Why nothing that needs the lab is answered now, if so. */
export type Gate = 'starting' | 'open' | 'stopping' | 'no_database'

/** The lab behind the services; there is none until the database has been opened. */
export type OpenLab = { lab: Lab; engine: Engine }

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
