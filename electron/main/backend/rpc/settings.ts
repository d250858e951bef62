/** The lab's settings. */

import type { settingsMethods } from '../../../../shared/contract/settings.ts'
import { changeCircuitBreaker, readCircuitBreaker } from '../services/circuit-breaker.ts'
import type { Handlers } from './handlers.ts'

export const settingsHandlers: Handlers<keyof typeof settingsMethods> = {
  'settings.get': async (_, { lab }) => present(await readCircuitBreaker(lab.database.db)),
  'settings.change': ({ circuitBreakerFailures: failures }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => {
      if (failures !== undefined) await changeCircuitBreaker(tx, { failures })
      return present(await readCircuitBreaker(tx))
    }),
}

function present({ failures }: Awaited<ReturnType<typeof readCircuitBreaker>>) {
  return { circuitBreakerFailures: failures }
}
