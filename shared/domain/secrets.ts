/** Secrets in a driver's config: never shown, and kept when what is shown comes back. */

import { DomainError } from './errors.ts'
import type { JsonObject } from './execution-log.ts'

/** Only in types: a config whose secrets are hidden must not be taken for one that drives an instrument. */
declare const hidden: unique symbol
export type ShownConfig = JsonObject & { readonly [hidden]: true }
export type StoredConfig = JsonObject & { readonly [hidden]?: never }

const placeholder = '•••'

export function isPlaceholder(value: unknown): boolean {
  return value === placeholder
}

/** The config as it may be shown: its token and the values of its headers are hidden. */
export function hideSecrets(config: StoredConfig): ShownConfig {
  return mapSecrets(config, () => placeholder) as ShownConfig // the one place that makes it so
}

/** The secrets themselves, longest first, so that none is left in part when they are taken out of a text one after another. */
export function secretsIn(config: JsonObject): string[] {
  const found: string[] = []
  mapSecrets(config, (secret) => {
    if (typeof secret === 'string') found.push(secret)
    return secret
  })
  return found.sort((a, b) => b.length - a.length)
}

/**
 * A config that was shown and comes back, with the stored secrets where they were hidden. They stay with their address: whoever changes
 * that could have them sent elsewhere, and has to know them.
 * @throws DomainError `invalid_input`
 */
export function keepSecrets(given: JsonObject, stored: JsonObject): JsonObject {
  return mapSecrets(given, (value, field) => {
    if (!isPlaceholder(value)) return value
    const kept = lookUp(stored, field)
    if (kept === undefined) return value
    if (given.base_url !== stored.base_url) {
      const name = `driver_config.${field.join('.')}`
      throw new DomainError('invalid_input', `${name} must be given again when base_url changes`, { field: name })
    }
    return kept
  })
}

function mapSecrets(config: JsonObject, change: (secret: unknown, field: readonly string[]) => unknown): JsonObject {
  const changed: Record<string, unknown> = { ...config }
  if (config.token !== undefined) changed.token = change(config.token, ['token'])
  if (isObject(config.headers)) {
    changed.headers = Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name, change(value, ['headers', name])]))
  }
  return changed
}

function lookUp(config: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), config)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
