/** What people do to a queue: shown at once, stored, and taken back with a word when the lab refuses. */

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { BenchDeviceWire, QueueEntryWire } from '../../../../shared/contract/bench.ts'
import type { MoveTarget } from '../../../../shared/domain/queue.ts'
import { benchDevice, changeBenchDevice, putBenchDevice, queueCommandKey } from '../../api/bench-cache.ts'
import { LabError } from '../../api/client.ts'
import { useClient } from '../../api/lab.tsx'
import { tellRefusal } from '../../components/tell.tsx'
import { movedQueue } from './arrangement.ts'
import { tellCancelled } from './undo-cancel.tsx'

export type Move = { entry: QueueEntryWire; target: MoveTarget /** The queue's version that the person saw. */; seen: number }
export type Cancel = { entry: QueueEntryWire; seen: number }

export function useQueueCommands(device: BenchDeviceWire['device']) {
  const client = useClient()
  const queries = useQueryClient()
  const versions = useOwnVersions()
  const { id: deviceId, name } = device
  // One after the other, so that each names the version that the one before it made.
  const common = { mutationKey: queueCommandKey(deviceId), scope: { id: `queue ${deviceId}` } }

  const move = useMutation<BenchDeviceWire, Error, Move>({
    ...common,
    mutationFn: async ({ entry, target, seen }) => {
      const version = versions.latest(seen)
      return versions.keep(version, await client.call('queue.move', { deviceId, entryId: entry.id, version, target }))
    },
    onMutate: ({ entry, target }) =>
      changeBenchDevice(queries, deviceId, (item) => ({ ...item, queue: movedQueue(item.queue, entry.id, target) })),
    onSuccess: (fresh) => putBenchDevice(queries, fresh),
    onError: (error, { entry }) => snapBack(error, `${nameOf(entry)} was not moved`),
  })

  const cancel = useMutation<BenchDeviceWire, Error, Cancel, { queue: readonly QueueEntryWire[] }>({
    ...common,
    mutationFn: async ({ entry, seen }) => {
      const version = versions.latest(seen)
      return versions.keep(version, await client.call('queue.cancel', { deviceId, entryId: entry.id, version }))
    },
    onMutate: ({ entry }) => {
      const queue = benchDevice(queries, deviceId)?.queue ?? []
      changeBenchDevice(queries, deviceId, (item) => ({ ...item, queue: item.queue.filter(({ id }) => id !== entry.id) }))
      return { queue }
    },
    onSuccess: (fresh, { entry }, { queue }) => {
      putBenchDevice(queries, fresh)
      tellCancelled({ client, deviceName: name, entry, queue })
    },
    onError: (error, { entry }) => snapBack(error, `${nameOf(entry)} was not taken out of the queue`),
  })

  /** Shows the queue as the lab has it, and says why nothing came of the command. */
  function snapBack(error: Error, title: string): void {
    const stale = error instanceof LabError && error.code === 'stale_version'
    tellRefusal(stale ? new LabError({ code: 'stale_version', message: staleWords(name) }) : error, title)
    client
      .call('bench.get', { deviceId })
      .then((fresh) => changeBenchDevice(queries, deviceId, () => fresh))
      // The line is down; what is shown is read anew when it is back.
      .catch(() => undefined)
  }

  return { move: move.mutate, cancel: cancel.mutate, pending: move.isPending || cancel.isPending }
}

export function nameOf({ workflowName, workflowId }: QueueEntryWire): string {
  return workflowName ?? workflowId
}

function staleWords(deviceName: string): string {
  return `Somebody else has changed the queue of ${deviceName} meanwhile. It is shown as it is now; try again if it is still wanted.`
}

/** Which version our own commands made of which, for a person who is quicker than the lab's answer. */
function useOwnVersions() {
  const made = useRef(new Map<number, number>())
  return {
    latest(seen: number): number {
      let version = seen
      for (let next = made.current.get(version); next !== undefined && next !== version; next = made.current.get(version)) version = next
      return version
    },
    keep(version: number, fresh: BenchDeviceWire): BenchDeviceWire {
      made.current.set(version, fresh.device.queueVersion)
      return fresh
    },
  }
}
