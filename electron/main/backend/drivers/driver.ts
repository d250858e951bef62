/** What drives an instrument: one driver for one device. The runner knows only this. */

import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import type { DriverDescription, OperationDescription, ParameterDescription } from '../../../../shared/domain/operation-description.ts'

export type { DriverDescription, OperationDescription, ParameterDescription }

/** The lab's clock, as far as a driver needs it. */
export type DriverClock = {
  now(): Date
  /** Rejects with the signal's reason when it aborts first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export type ExecuteOptions = {
  /** Aborted when the operation shall end before its time; the driver stops the instrument and then rejects. */
  signal: AbortSignal
  /** Aborted when nobody waits for the operation any more: the driver was given up, and asks nothing more of the instrument. */
  givenUp?: AbortSignal
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
  /**
   * Seconds until an instrument that lost its connection can be reached again by `connect`; null when it did not lose it, or when only a
   * person can say. For drivers without a heartbeat.
   */
  secondsUntilBack?(): number | null
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
