/** What things are called on the screens. */

import type { DeviceType } from '../../../shared/domain/device.ts'
import type { Priority } from '../../../shared/domain/queue.ts'

export const deviceTypeWords: Readonly<Record<DeviceType, string>> = {
  liquid_handler: 'Liquid handler',
  incubator: 'Incubator',
  plate_reader: 'Plate reader',
  other: 'Other device',
}

export const priorityWords: Readonly<Record<Priority, string>> = { urgent: 'Urgent', normal: 'Normal', low: 'Low' }

/** `pipette_transfer` as a person reads it: "Pipette transfer". */
export function operationWords(operation: string): string {
  const words = operation.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What a parameter's name says of its unit, by its end: `volume_ul` is a volume in µL. */
const units: Readonly<Record<string, string>> = { ul: 'µL', ml: 'mL', nm: 'nm', c: '°C', mm: 'mm', seconds: 's', minutes: 'min' }

/** `volume_ul` as a person reads it: "volume", in "µL"; what has no unit in its name has none. */
export function parameterWords(parameter: string): { name: string; unit: string | undefined } {
  const [, name, end = ''] = /^(.+)_([a-z]+)$/.exec(parameter) ?? []
  const unit = Object.hasOwn(units, end) ? units[end] : undefined
  return { name: (unit && name ? name : parameter).replaceAll('_', ' '), unit }
}

/** "1 log", "2,000 logs". */
export function countWords(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`
}
