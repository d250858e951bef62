/** The dozen workflows that people of the demo lab ran in January 2025. */

import type { JsonObject } from '../../../../../shared/domain/execution-log.ts'

export type WorkflowScript = {
  name: string
  deviceId: string
  /** When somebody made it, to the minute. */
  at: string
  operator: string
  /** Numbers of its samples, the first and the last. */
  samples: readonly [number, number]
  steps: readonly { operation: string; parameters: JsonObject; result: JsonObject }[]
  /** Absent: it completed. `step` did not, and those behind it never ran; the sentence says why. */
  ending?: { status: 'failed' | 'cancelled'; step: number; sentence: string }
}

export const workflowScripts: readonly WorkflowScript[] = [
  {
    name: 'PCR Amplification',
    deviceId: 'liquid-handler-1',
    at: '2025-01-02T09:05Z',
    operator: 'Mara Lind',
    samples: [1, 8],
    steps: [
      step('pipette_transfer', { from: 'PLATE-01', to: 'PCR-01', column: 1, volume_ul: 25 }, { channels: 8, mean_volume_ul: 24.91 }),
      step('incubate', { plate: 'PCR-01', temperature_c: 72, minutes: 35 }, { mean_temperature_c: 72.04 }),
      step('plate_read', { plate: 'PCR-01', mode: 'fluorescence', wavelength_nm: 520, column: 1 }, { mean: 18204, maximum: 31877 }),
    ],
  },
  {
    name: 'DNA Extraction',
    deviceId: 'liquid-handler-2',
    at: '2025-01-03T10:20Z',
    operator: 'Jonas Weber',
    samples: [9, 20],
    steps: [
      step('dispense_reagent', { reagent: 'lysis buffer', plate: 'PLATE-01', wells: 12, volume_ul: 200 }, { dispensed_ul: 2398.1 }),
      step('incubate', { plate: 'PLATE-01', temperature_c: 56, minutes: 10 }, { mean_temperature_c: 55.92 }),
      step('pipette_transfer', { from: 'PLATE-01', to: 'DNA-01', column: 1, volume_ul: 100 }, { channels: 8, mean_volume_ul: 99.6 }),
      step('dispense_reagent', { reagent: 'ethanol 70 %', plate: 'DNA-01', wells: 12, volume_ul: 150 }, { dispensed_ul: 1801.4 }),
    ],
  },
  {
    name: 'ELISA Cytokine Panel',
    deviceId: 'liquid-handler-1',
    at: '2025-01-06T08:40Z',
    operator: 'Mara Lind',
    samples: [98, 121],
    steps: [
      step('dispense_reagent', { reagent: 'detection antibody', plate: 'PLATE-02', wells: 24, volume_ul: 50 }, { dispensed_ul: 1196.2 }),
      step('incubate', { plate: 'PLATE-02', temperature_c: 37, minutes: 60 }, { mean_temperature_c: 37.02 }),
      step('dispense_reagent', { reagent: 'TMB substrate', plate: 'PLATE-02', wells: 24, volume_ul: 100 }, { dispensed_ul: 2404.7 }),
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 450, wells: 24 }, { mean: 0.874, maximum: 2.613 }),
    ],
  },
  {
    name: 'Serial Dilution',
    deviceId: 'liquid-handler-2',
    at: '2025-01-07T13:15Z',
    operator: 'Aiko Tanaka',
    samples: [3, 3],
    steps: [
      step('pipette_transfer', { from: 'PLATE-02', to: 'DIL-01', column: 1, volume_ul: 100 }, { channels: 1, mean_volume_ul: 99.8 }),
      step('pipette_transfer', { from: 'DIL-01', to: 'DIL-01', column: 2, volume_ul: 50 }, { channels: 1, mean_volume_ul: 50.1 }),
      step('pipette_transfer', { from: 'DIL-01', to: 'DIL-01', column: 3, volume_ul: 50 }, { channels: 1, mean_volume_ul: 49.9 }),
      step('mix', { plate: 'DIL-01', cycles: 5, volume_ul: 50 }, { cycles: 5 }),
    ],
  },
  {
    name: 'Overnight Cell Culture',
    deviceId: 'incubator-1',
    at: '2025-01-08T16:30Z',
    operator: 'Priya Nair',
    samples: [21, 44],
    steps: [step('incubate', { plate: 'PLATE-01', temperature_c: 37, co2_percent: 5, minutes: 900 }, { mean_temperature_c: 36.98 })],
  },
  {
    name: 'Bradford Protein Assay',
    deviceId: 'plate-reader-1',
    at: '2025-01-10T11:00Z',
    operator: 'Jonas Weber',
    samples: [122, 145],
    steps: [
      step('shake', { plate: 'PLATE-02', rpm: 500 }, { mean_rpm: 501 }),
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 595, wells: 24 }, { mean: 0.418, maximum: 0.967 }),
    ],
  },
  {
    name: 'Library Preparation',
    deviceId: 'liquid-handler-1',
    at: '2025-01-13T09:30Z',
    operator: 'Aiko Tanaka',
    samples: [45, 60],
    steps: [
      step('pipette_transfer', { from: 'PLATE-01', to: 'LIB-01', column: 1, volume_ul: 20 }, { channels: 8, mean_volume_ul: 20.1 }),
      step('dispense_reagent', { reagent: 'ligation mix', plate: 'LIB-01', wells: 16, volume_ul: 25 }, {}),
      step('incubate', { plate: 'LIB-01', temperature_c: 25, minutes: 15 }, {}),
    ],
    ending: { status: 'failed', step: 1, sentence: 'The reagent bottle is empty' },
  },
  {
    name: 'Plasma Aliquoting',
    deviceId: 'liquid-handler-2',
    at: '2025-01-15T10:00Z',
    operator: 'Priya Nair',
    samples: [61, 84],
    steps: [
      step('pipette_transfer', { from: 'PLATE-01', to: 'ALQ-01', column: 1, volume_ul: 100 }, { channels: 8, mean_volume_ul: 100.3 }),
      step('pipette_transfer', { from: 'PLATE-01', to: 'ALQ-02', column: 1, volume_ul: 100 }, { channels: 8, mean_volume_ul: 99.7 }),
    ],
  },
  {
    name: 'Bacterial Growth Curve',
    deviceId: 'plate-reader-1',
    at: '2025-01-17T14:10Z',
    operator: 'Mara Lind',
    samples: [146, 153],
    steps: [
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 600, wells: 8 }, { mean: 0.112, maximum: 0.131 }),
      step('shake', { plate: 'PLATE-02', rpm: 900 }, { mean_rpm: 898 }),
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 600, wells: 8 }, { mean: 0.297, maximum: 0.344 }),
      step('shake', { plate: 'PLATE-02', rpm: 900 }, { mean_rpm: 903 }),
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 600, wells: 8 }, { mean: 0.655, maximum: 0.731 }),
    ],
  },
  {
    name: 'Probe Hybridization',
    deviceId: 'incubator-2',
    at: '2025-01-21T09:00Z',
    operator: 'Jonas Weber',
    samples: [85, 96],
    steps: [
      step('incubate', { plate: 'PLATE-01', temperature_c: 65, minutes: 120 }, {}),
      step('shake', { plate: 'PLATE-01', rpm: 300 }, {}),
    ],
    ending: { status: 'cancelled', step: 0, sentence: 'The wrong plate was loaded' },
  },
  {
    name: 'Cell Viability Assay',
    deviceId: 'liquid-handler-1',
    at: '2025-01-24T10:45Z',
    operator: 'Priya Nair',
    samples: [21, 44],
    steps: [
      step('dispense_reagent', { reagent: 'resazurin', plate: 'PLATE-01', wells: 24, volume_ul: 20 }, { dispensed_ul: 481.3 }),
      step('incubate', { plate: 'PLATE-01', temperature_c: 37, minutes: 120 }, { mean_temperature_c: 37.05 }),
      step('plate_read', { plate: 'PLATE-01', mode: 'fluorescence', wavelength_nm: 590, wells: 24 }, { mean: 22780, maximum: 30412 }),
    ],
  },
  {
    name: 'RNA Quantification',
    deviceId: 'plate-reader-1',
    at: '2025-01-29T15:20Z',
    operator: 'Aiko Tanaka',
    samples: [154, 192],
    steps: [
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 260, wells: 39 }, { mean: 0.842, maximum: 1.377 }),
      step('plate_read', { plate: 'PLATE-02', mode: 'absorbance', wavelength_nm: 280, wells: 39 }, { mean: 0.419, maximum: 0.702 }),
    ],
  },
]

function step(operation: string, parameters: JsonObject, result: JsonObject) {
  return { operation, parameters, result }
}
