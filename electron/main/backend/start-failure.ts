/** Why a lab could not start, as the desktop's window tells it. */

import { CannotOpenDatabase, DatabaseRefused, DataFolderLocked, DataFolderUnusable } from './database/errors.ts'
import { PortUnavailable } from './rest/listen.ts'
import type { PortName, StartFailure } from './worker-messages.ts'

const portNames: Readonly<Record<string, PortName>> = {
  'device service': 'device',
  'workflow service': 'workflow',
  UI: 'ui',
  'psql port': 'psql',
}

export function startFailure(error: unknown): StartFailure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof PortUnavailable) {
    const name = portNames[error.service]
    return { cause: 'port', message, port: name && { name, number: error.port } }
  }
  if (error instanceof DataFolderLocked) return { cause: 'folder', message, holder: { pid: error.pid } }
  if (error instanceof DataFolderUnusable) return { cause: 'folder', message }
  if (error instanceof DatabaseRefused) return { cause: 'server', message }
  return { cause: 'other', message: error instanceof CannotOpenDatabase ? message : `The lab could not start: ${message}` }
}
