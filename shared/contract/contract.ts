/** Everything that a screen may ask of the lab. Nothing else crosses. */

import type { z } from 'zod'
import { backupMethods } from './backups.ts'
import { benchMethods } from './bench.ts'
import { deviceMethods } from './devices.ts'
import { eventMethods } from './events.ts'
import { insightMethods } from './insights.ts'
import { labMethods } from './lab.ts'
import { logMethods } from './logs.ts'
import { sampleMethods } from './samples.ts'
import { settingsMethods } from './settings.ts'
import { timelineMethods } from './timeline.ts'
import { workflowMethods } from './workflows.ts'

export const contract = {
  ...labMethods,
  ...backupMethods,
  ...deviceMethods,
  ...benchMethods,
  ...workflowMethods,
  ...sampleMethods,
  ...settingsMethods,
  ...eventMethods,
  ...logMethods,
  ...timelineMethods,
  ...insightMethods,
}

export type Contract = typeof contract
export type MethodName = keyof Contract
/** As a caller may give it: defaults may be left out. */
export type Input<M extends MethodName> = z.input<Contract[M]['input']>
/** As a handler gets it. */
export type ParsedInput<M extends MethodName> = z.output<Contract[M]['input']>
export type Output<M extends MethodName> = z.output<Contract[M]['output']>
/** Methods that only read. */
export type QueryName = { [M in MethodName]: Contract[M]['kind'] extends 'query' ? M : never }[MethodName]

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(contract, name)
}
