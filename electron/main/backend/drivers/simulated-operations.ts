/** What simulated instruments can do: the operations of the demo lab with the parameters its history has. */

import type { DeviceType } from '../../../../shared/domain/device.ts'
import { nominalSeconds } from '../../../../shared/domain/operation.ts'
import { type OperationDescription, type ParameterDescription, titleOf } from '../../../../shared/domain/operation-description.ts'

/**
 * The operations that a device offers: its capabilities; without any, what instruments of its type do.
 * @param factorOf how many times as long as nominal an operation takes on it
 */
export function simulatedOperations(
  type: DeviceType,
  capabilities: readonly string[],
  factorOf: (operation: string) => number,
): OperationDescription[] {
  return (capabilities.length > 0 ? capabilities : usual[type]).map((operation) => ({
    operation,
    title: titleOf(operation),
    parameters: [...(Object.hasOwn(parameters, operation) ? (parameters[operation] ?? []) : []), simulate],
    nominalSeconds: nominalSeconds(operation, {}) * factorOf(operation),
    idempotent: operation === 'plate_read',
  }))
}

const plate: ParameterDescription = { name: 'plate', title: 'Plate', type: 'string', required: false, description: 'Its barcode' }
const column: ParameterDescription = { name: 'column', title: 'Column', type: 'integer', required: false, minimum: 1, maximum: 48 }
const volume: ParameterDescription = {
  name: 'volume_ul',
  title: 'Volume',
  type: 'number',
  required: false,
  unit: 'µL',
  minimum: 0.5,
  maximum: 1000,
  default: 50,
}

/** Every path of recovery can be shown with it. */
const simulate: ParameterDescription = {
  name: 'simulate',
  title: 'Simulate',
  type: 'string',
  required: false,
  choices: ['fail', 'hang', 'slow', 'disconnect'],
  description: 'What shall go wrong; empty: nothing',
}

const parameters: Readonly<Record<string, readonly ParameterDescription[]>> = {
  pipette_transfer: [{ ...plate, name: 'from', title: 'From plate' }, { ...plate, name: 'to', title: 'To plate' }, column, volume],
  dispense_reagent: [
    { name: 'reagent', title: 'Reagent', type: 'string', required: false },
    plate,
    { name: 'wells', title: 'Wells', type: 'integer', required: false, minimum: 1, maximum: 1536, default: 96 },
    volume,
  ],
  mix: [plate, { name: 'cycles', title: 'Cycles', type: 'integer', required: false, minimum: 1, maximum: 100, default: 3 }, volume],
  incubate: [
    plate,
    { name: 'temperature_c', title: 'Temperature', type: 'number', required: false, unit: '°C', minimum: 4, maximum: 99, default: 37 },
    { name: 'minutes', title: 'Minutes', type: 'number', required: false, unit: 'min', minimum: 0, maximum: 10_080 },
    {
      name: 'seconds',
      title: 'Seconds',
      type: 'number',
      required: false,
      unit: 's',
      minimum: 0,
      maximum: 86_400,
      description: 'Added to the minutes; neither: one minute',
    },
  ],
  shake: [plate, { name: 'rpm', title: 'Speed', type: 'integer', required: false, unit: 'rpm', minimum: 100, maximum: 3000, default: 500 }],
  plate_read: [
    plate,
    {
      name: 'mode',
      title: 'Mode',
      type: 'string',
      required: false,
      choices: ['absorbance', 'fluorescence', 'luminescence'],
      default: 'absorbance',
    },
    { name: 'wavelength_nm', title: 'Wavelength', type: 'integer', required: false, unit: 'nm', minimum: 200, maximum: 1000, default: 450 },
    column,
  ],
}

const usual: { readonly [type in DeviceType]: readonly string[] } = {
  liquid_handler: ['pipette_transfer', 'dispense_reagent', 'mix'],
  incubator: ['incubate', 'shake'],
  plate_reader: ['plate_read', 'shake'],
  other: Object.keys(parameters),
}
