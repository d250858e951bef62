/** What the runner offers to those who give commands: the ones that touch an operation while it runs. `runner/engine.ts` makes it. */

import type { DriverDescription } from '../../../../shared/domain/operation-description.ts'
import type { Release, ReleaseOptions } from './bookings.ts'
import type { EntryRow } from './hand-over.ts'
import type { Caller } from './lab.ts'
import type { OperationRequest } from './operations.ts'
import type { LogRow } from './running-operation.ts'
import type { OnBusy } from './step-devices.ts'
import type { Workflow } from './workflows.ts'

/** Its end, or the entry under which it waits for its device. */
export type ExecutedStep = { workflow: Workflow } & ({ kind: 'ended'; log: LogRow } | { kind: 'queued'; entry: EntryRow })

export type Engine = {
  /** Runs an operation for whoever holds the device. @throws what `claimOperation` throws, `operation_failed`, `operation_aborted`, `stopping` */
  execute(caller: Caller, request: OperationRequest): Promise<LogRow>
  /** Runs the next pending step, or the one named, or lets it wait for its device. @throws what `claimStep` throws, and as `execute` */
  executeStep(caller: Caller, workflowId: string, stepIndex: number | undefined, onBusy?: OnBusy): Promise<ExecutedStep>
  /** Cancels, after the running operation has been aborted. @throws what `cancelWorkflow` throws */
  cancel(caller: Caller, workflowId: string, reason: string | null): Promise<Workflow>
  /** Releases, by force after the running operation has been aborted. @throws what `releaseDevice` throws */
  release(caller: Caller, deviceId: string, options: ReleaseOptions): Promise<Release>
  /** What the device's driver says it can do. @throws DomainError `device_not_found`, `device_unavailable` when the driver cannot say */
  describe(deviceId: string): Promise<DriverDescription>
  /** Another program asks for the end of an operation that may be ours. */
  stopAsked(logId: number): void
}
