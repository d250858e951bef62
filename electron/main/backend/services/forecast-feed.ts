/** Tells what is expected of a device each time that changes: after each change of its queue or run, and while its operation tells progress. */

import { and, eq } from 'drizzle-orm'
import { deviceBookings } from '../../../../db/schema/devices.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { Lab } from './lab.ts'
import { type Forecast, forecastDevices, forecastQueue } from './schedule.ts'

export type ForecastListener = (changed: { deviceId: string; forecast: Forecast }) => void

/** Computes nothing while nobody listens. */
export type ForecastFeed = {
  subscribe(listener: ForecastListener): () => void
  /** Tells nothing more, and waits for what is being computed. */
  close(): Promise<void>
}

/** What changes together is told together, and whoever changed it has the answer first: both read through the same session. Milliseconds. */
const gatherFor = 20
/** While things go on changing a device's forecast is told no more often than this. Milliseconds. */
const calmFor = 250
/** And on progress alone not more often than this. Milliseconds. */
const progressEvery = 1_000

/** `hurry` ends the wait of a device on which only progress was expected. */
type Pushing = { wanted: 'no' | 'soon' | 'in time'; hurry: AbortController; ended: Promise<void> }

export function createForecastFeed(lab: Lab): ForecastFeed {
  const listeners = new Set<ForecastListener>()
  const pushing = new Map<string, Pushing>()
  const told = new Map<string, string>()
  /** For each device, the others on which its runs have steps. */
  const others = new Map<string, readonly string[]>()
  let othersRead = Promise.resolve()
  /** The devices that a workflow held at its last event. */
  const held = new Map<string, Promise<string[]>>()
  const over = new AbortController()

  function want(deviceId: string, when: 'soon' | 'in time'): void {
    if (listeners.size === 0 || over.signal.aborted) return
    const state = pushing.get(deviceId)
    if (state) {
      if (state.wanted !== 'soon') state.wanted = when
      if (when === 'soon') state.hurry.abort()
      return
    }
    const fresh: Pushing = { wanted: when, hurry: new AbortController(), ended: Promise.resolve() }
    pushing.set(deviceId, fresh)
    fresh.ended = push(deviceId, fresh)
  }

  async function push(deviceId: string, state: Pushing): Promise<void> {
    try {
      await lab.clock.wait(gatherFor, over.signal)
      while (state.wanted !== 'no' && listeners.size > 0 && !over.signal.aborted) {
        state.wanted = 'no'
        await tell(deviceId).catch((error: unknown) => failed(error, deviceId))
        await lab.clock.wait(calmFor, over.signal)
        if (!isSoon(state)) await calm(state)
      }
    } catch (error) {
      failed(error, deviceId)
    } finally {
      // In the same turn as the last look at what is wanted: a wish in between would be lost.
      pushing.delete(deviceId)
    }
  }

  function failed(error: unknown, of: string): void {
    if (!over.signal.aborted) lab.logger.error({ err: error, of }, 'telling what is expected failed')
  }

  async function calm(state: Pushing): Promise<void> {
    state.hurry = new AbortController()
    const either = AbortSignal.any([over.signal, state.hurry.signal])
    await lab.clock.wait(progressEvery - calmFor, either).catch(() => over.signal.throwIfAborted())
  }

  async function tell(deviceId: string): Promise<void> {
    const forecast = await forecastQueue(lab, lab.database.db, deviceId).catch(gone)
    if (!forecast) {
      others.delete(deviceId)
      return void told.delete(deviceId)
    }
    others.set(deviceId, forecast.otherDevices)
    const words = inShort(forecast)
    if (words === told.get(deviceId)) return
    told.set(deviceId, words)
    for (const listener of listeners) {
      try {
        listener({ deviceId, forecast })
      } catch (error) {
        lab.logger.error({ err: error }, 'a listener of forecasts failed')
      }
    }
  }

  /** And of those whose runs have steps on it: of many, so not more often than on progress. */
  function wantWithOthers(deviceId: string, when: 'soon' | 'in time'): void {
    want(deviceId, when)
    void othersRead.then(() => {
      for (const [other, ids] of others) if (ids.includes(deviceId)) want(other, 'in time')
    })
  }

  async function readOthers(): Promise<void> {
    try {
      for (const { device, otherDevices } of await forecastDevices(lab, lab.database.db)) {
        // Told meanwhile is newer.
        if (!others.has(device.id)) others.set(device.id, otherDevices)
      }
    } catch (error) {
      failed(error, 'the steps on other devices')
    }
  }

  /** Whoever waits for a device whose holder works on another one waits for what happens there. */
  function wantHeld(workflowId: string, when: 'soon' | 'in time'): void {
    if (listeners.size === 0 || over.signal.aborted) return
    const known = when === 'in time' ? held.get(workflowId) : undefined
    const devices = known ?? devicesHeldBy(lab, workflowId)
    held.set(workflowId, devices)
    devices.then(
      (ids) => {
        if (ids.length === 0) held.delete(workflowId)
        for (const id of ids) wantWithOthers(id, when)
      },
      (error: unknown) => {
        held.delete(workflowId)
        failed(error, workflowId)
      },
    )
  }

  const unsubscribe = [
    lab.feed.subscribe(({ deviceId, workflowId }) => {
      if (deviceId) wantWithOthers(deviceId, 'soon')
      if (workflowId) wantHeld(workflowId, 'soon')
    }),
    lab.progress.subscribe(({ deviceId, workflowId }) => {
      wantWithOthers(deviceId, 'in time')
      wantHeld(workflowId, 'in time')
    }),
  ]

  return {
    subscribe(listener) {
      // What was told when nobody listened is not known any more.
      if (listeners.size === 0) {
        told.clear()
        held.clear()
        others.clear()
        othersRead = readOthers()
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      for (const end of unsubscribe) end()
      over.abort()
      await Promise.all([othersRead, ...[...pushing.values()].map(({ ended }) => ended)])
    },
  }
}

async function devicesHeldBy({ database }: Lab, workflowId: string): Promise<string[]> {
  const active = and(eq(deviceBookings.workflowId, workflowId), eq(deviceBookings.status, 'active'))
  const rows = await database.db.select({ id: deviceBookings.deviceId }).from(deviceBookings).where(active)
  return rows.map(({ id }) => id)
}

/** A look of its own: what is wanted changes while others run. */
function isSoon({ wanted }: Pushing): boolean {
  return wanted === 'soon'
}

/** The device has been deleted. */
function gone(error: unknown): undefined {
  if (error instanceof DomainError && error.code === 'device_not_found') return undefined
  throw error
}

/** What makes a forecast another one: who, in which order, and when, to a tenth of a second. */
function inShort({ device, at, runs, unknownBecause }: Forecast): string {
  const time = (seconds: number | undefined) => (seconds === undefined ? null : Math.round(at.getTime() / 100 + seconds * 10))
  return JSON.stringify([
    device.status,
    unknownBecause,
    runs.map(({ workflowId, queueEntryId, steps, start, end }) => [
      workflowId,
      queueEntryId,
      ...[start, end].flatMap((stretch) => [time(stretch?.p50), time(stretch?.p90)]),
      steps.map(({ stepIndex, elapsed }) => [stepIndex, elapsed !== null]),
    ]),
  ])
}
