/** The devices as the bench and the queues have them, one replaced at a time. */

import type { QueryClient } from '@tanstack/react-query'
import type { BenchDeviceWire } from '../../../shared/contract/bench.ts'

const benchKey = ['bench.list', {}] as const

export function hasBench(queries: QueryClient): boolean {
  return queries.getQueryData(benchKey) !== undefined
}

export function benchDevice(queries: QueryClient, deviceId: string): BenchDeviceWire | undefined {
  return queries.getQueryData<BenchDeviceWire[]>(benchKey)?.find(({ device }) => device.id === deviceId)
}

export function devicesHeldBy(queries: QueryClient, workflowId: string): string[] {
  const held = queries.getQueryData<BenchDeviceWire[]>(benchKey)?.filter(({ holder }) => holder?.workflowId === workflowId) ?? []
  return held.map(({ device }) => device.id)
}

export function changeBenchDevice(queries: QueryClient, deviceId: string, change: (item: BenchDeviceWire) => BenchDeviceWire): void {
  queries.setQueryData<BenchDeviceWire[]>(benchKey, (list) => list?.map((item) => (item.device.id === deviceId ? change(item) : item)))
}

/** What the lab has answered, unless the screen knows a later state of the queue already. */
export function putBenchDevice(queries: QueryClient, fresh: BenchDeviceWire): void {
  changeBenchDevice(queries, fresh.device.id, (item) => (fresh.device.queueVersion < item.device.queueVersion ? item : fresh))
}

/** Commands on a device's queue go by this key; while one is under way the screen shows what it will do. */
export function queueCommandKey(deviceId: string) {
  return ['queue', deviceId] as const
}

/** Resolves when no command on that queue is under way. */
export function queueSettled(queries: QueryClient, deviceId: string): Promise<void> {
  const underWay = () => queries.isMutating({ mutationKey: queueCommandKey(deviceId) }) > 0
  if (!underWay()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = queries.getMutationCache().subscribe(() => {
      if (underWay()) return
      stop()
      resolve()
    })
  })
}
