/** Every event behind an id, once and in order: from the database what was missed, then what happens. */

import type { LabEvent } from '../../../../shared/domain/event.ts'
import { readEvents } from './events.ts'
import type { Lab } from './lab.ts'

/** Events read at a time while catching up. */
const pageSize = 500

/**
 * @param tell gets events in order of id; what it throws goes to `onError`, and the following ends
 * @returns ends the following
 */
export function followEvents(lab: Lab, after: number, tell: (events: LabEvent[]) => void, onError: (error: unknown) => void): () => void {
  let told = after
  // Until everything missed has been read the database is the source; what happens meanwhile only says that there is more to read.
  let live = false
  let more = false
  let over = false

  const unsubscribe = lab.feed.subscribe((event) => {
    if (!live) more = true
    else give([event])
  })

  function end(): void {
    over = true
    unsubscribe()
  }

  function give(events: LabEvent[]): void {
    const fresh = events.filter((event) => event.id > told)
    if (over || fresh.length === 0) return
    told = fresh.at(-1)?.id ?? told
    try {
      tell(fresh)
    } catch (error) {
      end()
      onError(error)
    }
  }

  async function catchUp(): Promise<void> {
    while (!over && !live) {
      more = false
      const page = await readEvents(lab.database.db, { after: told, limit: pageSize })
      give(page)
      // In the same turn as the look at what was told, so that nothing falls between reading and listening.
      if (page.length === 0 && !more) live = true
    }
  }

  catchUp().catch((error: unknown) => {
    end()
    onError(error)
  })
  return end
}
