/** Keeps one lab running across restarts that it asks for itself: a backup put back, a new lab in place of the old one. */

import { DomainError } from '../../../shared/domain/errors.ts'
import type { RpcContext } from './rpc/connection.ts'
import type { Gate, OpenLab } from './services/open-lab.ts'
import { type RunningLab, type StartOptions, startLab } from './start.ts'

/**
 * As `startLab`, on the same ports after each restart.
 * @param opened hears of the lab each time it is open
 * @param failed hears when a restart did not succeed; the data are then as they were before it
 */
export async function keepLab(
  options: StartOptions,
  opened: (open: OpenLab) => void = () => {},
  failed: (error: unknown) => void = () => {},
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
        options.logger.error({ err: error }, 'the restart failed')
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
    const undo = swap()
    try {
      current = await start({ ...same, ...change })
      await current.ready
    } catch (error) {
      await current.close()
      undo()
      current = await start(same)
      await current.ready
      throw error
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
    },
  }
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
