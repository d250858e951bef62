/** Keeps one lab running across restarts that it asks for itself: a backup put back, a new lab in place of the old one. */

import { DomainError } from '../../../shared/domain/errors.ts'
import type { RpcContext } from './rpc/connection.ts'
import { appendEvent, type Lab } from './services/lab.ts'
import type { Gate, OpenLab } from './services/open-lab.ts'
import { type RunningLab, type StartOptions, startLab } from './start.ts'

/**
 * As `startLab`, on the same ports after each restart. When one does not succeed, the lab of before opens again, and an event in it says so.
 * @param opened hears of the lab each time it is open
 * @param failed hears when the lab of before could not be opened again either: there is no lab then
 */
export async function keepLab(
  options: StartOptions,
  opened: (open: OpenLab) => void,
  failed: (error: unknown) => void,
): Promise<RunningLab> {
  const gateListeners = new Set<(gate: Gate) => void>()
  let restarting: Promise<void> | undefined
  let closed = false
  let current = await start(options)
  const { urls } = current

  async function start(startOptions: StartOptions): Promise<RunningLab> {
    const lab = await startLab({ ...startOptions, restart })
    lab.rpc.onGate((gate) => {
      for (const listener of gateListeners) listener(gate)
    })
    lab.ready.then(opened, () => undefined)
    return lab
  }

  function restart(swap: () => () => void, change: Partial<StartOptions> = {}): void {
    if (restarting || closed) throw new DomainError('invalid_state', 'The lab is restarting already')
    restarting = again(swap, change)
      .catch((error: unknown) => {
        if (closed) return
        options.logger.error({ err: error }, 'there is no lab after the restart')
        failed(error)
      })
      .finally(() => {
        restarting = undefined
      })
  }

  /** `swap` changes the data while the lab is closed, and gives what undoes it. */
  async function again(swap: () => () => void, change: Partial<StartOptions>): Promise<void> {
    const same = { ...options, ...portsOf(current) }
    // Whoever asked for it is answered first.
    await new Promise(setImmediate)
    await current.close()
    if (closed) return
    let undo = () => {}
    try {
      undo = swap()
      current = await start({ ...same, ...change })
      await current.ready
    } catch (error) {
      await current.close()
      undo()
      if (closed) return
      options.logger.error({ err: error }, 'the restart failed; the lab of before opens again')
      current = await start(same)
      const { lab } = await current.ready
      await writeDown(lab, error)
    }
  }

  const rpc: RpcContext = {
    gate: () => current.rpc.gate(),
    waitingFor: () => current.rpc.waitingFor(),
    onGate(listener) {
      gateListeners.add(listener)
      return () => gateListeners.delete(listener)
    },
    open: () => current.rpc.open(),
    program: () => current.rpc.program(),
    logger: options.logger,
  }

  return {
    urls,
    ready: current.ready,
    rpc,
    async close() {
      closed = true
      await current.close()
      await restarting
      // The one that a restart was opening meanwhile.
      await current.close()
    },
  }
}

/** Whoever asked for it was told that the lab starts again, and hears by this that it did not as they wished. */
async function writeDown(lab: Lab, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  await lab
    .transaction({ actor: 'program', operator: null }, async (tx) => appendEvent(tx, { kind: 'lab.restart_failed', data: { reason } }))
    .catch((fault: unknown) => lab.logger.error({ err: fault }, 'that a restart failed could not be written down'))
}

/** The ports it got, so that it gets them again. */
function portsOf({ urls }: RunningLab): Pick<StartOptions, 'devicePort' | 'workflowPort' | 'uiPort' | 'psqlPort'> {
  const port = (url: string) => Number(new URL(url).port)
  return {
    devicePort: port(urls.device),
    workflowPort: port(urls.workflow),
    uiPort: port(urls.ui),
    psqlPort: urls.psql === undefined ? undefined : port(urls.psql),
  }
}
