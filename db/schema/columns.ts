/** Column types that several tables share. */

import { timestamp } from 'drizzle-orm/pg-core'

/** A point in time in milliseconds, as the lab's clock gave it; sessions run in UTC. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
