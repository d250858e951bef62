/** What drives an instrument: one driver for one device. The runner knows only this. */

import type { JsonObject } from '../../../../shared/domain/execution-log.ts'

/** A parameter of an operation, as a form needs it: a subset of JSON Schema. `unit` as it stands behind the field (µL, °C, min). */
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

export type ExecuteOptions = {
  /** Aborted when the operation shall end before its time; the driver stops the instrument and then rejects. */
  signal: AbortSignal
  /** How far the operation is, 0 to 1. */
  onProgress?: (fraction: number) => void
}

export type Driver = {
  /** What the instrument can do. @throws DriverError */
  describe(): Promise<DriverDescription>
  /** Reaches the instrument. @throws DriverError `connectionLost` */
  connect(signal: AbortSignal): Promise<void>
  /** Seconds between signs of life; null when the instrument gives none. */
  readonly heartbeatSeconds: number | null
  /** One sign of life. @throws DriverError `connectionLost` */
  heartbeat(signal: AbortSignal): Promise<void>
  /**
   * Runs one operation on the instrument and gives its result as JSON.
   * @throws DriverError when the instrument fails or cannot be reached
   */
  execute(operation: string, parameters: JsonObject, options: ExecuteOptions): Promise<unknown>
  /** Lets go of the instrument; nothing is asked of the driver afterwards. */
  stop(): Promise<void>
}

/** The instrument failed. `message` is a sentence for a person, `code` a word for the retry policy. */
export class DriverError extends Error {
  readonly code: string
  /** The instrument no longer answers: nobody knows how far the operation came. */
  readonly connectionLost: boolean

  constructor(message: string, options: { code?: string; connectionLost?: boolean } = {}) {
    super(message)
    this.name = 'DriverError'
    this.connectionLost = options.connectionLost ?? false
    this.code = options.code ?? (this.connectionLost ? 'connection_lost' : 'device_error')
  }
}
