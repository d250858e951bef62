/** What the program says of itself. */

import type { labMethods } from '../../../../shared/contract/lab.ts'
import { lastEventId } from '../services/events.ts'
import type { Handlers } from './handlers.ts'

export const labHandlers: Handlers<keyof typeof labMethods> = {
  'lab.status': async (_, { lab, program }) => ({
    version: program.version,
    dataDir: program.dataDir,
    urls: program.urls,
    dataBytes: program.dataBytes(),
    now: lab.clock.now().toISOString(),
    database: lab.database.kind,
    simSpeed: lab.simSpeed,
    station: lab.station,
    lastEventId: await lastEventId(lab.database.db),
  }),
}
