/** The people of a simulated day: they bring work, look after what fails, and change their minds. They use the same commands as everybody. */

import { setMaxListeners } from 'node:events'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { LabEvent } from '../../../../shared/domain/event.ts'
import type { RecoveryAction } from '../../../../shared/domain/workflow.ts'
import { between, createRandom, pick } from '../database/demo/random.ts'
import { bookDevice } from '../services/bookings.ts'
import { changeDevice, getDevice } from '../services/devices.ts'
import type { Engine } from '../services/engine.ts'
import type { Caller, Lab } from '../services/lab.ts'
import { cancelQueueEntry, moveQueueEntry, waitingEntries } from '../services/queue.ts'
import { pauseWorkflow, recoverWorkflow, resumeWorkflow, startWorkflow } from '../services/workflow-commands.ts'
import { createWorkflow, getWorkflow } from '../services/workflows.ts'
import { minute, type Plan, type PlannedMaintenance, type PlannedScript, type PlannedWorkflow, type Whim } from './plan.ts'

export type People = {
  /** Every planned workflow has arrived and ended, and no script holds a device. */
  areDone(): boolean
  /** Names of the workflows by their ids. */
  names: ReadonlyMap<string, string>
  /** How often a command was refused, by the code of the refusal: others were quicker, or the day had moved on. */
  refusals: ReadonlyMap<string, number>
  /** What went wrong with a command and is no refusal. */
  failure(): unknown
  goHome(): void
}

const caller: Caller = { actor: 'ui', operator: 'Ada' }
const script: Caller = { actor: 'rest', operator: null }

const endings = new Set<LabEvent['kind']>(['workflow.completed', 'workflow.failed', 'workflow.cancelled'])

/** From here on they do what is planned, and look after what happens. */
export function letPeopleIn(lab: Lab, engine: Engine, plan: Plan, seed: number): People {
  const random = createRandom(seed, 'simulated people')
  const names = new Map<string, string>()
  const refusals = new Map<string, number>()
  const gone = new AbortController()
  // They wait for many things at once.
  setMaxListeners(0, gone.signal)
  let ended = 0
  /** Of them that hold a device. */
  let scripts = 0
  let failure: unknown

  /** After a while, as a command of its own. */
  function later(milliseconds: number, act: () => Promise<unknown>): void {
    lab.clock
      .wait(milliseconds, gone.signal)
      .then(act)
      .catch((error: unknown) => {
        if (gone.signal.aborted) return
        if (error instanceof DomainError) refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1)
        else failure ??= error
      })
  }

  async function bring(workflow: PlannedWorkflow): Promise<void> {
    const { name, deviceId, priority, steps, whim } = workflow
    const { id } = await lab.transaction(caller, (tx) => createWorkflow(tx, { name, deviceId, priority, steps, barcodes: [] }))
    names.set(id, name)
    if (whim) later(whim.after, () => follow(whim, id, deviceId))
    await start(id)
  }

  async function start(id: string): Promise<void> {
    await lab.transaction(caller, (tx) => startWorkflow(tx, id, { onBusy: 'queue', auto: true }))
  }

  async function follow({ kind }: Whim, id: string, deviceId: string): Promise<unknown> {
    if (kind === 'cancel') return engine.cancel(caller, id, 'no longer needed')
    if (kind === 'take') {
      const { workflowId } = await getDevice(lab.database.db, deviceId)
      const options = { force: true, reason: 'needed at once' }
      return workflowId === id ? engine.release(caller, deviceId, options) : undefined
    }
    if (kind === 'pause') {
      const releases = random() < 0.4
      return lab.transaction(caller, (tx) => pauseWorkflow(tx, id, releases))
    }
    const entries = await waitingEntries(lab.database.db, deviceId)
    const own = entries.find((entry) => entry.workflowId === id)
    const others = entries.filter((entry) => entry !== own)
    if (!own) return undefined
    if (kind === 'leave') {
      await lab.transaction(caller, (tx) => cancelQueueEntry(tx, deviceId, own.id))
      return later(between(random, 10 * minute, 40 * minute), () => start(id))
    }
    if (others.length === 0) return undefined
    const target = random() < 0.3 ? ({ priority: 'urgent' } as const) : { before: pick(random, others).id }
    return lab.transaction(caller, (tx) => moveQueueEntry(tx, deviceId, own.id, { target }))
  }

  async function runScript({ name: workflowId, deviceId, operation }: PlannedScript): Promise<void> {
    await lab.transaction(script, (tx) => bookDevice(tx, deviceId, workflowId))
    scripts += 1
    try {
      await engine.execute(script, { deviceId, workflowId, operation, parameters: {} })
    } finally {
      scripts -= 1
      await engine.release(script, deviceId, { workflowId })
    }
  }

  function lookAfter({ deviceId, at, lasts }: PlannedMaintenance): void {
    later(at, () => lab.transaction(caller, (tx) => changeDevice(tx, deviceId, { mode: 'maintenance' }, 'planned maintenance')))
    later(at + lasts, () => lab.transaction(caller, (tx) => changeDevice(tx, deviceId, { mode: 'processing' })))
  }

  async function recover(id: string): Promise<void> {
    const { status } = await getWorkflow(lab.database.db, id)
    if (status !== 'awaiting_recovery' && status !== 'interrupted') return
    const drawn = random()
    const action: RecoveryAction = drawn < 0.6 ? 'retry' : drawn < 0.75 ? 'skip' : drawn < 0.9 ? 'mark_done' : 'abort'
    await lab.transaction(caller, (tx) => recoverWorkflow(tx, id, { action, note: 'looked at the instrument' }))
  }

  function hear({ kind, workflowId, deviceId, data, actor }: LabEvent): void {
    if (endings.has(kind)) ended += 1
    if ((kind === 'step.failed' || kind === 'step.interrupted') && workflowId) {
      later(between(random, 5 * minute, 45 * minute), () => recover(workflowId))
    }
    if (kind === 'workflow.paused' && workflowId) {
      later(between(random, 15 * minute, 60 * minute), () => lab.transaction(caller, (tx) => resumeWorkflow(tx, workflowId, 'queue')))
    }
    if (kind === 'device.changed' && deviceId && data.connection === 'offline') {
      later(between(random, 10 * minute, 60 * minute), () =>
        lab.transaction(caller, (tx) => changeDevice(tx, deviceId, { connection: 'online' })),
      )
    }
    if (kind === 'device.changed' && deviceId && data.mode === 'maintenance' && actor !== caller.actor) {
      later(between(random, 20 * minute, 60 * minute), () =>
        lab.transaction(caller, (tx) => changeDevice(tx, deviceId, { mode: 'processing' })),
      )
    }
  }

  const unsubscribe = lab.feed.subscribe(hear)
  for (const workflow of plan.workflows) later(workflow.arrivesAt, () => bring(workflow))
  for (const planned of plan.scripts) later(planned.at, () => runScript(planned))
  for (const maintenance of plan.maintenance) lookAfter(maintenance)

  return {
    areDone: () => ended === plan.workflows.length && scripts === 0,
    names,
    refusals,
    failure: () => failure,
    goHome() {
      unsubscribe()
      gone.abort()
    },
  }
}
