/** What is wrong with a workflow that is being written, field by field, while it is written. */

import type { OperationDescriptionWire } from '../../../../../shared/contract/devices.ts'
import { noValue, parameterProblem } from '../../../components/parameter-problem.ts'
import { type Draft, type DraftStep, numberOf, parsedJson } from './draft.ts'

/** What the lab knows, as far as it has been read. */
export type Known = {
  /** Undefined until it is known. */
  deviceIds: ReadonlySet<string> | undefined
  /** Barcodes of the draft that the lab does not have. */
  unknownBarcodes: readonly string[]
  operationsOf: (deviceId: string) => readonly OperationDescriptionWire[]
}

/** By field: `name`, `deviceId`, `barcodes`, `KEY.operation`, `KEY.parameters.NAME`, `KEY.json`, `KEY.timeoutSeconds` … with the step's key. */
export type Problems = ReadonlyMap<string, string>

/** What has only not been filled in yet, which is told when a person wants to go on. */
export function isMissing(message: string): boolean {
  return missing.has(message)
}

const noName = 'Give it a name'
const noDevice = 'Choose a device'
const noOperation = 'Choose an operation, or type its name'
const missing: ReadonlySet<string> = new Set([noName, noDevice, noOperation, noValue])

export function problemsOf(draft: Draft, known: Known): Problems {
  const problems = new Map<string, string>()
  if (draft.name.trim() === '') problems.set('name', noName)
  if (draft.deviceId === '') problems.set('deviceId', noDevice)
  else if (known.deviceIds && !known.deviceIds.has(draft.deviceId)) problems.set('deviceId', `There is no device "${draft.deviceId}"`)
  if (known.unknownBarcodes.length > 0) problems.set('barcodes', unknownWords(known.unknownBarcodes))
  for (const step of draft.steps) {
    for (const [field, message] of stepProblems(step, draft, known)) problems.set(`${step.key}.${field}`, message)
  }
  return problems
}

function* stepProblems(step: DraftStep, draft: Draft, { deviceIds, operationsOf }: Known): Generator<[string, string]> {
  if (step.operation.trim() === '') yield ['operation', noOperation]
  else if (step.operation.trim().length > 200) yield ['operation', 'At most 200 characters']
  if (step.deviceId !== null && deviceIds && !deviceIds.has(step.deviceId)) yield ['deviceId', `There is no device "${step.deviceId}"`]
  const limit = step.timeoutSeconds === null ? null : numberOf(step.timeoutSeconds)
  if (limit !== null && !(limit > 0 && limit <= 31_536_000)) {
    yield ['timeoutSeconds', 'More than 0 seconds, a year at most']
  }
  if (step.retry) {
    const [attempts, backoffSeconds] = [numberOf(step.retry.attempts), numberOf(step.retry.backoffSeconds)]
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > 100) yield ['retry.attempts', '1 to 100 attempts']
    if (!(backoffSeconds >= 0 && backoffSeconds <= 86_400)) yield ['retry.backoffSeconds', '0 seconds to a day']
  }

  const parameters = step.json === null ? step.parameters : parsedJson(step.json)
  if (!parameters) return yield ['json', 'This must be a JSON object, such as {"volume_ul": 50}']
  const description = operationsOf(step.deviceId ?? draft.deviceId).find(({ operation }) => operation === step.operation)
  for (const parameter of description?.parameters ?? []) {
    const message = parameterProblem(parameter, parameters[parameter.name])
    if (!message) continue
    yield step.json === null ? [`parameters.${parameter.name}`, message] : ['json', `${parameter.name}: ${message}`]
  }
}

function unknownWords(barcodes: readonly string[]): string {
  const named = barcodes.slice(0, 5).map((barcode) => `"${barcode}"`)
  const more = barcodes.length > named.length ? ` and ${barcodes.length - named.length} more` : ''
  return `The lab does not know ${named.join(', ')}${more}`
}
