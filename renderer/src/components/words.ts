/** What things are called on the screens. */

import type { DeviceType } from '../../../shared/domain/device.ts'
import type { Priority } from '../../../shared/domain/queue.ts'

export const deviceTypeWords: Readonly<Record<DeviceType, string>> = {
  liquid_handler: 'Liquid handler',
  incubator: 'Incubator',
  plate_reader: 'Plate reader',
  other: 'Device',
}

export const priorityWords: Readonly<Record<Priority, string>> = { urgent: 'Urgent', normal: 'Normal', low: 'Low' }

/** `pipette_transfer` as a person reads it: "Pipette transfer". */
export function operationWords(operation: string): string {
  const words = operation.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
