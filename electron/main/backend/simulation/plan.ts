/** What happens on a simulated day, drawn from its seed before it begins: the instruments, the work that arrives, and what people do of their own accord. */

import type { DeviceType } from '../../../../shared/domain/device.ts'
import type { JsonObject } from '../../../../shared/domain/execution-log.ts'
import { nominalSeconds } from '../../../../shared/domain/operation.ts'
import type { Priority } from '../../../../shared/domain/queue.ts'
import type { SimulatedConfig } from '../../../../shared/domain/simulated-config.ts'
import type { RetryPolicy } from '../../../../shared/domain/workflow.ts'
import { between, createRandom, pick, type Random, wholeBetween } from '../database/demo/random.ts'

export type DayOptions = {
  devices: number
  workflows: number
  seed: number
  days: number
  /** Part of the workflows that have steps on another device, 0 to 1. */
  elsewhere: number
}

export type PlannedDevice = { id: string; name: string; type: DeviceType; capabilities: string[]; driverConfig: SimulatedConfig }
export type PlannedStep = {
  operation: string
  parameters: JsonObject
  retry: RetryPolicy | null
  /** Null: the workflow's own. */
  deviceId: string | null
  hold: boolean
}
export type PlannedWorkflow = {
  name: string
  deviceId: string
  priority: Priority
  steps: PlannedStep[]
  /** Milliseconds after the beginning. */
  arrivesAt: number
  whim: Whim | null
}
/** What somebody does to a workflow, the given milliseconds after it arrived, if it has not ended by then. */
export type Whim = { kind: 'cancel' | 'pause' | 'take' | 'move' | 'leave'; after: number }
/** A script that runs something of its own on a device, if that is free. */
export type PlannedScript = { name: string; deviceId: string; operation: string; at: number }
/** A device that is taken out of service, in milliseconds. */
export type PlannedMaintenance = { deviceId: string; at: number; lasts: number }

export type Plan = {
  devices: PlannedDevice[]
  workflows: PlannedWorkflow[]
  scripts: PlannedScript[]
  maintenance: PlannedMaintenance[]
  /** Milliseconds. */
  lasts: number
  /** Of the devices: so slow that the planned work fills the wanted part of their time. */
  speed: number
}

export const hour = 3_600_000
export const minute = 60_000
const day = 24 * hour

/** Part of their time in which the devices would be busy if nothing went wrong. */
const wantedLoad = 0.5
/** Work arrives in proportion, hour by hour: little in the night, most in the morning. */
const arrivalsByHour = [1, 1, 1, 1, 1, 2, 3, 6, 10, 12, 12, 10, 7, 9, 10, 9, 7, 5, 4, 3, 2, 2, 1, 1]

const kinds: readonly { type: DeviceType; name: string; operations: readonly string[] }[] = [
  { type: 'liquid_handler', name: 'Liquid handler', operations: ['pipette_transfer', 'dispense_reagent', 'mix'] },
  { type: 'incubator', name: 'Incubator', operations: ['incubate'] },
  { type: 'plate_reader', name: 'Plate reader', operations: ['plate_read'] },
  { type: 'liquid_handler', name: 'Liquid handler', operations: ['pipette_transfer', 'dispense_reagent'] },
  { type: 'other', name: 'Centrifuge', operations: ['spin', 'shake'] },
]

/** Parts of all operations that do not go well. */
const troubles = { failure_rate: 0.03, slow_rate: 0.008, hang_rate: 0.004, disconnect_rate: 0.006 }
/** Of one device in twelve, which nobody can rely on: it trips the circuit breaker. */
const sickly = { ...troubles, failure_rate: 0.6, disconnect_rate: 0.05 }

export function planDay(options: DayOptions): Plan {
  const { seed, days } = options
  const lasts = days * day
  const deviceRandom = createRandom(seed, 'simulated devices')
  const devices = Array.from({ length: options.devices }, (_, index) => planDevice(deviceRandom, index, seed))
  const random = createRandom(seed, 'simulated workflows')
  const workflows = Array.from({ length: options.workflows }, () => planWorkflow(random, devices, options))
    .sort((a, b) => a.arrivesAt - b.arrivesAt)
    .map((workflow, index) => ({ ...workflow, name: `Run ${index + 1}` }))
  return {
    devices,
    workflows,
    scripts: planScripts(createRandom(seed, 'simulated scripts'), devices, days, Math.ceil(options.workflows / 10)),
    maintenance: planMaintenance(createRandom(seed, 'simulated maintenance'), devices, lasts),
    lasts,
    ...pace(),
  }

  function pace(): { speed: number } {
    const steps = workflows.flatMap((workflow) => workflow.steps)
    const seconds = steps.reduce((sum, { operation, parameters }) => sum + nominalSeconds(operation, parameters), 0)
    return { speed: Math.max(seconds, 1) / ((devices.length * lasts * wantedLoad) / 1000) }
  }
}

function planDevice(random: Random, index: number, seed: number): PlannedDevice {
  const kind = kindOf(index)
  const number = index + 1
  const id = `${kind.name.toLowerCase().replace(' ', '-')}-${String(number).padStart(2, '0')}`
  const jitter = between(random, 0.03, 0.25)
  // Half of them are reached again by themselves; the others wait for a person.
  const reconnects = random() < 0.5 ? { reconnect_after_seconds: wholeBetween(random, 10, 60) } : {}
  const driverConfig = { seed, jitter, ...reconnects, ...(index % 12 === 3 ? sickly : troubles) }
  return { id, name: `${kind.name} ${number}`, type: kind.type, capabilities: [...kind.operations], driverConfig }
}

function kindOf(index: number) {
  const kind = kinds[index % kinds.length]
  if (!kind) throw new RangeError(`no kind of device for number ${index}`)
  return kind
}

function planWorkflow(random: Random, devices: readonly PlannedDevice[], { days, elsewhere }: DayOptions): Omit<PlannedWorkflow, 'name'> {
  const device = pick(random, devices)
  const other = random() < elsewhere ? pick(random, devices) : device
  const steps = Array.from({ length: wholeBetween(random, 1, 6) }, () => planStep(random, random() < 0.3 ? other : device, device))
  // It keeps its own device while it waits for another: if it did not go first, the lab would come to a crawl.
  const goesFirst = steps.some(({ deviceId }) => deviceId !== null)
  const priority = random() < 0.06 || goesFirst ? 'urgent' : random() < 0.25 ? 'low' : 'normal'
  return { deviceId: device.id, priority, steps, arrivesAt: Math.round(arrival(random, days)), whim: planWhim(random) }
}

function planStep(random: Random, device: PlannedDevice, own: PlannedDevice): PlannedStep {
  const operation = pick(random, device.capabilities)
  const parameters = operation === 'incubate' && random() < 0.5 ? { seconds: wholeBetween(random, 20, 90) } : {}
  const retry = random() < 0.3 ? { max_attempts: wholeBetween(random, 2, 3), backoff_seconds: wholeBetween(random, 0, 600) } : null
  return {
    operation,
    parameters,
    retry,
    ...(device === own ? { deviceId: null, hold: false } : { deviceId: device.id, hold: random() < 0.3 }),
  }
}

function planWhim(random: Random): Whim | null {
  const drawn = random()
  const after = Math.round(between(random, minute, 5 * hour))
  if (drawn < 0.04) return { kind: 'cancel', after }
  if (drawn < 0.07) return { kind: 'pause', after }
  if (drawn < 0.08) return { kind: 'take', after }
  if (drawn < 0.1) return { kind: 'leave', after: Math.round(after / 4) }
  if (drawn < 0.18) return { kind: 'move', after: Math.round(after / 4) }
  return null
}

function arrival(random: Random, days: number): number {
  const total = arrivalsByHour.reduce((sum, weight) => sum + weight, 0)
  let left = random() * total
  const at = arrivalsByHour.findIndex((weight) => {
    left -= weight
    return left < 0
  })
  return wholeBetween(random, 0, days - 1) * day + (at + random()) * hour
}

function planScripts(random: Random, devices: readonly PlannedDevice[], days: number, count: number): PlannedScript[] {
  return Array.from({ length: count }, (_, index) => {
    const device = pick(random, devices)
    const at = Math.round(arrival(random, days))
    return { name: `script-${index + 1}`, deviceId: device.id, operation: pick(random, device.capabilities), at }
  })
}

/** One device in five is looked after once a day. */
function planMaintenance(random: Random, devices: readonly PlannedDevice[], lasts: number): PlannedMaintenance[] {
  return devices.flatMap((device) =>
    Array.from({ length: Math.ceil(lasts / day) }, (_, index) => ({
      deviceId: device.id,
      at: Math.round(index * day + between(random, 7 * hour, 18 * hour)),
      lasts: Math.round(between(random, 15 * minute, hour)),
    })).filter(() => random() < 0.2),
  )
}
