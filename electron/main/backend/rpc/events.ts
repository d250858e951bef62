/** Pages of the past. */

import type { eventMethods } from '../../../../shared/contract/events.ts'
import { readEvents, readEventsBefore } from '../services/events.ts'
import type { Handlers } from './handlers.ts'
import { presentEvent } from './present.ts'

export const eventHandlers: Handlers<keyof typeof eventMethods> = {
  'events.list': async ({ after, before, ...filter }, { lab }) => {
    const { db } = lab.database
    const page = after === undefined ? await readEventsBefore(db, { ...filter, before }) : await readEvents(db, { ...filter, after })
    return page.map(presentEvent)
  },
}
