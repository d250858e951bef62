/** Opens a copy of a lab's data as the program would, and says what is in it. */

import { sql } from 'drizzle-orm'
import { DataFolderUnusable } from './errors.ts'
import { openDatabase } from './open.ts'

/** What a person knows a lab by. */
export type LabContents = { devices: number; workflows: number; samples: number; logs: number; events: number; lastEventId: number }

/**
 * Reads every row of the tables once and follows the chain of events. An older program's data is brought up to date on the way.
 * @throws CannotOpenDatabase, or DataFolderUnusable when the chain of events is broken
 */
export async function checkData(dataDir: string, migrationsFolder: string): Promise<LabContents> {
  const database = await openDatabase({ dataDir, migrationsFolder })
  try {
    const { rows } = await database.db.execute<Record<keyof LabContents | 'broken', string | null>>(sql`
      select (select count(id) from devices) as devices, (select count(name) from workflows) as workflows,
             (select count(created_at) from samples) as samples, (select count(operation) from execution_logs) as logs,
             (select count(hash) from events) as events, (select coalesce(max(id), 0) from events) as "lastEventId",
             first_broken_event() as broken`)
    const [found] = rows
    if (!found) throw new Error('counting gave no row')
    if (found.broken !== null) throw new DataFolderUnusable(`The chain of events is broken at event ${found.broken}`)
    const { devices, workflows, samples, logs, events, lastEventId } = found
    return {
      devices: Number(devices),
      workflows: Number(workflows),
      samples: Number(samples),
      logs: Number(logs),
      events: Number(events),
      lastEventId: Number(lastEventId),
    }
  } finally {
    await database.close()
  }
}
