/** Who answers which method of the contract. */

import type { Contract, MethodName, Output, ParsedInput } from '../../../../shared/contract/contract.ts'
import { backupHandlers } from './backups.ts'
import { benchHandlers } from './bench.ts'
import type { CallContext } from './context.ts'
import { deviceHandlers } from './devices.ts'
import { eventHandlers } from './events.ts'
import { insightHandlers } from './insights.ts'
import { labHandlers } from './lab.ts'
import { logHandlers } from './logs.ts'
import { sampleHandlers } from './samples.ts'
import { settingsHandlers } from './settings.ts'
import { timelineHandlers } from './timeline.ts'
import { workflowHandlers } from './workflows.ts'

export type Handlers<M extends MethodName = keyof Contract> = {
  readonly [Name in M]: (input: ParsedInput<Name>, context: CallContext) => Promise<Output<Name>>
}

export const handlers: Handlers = {
  ...labHandlers,
  ...backupHandlers,
  ...deviceHandlers,
  ...benchHandlers,
  ...workflowHandlers,
  ...sampleHandlers,
  ...settingsHandlers,
  ...eventHandlers,
  ...logHandlers,
  ...timelineHandlers,
  ...insightHandlers,
}
