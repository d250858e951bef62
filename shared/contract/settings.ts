/** What people set for the whole lab. */

import { z } from 'zod'
import { command, nothing, query } from './method.ts'

export const settings = z.object({
  /** Failures in a row of different workflows that put a device in maintenance; 0: never. */
  circuitBreakerFailures: z.number().int().min(0).max(100),
})

export const settingsMethods = {
  'settings.get': query(nothing, settings),
  'settings.change': command(settings.partial(), settings),
}
