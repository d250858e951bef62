/** What drives an instrument. One driver knows one kind of connection; the runner knows only this. */

import type { JsonObject } from '../../../../shared/domain/execution-log.ts'

export type ExecuteOptions = {
  /** Aborted when the operation shall end before its time; the driver stops the instrument and then rejects. */
  signal: AbortSignal
  /** How far the operation is, 0 to 1. */
  onProgress?: (fraction: number) => void
}

export type Driver = {
  /**
   * Runs one operation on the instrument and gives its result as JSON.
   * @throws DriverError when the instrument fails or cannot be reached
   */
  execute(operation: string, parameters: JsonObject, options: ExecuteOptions): Promise<unknown>
}

/** The instrument failed. `message` is a sentence for a person. */
export class DriverError extends Error {
  /** The instrument no longer answers: nobody knows how far the operation came. */
  readonly connectionLost: boolean

  constructor(message: string, options: { connectionLost?: boolean } = {}) {
    super(message)
    this.name = 'DriverError'
    this.connectionLost = options.connectionLost ?? false
  }
}
