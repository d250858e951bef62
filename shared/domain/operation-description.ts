/** What an instrument says it can do, as a form and a plan need it. */

/** A parameter of an operation: a subset of JSON Schema. `unit` as it stands behind the field (µL, °C, min). */
export type ParameterDescription = {
  name: string
  title: string
  type: 'number' | 'integer' | 'string' | 'boolean'
  required: boolean
  unit?: string
  minimum?: number
  maximum?: number
  choices?: readonly string[]
  default?: string | number | boolean
  description?: string
}

export type OperationDescription = {
  operation: string
  title: string
  parameters: readonly ParameterDescription[]
  /** Seconds at speed 1 with its default parameters; undefined when the driver does not know. */
  nominalSeconds?: number
  /** The operation is aborted when it takes longer; undefined: what its history allows. */
  timeoutSeconds?: number
  /** Doing it twice is the same as doing it once: it may be asked for again after a lost answer. */
  idempotent: boolean
}

export type DriverDescription = { operations: readonly OperationDescription[] }

/** `plate_read` → `Plate read`. */
export function titleOf(operation: string): string {
  const words = operation.replaceAll(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
