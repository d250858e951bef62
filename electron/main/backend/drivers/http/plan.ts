/** What an instrument's config says of each operation, its defaults filled in. */

import type { HttpConfig, HttpOperation } from '../../../../../shared/domain/http-config.ts'
import { type OperationDescription, titleOf } from '../../../../../shared/domain/operation-description.ts'
import { DriverError } from '../driver.ts'

export type Plan = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  mode: 'immediate' | 'polling'
  statusPath: string
  abortPath: string | undefined
  pollSeconds: number
  idempotent: boolean
}

/** @throws DriverError `unknown_operation` */
export function planOf({ operations, defaults = {} }: HttpConfig, operation: string): Plan {
  const own = operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (operations && Object.keys(operations).length > 0 && !own) {
    throw new DriverError(`The instrument has no operation "${operation}"`, { code: 'unknown_operation' })
  }
  const how = { ...defaults, ...own }
  return {
    method: how.method ?? 'POST',
    path: how.path ?? '/operations/{operation}',
    mode: how.mode ?? 'immediate',
    statusPath: how.status_path ?? '/jobs/{id}',
    abortPath: how.abort_path,
    pollSeconds: how.poll_seconds ?? 1,
    idempotent: how.idempotent ?? false,
  }
}

/** @param capabilities what the device offers, where its config names no operations */
export function describeOperations(
  { operations = {}, defaults = {} }: HttpConfig,
  capabilities: readonly string[],
): OperationDescription[] {
  const named: [string, HttpOperation][] = Object.entries(operations)
  const offered = named.length > 0 ? named : capabilities.map((capability): [string, HttpOperation] => [capability, {}])
  return offered.map(([operation, own]) => {
    const how = { ...defaults, ...own }
    return {
      operation,
      title: own.title ?? titleOf(operation),
      parameters: (own.parameters ?? []).map((parameter) => ({
        ...parameter,
        title: parameter.title ?? titleOf(parameter.name),
        required: parameter.required ?? false,
      })),
      nominalSeconds: how.nominal_seconds,
      timeoutSeconds: how.timeout_seconds,
      idempotent: how.idempotent ?? false,
    }
  })
}

/** A path of the config with what its placeholders stand for. @throws DriverError when that would lead elsewhere */
export function filled(path: string, values: { operation: string; id?: string }): string {
  return path.replaceAll(/\{(operation|id)\}/g, (_, name: 'operation' | 'id') => {
    const value = values[name] ?? ''
    // What an address leaves out when it is read; percent signs do not help.
    if (/^\.{0,2}$/.test(value)) throw new DriverError(`"${value}" cannot stand in an address`, { code: 'bad_address' })
    return encodeURIComponent(value)
  })
}
