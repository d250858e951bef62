/** What stands on the demo bench: five instruments, and two full plates of samples. */

import type { DeviceType } from '../../../../../shared/domain/device.ts'
import { formatWell, plateFormats } from '../../../../../shared/domain/plate.ts'

/** The demo lab's month: everything in it was made or happened from here on, for 31 days. */
export const monthStart = new Date('2025-01-01T00:00:00Z')

export type DemoDevice = { id: string; name: string; type: DeviceType; capabilities: string[] }

export const demoDevices: readonly DemoDevice[] = [
  {
    id: 'liquid-handler-1',
    name: 'Liquid Handler Alpha',
    type: 'liquid_handler',
    // A workstation with a heated position and a reader on its deck, so that a whole assay runs on it.
    capabilities: ['pipette_transfer', 'dispense_reagent', 'mix', 'incubate', 'plate_read'],
  },
  {
    id: 'liquid-handler-2',
    name: 'Liquid Handler Beta',
    type: 'liquid_handler',
    capabilities: ['pipette_transfer', 'dispense_reagent', 'mix', 'incubate'],
  },
  { id: 'incubator-1', name: 'CO₂ Incubator', type: 'incubator', capabilities: ['incubate', 'shake'] },
  { id: 'incubator-2', name: 'Shaking Incubator', type: 'incubator', capabilities: ['incubate', 'shake'] },
  { id: 'plate-reader-1', name: 'Multimode Plate Reader', type: 'plate_reader', capabilities: ['plate_read', 'shake'] },
]

export type DemoSample = { barcode: string; name: string; type: string; plate: string; well: string }

/** Of every donor one of each: six times 32 donors are the wells of two plates. */
const sampleTypes = ['blood', 'tissue', 'saliva', 'plasma', 'serum', 'urine'] as const

/** Where scripts of the lab look for the first three. */
const fixedPlaces = [
  { plate: 'PLATE-01', well: 'A1' },
  { plate: 'PLATE-01', well: 'A2' },
  { plate: 'PLATE-02', well: 'B1' },
]

/** SAMPLE001 to SAMPLE192: the first three in their fixed places, the others row by row in what is left of both plates. */
export function demoSamples(): DemoSample[] {
  const isFixed = (place: { plate: string; well: string }) =>
    fixedPlaces.some(({ plate, well }) => plate === place.plate && well === place.well)
  const others = ['PLATE-01', 'PLATE-02']
    .flatMap((plate) => wellsOf96().map((well) => ({ plate, well })))
    .filter((place) => !isFixed(place))

  return [...fixedPlaces, ...others].map((place, index) => {
    const type = sampleTypes[index % sampleTypes.length] ?? sampleTypes[0]
    const donor = Math.floor(index / sampleTypes.length) + 1
    return { barcode: barcodeOf(index + 1), name: `Donor ${String(donor).padStart(2, '0')} ${type}`, type, ...place }
  })
}

/** @param number counts from 1 */
export function barcodeOf(number: number): string {
  return `SAMPLE${String(number).padStart(3, '0')}`
}

function wellsOf96(): string[] {
  const { rows, columns } = plateFormats[96]
  return Array.from({ length: rows * columns }, (_, index) => formatWell({ row: Math.floor(index / columns), column: index % columns }))
}
