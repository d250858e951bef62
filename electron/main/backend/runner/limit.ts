/** How long a claimed operation may take: its step's word, the driver's, or five times what the lab has seen. */

import { atSpeed, type Stretch } from '../../../../shared/domain/estimate.ts'
import { limitSeconds } from '../../../../shared/domain/limit.ts'
import type { DriverRegistry } from '../drivers/registry.ts'
import type { Lab } from '../services/lab.ts'
import type { Claim } from '../services/operations.ts'

/** Seconds; undefined when nobody can say. */
export async function limitOf(lab: Lab, drivers: Pick<DriverRegistry, 'driverFor'>, claim: Claim): Promise<number | undefined> {
  const { log, device, timeoutSeconds: step } = claim
  // The step's own word needs nobody else's, and the driver's needs no history.
  if (step !== null) return limitSeconds({ step, operation: undefined, expected: undefined })
  const { operations } = await drivers.driverFor(device).describe()
  const described = operations.find(({ operation }) => operation === log.operation)?.timeoutSeconds
  return limitSeconds({ step, operation: described, expected: described === undefined ? await expectedOf(lab, claim) : undefined })
}

/** A nominal duration is a simulated device's promise; of a real instrument only what was measured counts. */
async function expectedOf(lab: Lab, { log, device }: Claim): Promise<Stretch | undefined> {
  await lab.durations.load(lab.database.db, [log.operation])
  const stretch = lab.durations.stretchOf(device.type, log.operation, log.parameters)
  if (stretch.basedOn !== 'measured' && device.driver !== 'simulated') return undefined
  return atSpeed(stretch, log.speed)
}
