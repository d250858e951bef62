/** What REST and RPC reach: the lab once it is open, and why it is not. */

import type { Engine } from './engine.ts'
import type { ForecastFeed } from './forecast-feed.ts'
import type { Lab } from './lab.ts'

/** Why nothing that needs the lab is answered now, if so. */
export type Gate = 'starting' | 'open' | 'stopping' | 'no_database'

/** The lab behind the services; there is none until the database has been opened. */
export type OpenLab = { lab: Lab; engine: Engine; forecasts: ForecastFeed }

/** What a caller is told while the gate is closed. */
export const closed: Readonly<Record<Exclude<Gate, 'open'>, string>> = {
  starting: 'The lab is starting; try again in a moment',
  stopping: 'The lab is stopping',
  no_database: 'The database does not answer; try again in a moment',
}
