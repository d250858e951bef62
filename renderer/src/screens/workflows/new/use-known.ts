/** What the lab knows of the things that a draft names: devices, their operations, samples. */

import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DeviceWire, OperationDescriptionWire } from '../../../../../shared/contract/devices.ts'
import { useClient, useLab } from '../../../api/lab.tsx'
import type { Draft } from './draft.ts'
import type { Known } from './draft-problems.ts'

export type KnownToLab = Known & {
  devices: readonly DeviceWire[]
  /** Why the operations of a device could not be read. */
  unreadable: (deviceId: string) => string | undefined
}

export function useKnown({ deviceId, steps, barcodes }: Draft): KnownToLab {
  const client = useClient()
  const devices = useLab('devices.list', {})
  const ids = [...new Set([deviceId, ...steps.map((step) => step.deviceId ?? deviceId)])].filter((id) => id !== '')
  const descriptions = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['devices.operations', { deviceId: id }],
      queryFn: () => client.call('devices.operations', { deviceId: id }),
      retry: false,
    })),
    combine: (results) => ({
      read: new Map(ids.map((id, index) => [id, results[index]?.data])),
      errors: new Map(ids.map((id, index) => [id, results[index]?.error?.message])),
    }),
  })
  const checked = useLab('samples.validate', { barcodes }, { enabled: barcodes.length > 0, placeholderData: (before) => before })

  return useMemo(() => {
    const inDraft = new Set(barcodes)
    return {
      devices: devices.data ?? [],
      deviceIds: devices.data && new Set(devices.data.map(({ id }) => id)),
      unknownBarcodes: (checked.data ?? []).flatMap(({ barcode, exists }) => (!exists && inDraft.has(barcode) ? [barcode] : [])),
      operationsOf: (id) => descriptions.read.get(id) ?? noOperations,
      unreadable: (id) => descriptions.errors.get(id),
    }
  }, [devices.data, checked.data, barcodes, descriptions])
}

const noOperations: readonly OperationDescriptionWire[] = []
