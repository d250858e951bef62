/** How far the operations are that this program drives, as their drivers tell. Kept in memory, because a restart interrupts them anyway. */

import type { Clock } from './clock.ts'

/** `fraction` is 0 to 1. */
export type ProgressReport = { logId: number; deviceId: string; workflowId: string; fraction: number }

export type Progress = {
  /** A fraction that is no number is not heard, one beyond 0 or 1 is taken for that. */
  report(logId: number, deviceId: string, workflowId: string, fraction: number): void
  /** The latest report on a running operation, and when it came. */
  of(logId: number): { fraction: number; at: Date } | undefined
  /** The operation has ended. */
  end(logId: number): void
  subscribe(listener: (report: ProgressReport) => void): () => void
}

/** @param onError hears of a listener that threw; the driver does not */
export function createProgress(clock: Clock, onError: (error: unknown) => void): Progress {
  const latest = new Map<number, { fraction: number; at: Date }>()
  const listeners = new Set<(report: ProgressReport) => void>()

  return {
    report(logId, deviceId, workflowId, told) {
      if (!Number.isFinite(told)) return
      const fraction = Math.min(1, Math.max(0, told))
      latest.set(logId, { fraction, at: clock.now() })
      for (const listener of listeners) {
        try {
          listener({ logId, deviceId, workflowId, fraction })
        } catch (error) {
          onError(error)
        }
      }
    },
    of: (logId) => latest.get(logId),
    end: (logId) => void latest.delete(logId),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
