/** Whether a value is what a device's description asks of a parameter. */

import type { OperationDescriptionWire } from '../../../shared/contract/devices.ts'

export type Parameter = OperationDescriptionWire['parameters'][number]

export const noValue = 'This is required'

/** Why a value does not fit the parameter; undefined when it does. */
export function parameterProblem(parameter: Parameter, value: unknown): string | undefined {
  const { type, required, minimum, maximum, choices, unit } = parameter
  if (value === undefined || value === null || value === '') return required ? noValue : undefined
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : 'Yes or no'
  if (type === 'string') {
    if (typeof value !== 'string') return 'This must be text'
    return choices && !choices.includes(value) ? `One of ${choices.join(', ')}` : undefined
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'This must be a number'
  if (type === 'integer' && !Number.isInteger(value)) return 'This must be a whole number'
  const of = unit ? ` ${unit}` : ''
  if (minimum !== undefined && value < minimum) return `At least ${minimum}${of}`
  if (maximum !== undefined && value > maximum) return `At most ${maximum}${of}`
  return undefined
}
